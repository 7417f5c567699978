/** Every two of the rows under a test: over other seeds and examples, or of version 1 over the examples that both answered. */
import type { Comparison, Row, TrackDescription } from '@topiary/contracts';
import { Scroll } from '../../components/scroll.js';
import { measure, measureText } from '../../lib/format.js';
import { differenceUnit, mainMetric } from '../../lib/tracks.js';
import { t } from '../row/words.js';

const P_DIGITS = 3;

const pText = (p: number): string => (p < 10 ** -P_DIGITS ? `< ${10 ** -P_DIGITS}` : `= ${p.toFixed(P_DIGITS)}`);

type Pair = Comparison['pairs'][number];

const hasInterval = (pair: Pair): boolean => pair.difference !== null && pair.low !== null && pair.high !== null;

/** The row minus the column, whichever of the two comes first. */
const turned = ({ difference, low, high }: Pair, flipped: boolean) =>
  flipped
    ? { value: -difference!, low: high === null ? null : -high, high: low === null ? null : -low }
    : { value: difference!, low, high };

const Cell = ({
  pair,
  flipped,
  track,
}: {
  readonly pair: Comparison['pairs'][number] | undefined;
  readonly flipped: boolean;
  readonly track: TrackDescription;
}) => {
  if (pair?.p == null) return <td className="muted">–</td>;
  const sign = pair.difference === null ? 0 : Math.sign(pair.difference) * (flipped ? -1 : 1);
  const metric = mainMetric(track);
  const isBetter = sign > 0 === (metric.direction === 'higher');
  const verdict = pair.p >= 0.05 || sign === 0 ? 'alike' : isBetter ? 'better' : 'worse';
  return (
    <td>
      {hasInterval(pair) && (
        <span className="difference">
          {measureText(measure(turned(pair, flipped), { ...metric, unit: differenceUnit(metric), signed: true }))}
        </span>
      )}
      {`p ${pText(pair.p)}`}
      <span className="muted">{`, ${t(`compare.test.${verdict}`)}`}</span>
    </td>
  );
};

interface Props {
  readonly rows: readonly Row[];
  readonly pairs: Comparison['pairs'];
  readonly track: TrackDescription;
}

export const Paired = ({ rows, pairs, track }: Props) => {
  const find = (a: string, b: string) => pairs.find((pair) => pair.a === a && pair.b === b);
  return (
    <>
      <p>{t(pairs.some(hasInterval) ? 'compare.test.drawn' : 'compare.test.how')}</p>
      <Scroll caption={t('compare.test')}>
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
                      track={track}
                      pair={find(row.id, other.id) ?? find(other.id, row.id)}
                      flipped={find(row.id, other.id) === undefined}
                    />
                  ),
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {pairs.some(({ p }) => p === null) && <p className="muted">{t('compare.test.none')}</p>}
    </>
  );
};
