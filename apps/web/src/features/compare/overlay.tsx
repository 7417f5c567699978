/** Channels left in each layer, one bar a row of the leaderboard, under each other: which layers each method spares. */
import type { Row, Submission } from '@topiary/contracts';
import { formatShare } from '../../lib/format.js';
import { t } from '../row/words.js';

interface Line {
  readonly row: Row;
  readonly seed: number;
  readonly shares: ReadonlyMap<string, { readonly before: number; readonly after: number }>;
}

/** Widths of a row: those of its first seed. */
const lineOf = (row: Row, submission: Submission): Line | null => {
  const run = submission.runs.find((one) => one.target?.label === row.target.label && one.result !== null);
  if (!run?.result) return null;
  const outputs = run.result.widths.filter(({ axis }) => axis === 0);
  return { row, seed: run.seed, shares: new Map(outputs.map((width) => [width.layer, width])) };
};

export const Overlay = ({
  rows,
  submissions,
  own,
}: {
  readonly rows: readonly Row[];
  readonly submissions: readonly Submission[];
  /** The row that the others are shown beside. */
  readonly own?: string;
}) => {
  const lines = rows.flatMap((row) => {
    const submission = submissions.find(({ id }) => id === row.submission);
    const line = submission && lineOf(row, submission);
    return line ? [line] : [];
  });
  if (lines.length === 0) return <p className="muted">{t('compare.widths.none')}</p>;
  const layers = [...new Set(lines.flatMap(({ shares }) => [...shares.keys()]))];
  return (
    <>
      <p>{t('compare.widths.how', { seed: lines[0]!.seed })}</p>
      <div className="table-scroll">
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
      </div>
    </>
  );
};
