/** Channels left in each layer, one bar a row of the leaderboard, under each other: which layers each method spares. */
import { useQueries } from '@tanstack/react-query';
import type { Row, RowShown } from '@topiary/contracts';
import { Scroll } from '../../components/scroll.js';
import { Skeleton } from '../../components/skeleton.js';
import { formatShare } from '../../lib/format.js';
import { rowShownQuery } from '../../lib/queries.js';
import { t } from '../row/words.js';

interface Line {
  readonly row: Row;
  readonly seed: number;
  readonly shares: ReadonlyMap<string, { readonly before: number; readonly after: number }>;
}

/** Widths of a row: those of its first seed. */
const lineOf = (row: Row, { widths, seed }: RowShown): Line | null => {
  const outputs = widths.filter(({ axis }) => axis === 0);
  if (outputs.length === 0 || seed === null) return null;
  return { row, seed, shares: new Map(outputs.map((width) => [width.layer, width])) };
};

export const Overlay = ({
  board,
  rows,
  own,
}: {
  readonly board: string;
  readonly rows: readonly Row[];
  /** The row that the others are shown beside. */
  readonly own?: string;
}) => {
  const found = useQueries({ queries: rows.map(({ id }) => rowShownQuery(board, id)) });
  if (found.some(({ isPending }) => isPending)) return <Skeleton rows={6} />;
  const lines = rows.flatMap((row, i) => {
    const shown = found[i]!.data;
    const line = shown ? lineOf(row, shown) : null;
    return line ? [line] : [];
  });
  if (lines.length === 0) return <p className="muted">{t('compare.widths.none')}</p>;
  const layers = [...new Set(lines.flatMap(({ shares }) => [...shares.keys()]))];
  return (
    <>
      <p>{t('compare.widths.how', { seed: lines[0]!.seed })}</p>
      <Scroll caption={t('compare.widths')} kind="is-tall">
        <table className="overlay">
          <caption className="sr-only">{t('compare.widths')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('compare.layer')}</th>
              {lines.map(({ row }) => (
                <th key={row.id} scope="col" className={row.id === own ? 'is-own' : undefined}>
                  {row.label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {layers.map((layer) => (
              <tr key={layer}>
                <th scope="row">{layer}</th>
                {lines.map(({ row, shares }) => {
                  const width = shares.get(layer);
                  return (
                    <td key={row.id} className={row.id === own ? 'is-own' : undefined}>
                      {width && (
                        <>
                          <meter min={0} max={width.before} value={width.after} aria-hidden="true" />
                          {`${width.after} / ${width.before}`}
                          <span className="share">{formatShare(width.after, width.before)}</span>
                        </>
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
};
