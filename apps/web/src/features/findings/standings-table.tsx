/** Mean rank of each method over networks, here and in papers, with the best and the worst place. */
import type { Findings, MeanRank } from '@topiary/contracts';
import { Scroll } from '../../components/scroll.js';
import { formatFixed } from '../../lib/format.js';
import { t } from './words.js';

type Method = Findings['methods'][number];

/** `1 of 12`: the best or the worst place, by the share of rows above it. */
const extreme = ({ places }: MeanRank, which: 'best' | 'worst'): MeanRank['places'][number] | undefined => {
  const sorted = [...places].sort((a, b) => (a.rank - 1) / (a.of - 1) - (b.rank - 1) / (b.of - 1));
  return which === 'best' ? sorted[0] : sorted.at(-1);
};

const Place = ({ place }: { readonly place: MeanRank['places'][number] | undefined }) =>
  place ? (
    <span title={t('findings.place.where', { board: place.board, target: place.target })}>
      {t('findings.place', { rank: formatFixed(place.rank, place.rank % 1 === 0 ? 0 : 1), of: place.of })}
    </span>
  ) : (
    '–'
  );

const Cells = ({ mean }: { readonly mean: MeanRank | null }) =>
  mean ? (
    <>
      <td className="numeric">{formatFixed(mean.rank, 1)}</td>
      <td className="numeric">
        <Place place={extreme(mean, 'best')} />
      </td>
      <td className="numeric">
        <Place place={extreme(mean, 'worst')} />
      </td>
      <td className="numeric">{t('findings.networks.of', { networks: mean.boards, rankings: mean.n })}</td>
    </>
  ) : (
    <>
      <td className="numeric muted">–</td>
      <td className="numeric muted">–</td>
      <td className="numeric muted">–</td>
      <td className="numeric muted">–</td>
    </>
  );

const PARTS = ['mean', 'best', 'worst', 'networks'] as const;

const byRank =
  (side: 'ours' | 'published') =>
  (a: Method, b: Method): number =>
    (a[side]?.rank ?? Number.POSITIVE_INFINITY) - (b[side]?.rank ?? Number.POSITIVE_INFINITY);

/** The order of the side that has numbers; criteria first, then what trains towards sparsity. */
const groupsOf = (methods: readonly Method[]): readonly { readonly sparsified: boolean; readonly rows: Method[] }[] => {
  const side = methods.some(({ ours }) => ours) ? 'ours' : 'published';
  return [false, true].flatMap((sparsified) => {
    const rows = methods.filter((method) => method.sparsified === sparsified && (method.ours || method.published));
    return rows.length === 0 ? [] : [{ sparsified, rows: rows.sort(byRank(side)) }];
  });
};

export const StandingsTable = ({ methods }: Pick<Findings, 'methods'>) => (
  <Scroll caption={t('findings.standings')}>
    <table className="standings">
      <caption className="sr-only">{t('findings.standings.caption')}</caption>
      <thead>
        <tr>
          <th scope="col" rowSpan={2} className="sticky">
            {t('findings.method')}
          </th>
          <th scope="colgroup" colSpan={4} className="numeric">
            {t('findings.here')}
          </th>
          <th scope="colgroup" colSpan={4} className="numeric">
            {t('findings.published')}
          </th>
        </tr>
        <tr>
          {(['ours', 'published'] as const).flatMap((side) =>
            PARTS.map((part) => (
              <th key={`${side} ${part}`} scope="col" className="numeric">
                {t(`findings.${part}`)}
              </th>
            )),
          )}
        </tr>
      </thead>
      {groupsOf(methods).map(({ sparsified, rows }) => (
        <tbody key={String(sparsified)}>
          <tr className="group-row">
            <th colSpan={9} scope="colgroup">
              <span>{t(sparsified ? 'findings.sparsified' : 'findings.criteria')}</span>
            </th>
          </tr>
          {rows.map(({ id, ours, published }) => (
            <tr key={id}>
              <th scope="row" className="sticky">
                {id}
              </th>
              <Cells mean={ours} />
              <Cells mean={published} />
            </tr>
          ))}
        </tbody>
      ))}
    </table>
  </Scroll>
);
