/** Every two of the rows against each other: an exact paired test over the test examples. */
import type { Comparison, Row } from '@topiary/contracts';
import { t } from '../row/words.js';

const P_DIGITS = 3;

const pText = (p: number): string => (p < 10 ** -P_DIGITS ? `< ${10 ** -P_DIGITS}` : `= ${p.toFixed(P_DIGITS)}`);

const Cell = ({
  pair,
  flipped,
}: {
  readonly pair: Comparison['pairs'][number] | undefined;
  readonly flipped: boolean;
}) => {
  if (pair?.p == null) return <td className="muted">–</td>;
  const sign = pair.difference === null ? 0 : Math.sign(pair.difference) * (flipped ? -1 : 1);
  const verdict = pair.p >= 0.05 || sign === 0 ? 'alike' : sign > 0 ? 'better' : 'worse';
  return (
    <td>
      {`p ${pText(pair.p)}`}
      <span className="muted">{`, ${t(`compare.test.${verdict}`)}`}</span>
    </td>
  );
};

export const Paired = ({ rows, pairs }: { readonly rows: readonly Row[]; readonly pairs: Comparison['pairs'] }) => {
  const find = (a: string, b: string) => pairs.find((pair) => pair.a === a && pair.b === b);
  return (
    <>
      <p>{t('compare.test.how')}</p>
      <div className="table-scroll">
        <table>
          <caption className="sr-only">{t('compare.test')}</caption>
          <thead>
            <tr>
              <td />
              {rows.map(({ id, label }) => (
                <th key={id} scope="col">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.id}>
                <th scope="row">{row.label}</th>
                {rows.map((other) =>
                  row.id === other.id ? (
                    <td key={other.id} />
                  ) : (
                    <Cell
                      key={other.id}
                      pair={find(row.id, other.id) ?? find(other.id, row.id)}
                      flipped={find(row.id, other.id) === undefined}
                    />
                  ),
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {pairs.some(({ p }) => p === null) && <p className="muted">{t('compare.test.none')}</p>}
    </>
  );
};
