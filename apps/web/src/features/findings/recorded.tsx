/** Recorded experiments: what holds and what does not, in sentences first, then every claim with its interval and command. */
import type { Findings } from '@topiary/contracts';
import { Link } from 'react-router';
import { Scroll } from '../../components/scroll.js';
import { formatFixed, formatSigned } from '../../lib/format.js';
import { t } from './words.js';

type Recorded = Findings['recorded'][number];
type Claim = Recorded['claims'][number];
type Outcome = Claim['outcome'];

const count = (claims: readonly Claim[], outcome: Outcome): number =>
  claims.filter((claim) => claim.outcome === outcome).length;

/** One sentence for all, then one for each experiment. */
const Sentences = ({ recorded }: { readonly recorded: readonly Recorded[] }) => {
  const known = (claims: readonly Claim[]) => claims.filter(({ outcome }) => outcome !== 'not recorded');
  const all = known(recorded.flatMap(({ claims }) => claims));
  const told = (claims: readonly Claim[]) => ({
    n: claims.length,
    holds: count(claims, 'holds'),
    fails: count(claims, 'fails'),
    undecided: count(claims, 'undecided'),
  });
  return (
    <ul className="sentences">
      <li>{t('findings.recorded.all', told(all))}</li>
      {recorded.map(({ id, hash, title, network, claims }) => (
        <li key={`${id} ${hash}`}>
          {t(`findings.recorded.one.${network}`, { title, ...told(known(claims)) })}
          {known(claims).length < claims.length &&
            ` ${t('findings.recorded.missing', { n: claims.length - known(claims).length })}`}
        </li>
      ))}
    </ul>
  );
};

const valueText = ({ kind, value, low, high }: Claim, digits: number): string => {
  if (value === null) return '';
  const said = kind === 'difference' ? formatSigned(value, digits) : formatFixed(value, digits);
  if (low === null || high === null) return t('findings.recorded.alone', { value: said });
  return t('findings.recorded.value', { value: said, low: formatFixed(low, digits), high: formatFixed(high, digits) });
};

const needsText = ({ seeds, needs }: Claim): string =>
  seeds === null ? (needs ?? '') : t('findings.recorded.seeds', { n: seeds });

const Rows = ({ recorded: { claims, digits, title } }: { readonly recorded: Recorded }) => (
  <Scroll caption={title}>
    <table className="scope-claims recorded-claims">
      <caption className="sr-only">{title}</caption>
      <thead>
        <tr>
          <th scope="col">{t('findings.recorded.claim')}</th>
          <th scope="col">{t('findings.recorded.outcome')}</th>
          <th scope="col">{t('findings.recorded.here')}</th>
          <th scope="col">n</th>
          <th scope="col">{t('findings.recorded.needs')}</th>
        </tr>
      </thead>
      <tbody>
        {claims.map((claim) => (
          <tr key={claim.says}>
            <th scope="row">{claim.says}</th>
            <td>
              <span className={`tag is-${claim.outcome.replace(' ', '-')}`}>{t(`findings.${claim.outcome}`)}</span>
            </td>
            <td>{valueText(claim, digits)}</td>
            <td>{claim.n === 0 ? '' : claim.n}</td>
            <td className="muted">{claim.outcome === 'not recorded' ? '' : needsText(claim)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </Scroll>
);

export const RecordedExperiments = ({ recorded }: Pick<Findings, 'recorded'>) => (
  <>
    <Sentences recorded={recorded} />
    {recorded.map((one) => (
      <details key={`${one.id} ${one.hash}`} className="recorded">
        <summary>{t(`findings.recorded.title.${one.network}`, { title: one.title })}</summary>
        <p className="muted">
          <Link to={`/boards/${one.board}`}>{t('findings.recorded.board')}</Link>
          {' · '}
          <a href={one.paper}>{t('findings.recorded.paper')}</a>
          {' · '}
          <code>{one.command}</code>
        </p>
        <Rows recorded={one} />
      </details>
    ))}
  </>
);
