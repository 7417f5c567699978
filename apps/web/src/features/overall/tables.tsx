/** The overall ranking as a table, the rankings that it counts, and those that it does not. */
import type { Overall, OverallRow } from '@topiary/contracts';
import { Link } from 'react-router';
import { Table } from '../../components/table.js';
import { formatFixed } from '../../lib/format.js';
import type { By } from './choices.js';
import { t } from './words.js';

const DASH = '–';
const number = (value: number | null, digits: number): string => (value === null ? DASH : formatFixed(value, digits));

const rankText = ({ rank, isTied }: OverallRow): string => (rank === null ? DASH : `${isTied ? '=' : ''}${rank}`);

const rangeText = ({ range }: OverallRow): string =>
  range === null ? DASH : range.from === range.to ? `${range.from}` : `${range.from} to ${range.to}`;

/** Where a method has no row, one line a ranking. */
const Stands = ({ row, found }: { readonly row: OverallRow; readonly found: Overall }) => {
  const text = t('overall.stands.of', { n: row.stands, all: found.rankings.length });
  if (row.missing.length === 0) return text;
  const names = found.rankings.filter(({ board, ranking }) => row.missing.includes(`${board} ${ranking}`));
  return (
    <details className="missing">
      <summary>{text}</summary>
      {t('overall.missing')}
      <ul>
        {names.map(({ board, ranking, title, target }) => (
          <li key={`${board} ${ranking}`}>
            {title}, {target}
          </li>
        ))}
      </ul>
    </details>
  );
};

export const OverallTable = ({ found }: { readonly found: Overall }) => {
  const { metric, by } = found;
  const columns: readonly { readonly by: By; readonly head: string; readonly text: (row: OverallRow) => string }[] = [
    { by: 'borda', head: t('overall.borda'), text: ({ borda }) => number(borda, 1) },
    ...(metric === null
      ? []
      : [
          {
            by: 'mean' as const,
            head: `${t('overall.mean', { metric: metric.title })}${metric.unit ? `, ${metric.unit}` : ''}`,
            text: ({ mean }: OverallRow) => number(mean, metric.digits),
          },
        ]),
    { by: 'win-rate', head: t('overall.winRate'), text: ({ winRate }) => number(winRate, 1) },
  ];
  return (
    <Table
      caption={t('overall.title')}
      heads={[
        [t('overall.rank'), 'numeric'],
        [t('overall.method'), 'sticky'],
        ...columns.map(({ head, by: own }) => [head, own === by ? 'numeric is-sorted' : 'numeric'] as const),
        [t('overall.duels'), 'numeric'],
        [t('overall.leftOutBoard'), 'numeric'],
        [t('overall.stands'), 'numeric'],
      ]}
    >
      {found.rows.map((row) => (
        <tr key={row.method} className={row.rank === null ? 'muted' : undefined}>
          <td className="numeric">{rankText(row)}</td>
          <th scope="row" className="sticky">
            {row.method}
            {row.isControl && <span className="tag">{t('overall.control')}</span>}
          </th>
          {columns.map(({ by: own, text }) => (
            <td key={own} className="numeric">
              {own === by ? <strong>{text(row)}</strong> : text(row)}
            </td>
          ))}
          <td className="numeric">{`${row.wins} · ${row.level} · ${row.losses}`}</td>
          <td className="numeric">{rangeText(row)}</td>
          <td className="numeric">
            <Stands row={row} found={found} />
          </td>
        </tr>
      ))}
    </Table>
  );
};

const at = ({ board, target }: Overall['leftOut'][number] | Overall['rankings'][number]): string =>
  `/boards/${board}?target=${encodeURIComponent(target)}`;

export const CountedTable = ({ rankings }: Pick<Overall, 'rankings'>) => (
  <Table
    caption={t('overall.counted')}
    heads={[
      t('overall.board'),
      t('overall.target'),
      [t('overall.counted.methods'), 'numeric'],
      [t('overall.counted.told'), 'numeric'],
    ]}
  >
    {rankings.map((one) => (
      <tr key={`${one.board} ${one.ranking}`}>
        <th scope="row">
          <Link to={at(one)}>{one.title}</Link>
        </th>
        <td>{one.target}</td>
        <td className="numeric">{one.methods}</td>
        <td className="numeric">{t('overall.stands.of', { n: one.told, all: one.pairs })}</td>
      </tr>
    ))}
  </Table>
);

export const LeftOutTable = ({ leftOut }: Pick<Overall, 'leftOut'>) => (
  <Table caption={t('overall.leftOut')} heads={[t('overall.board'), t('overall.target'), t('overall.why')]}>
    {leftOut.map((one) => (
      <tr key={`${one.board} ${one.ranking}`}>
        <th scope="row">
          <Link to={at(one)}>{one.title}</Link>
        </th>
        <td>{one.target}</td>
        <td className="is-prose">{t(`overall.why.${one.why}`)}</td>
      </tr>
    ))}
  </Table>
);
