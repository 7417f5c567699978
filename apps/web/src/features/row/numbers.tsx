/** Every number of a row: all metrics in all phases, what is left of the model, and times. */
import type { MetricDescription, Row, TrackDescription } from '@topiary/contracts';
import { MeasureFigure } from '../../components/figures.js';
import { Scroll } from '../../components/scroll.js';
import { axisScale, formatFixed, formatMs, formatShare, measure } from '../../lib/format.js';
import { costOf, phasesOf, phaseTitle } from '../../lib/tracks.js';
import { t } from './words.js';

type RowMetric = Row['metrics'][number];
type Phases = TrackDescription['phases'];

/** Over what the interval is taken; the base model has none of its own. */
const explain = ({ interval = 'none', isSpreadBorrowed, n }: RowMetric): string => {
  if (interval === 'seeds') return t('row.interval.seeds', { n: n ?? '?' });
  if (interval !== 'seeds and examples') return t(`row.interval.${interval}`);
  return t(isSpreadBorrowed ? 'row.interval.borrowed' : 'row.interval.both', { n: n ?? '?' });
};

const MetricLine = ({
  metric,
  row,
  phases,
}: {
  readonly metric: MetricDescription;
  readonly row: Row;
  readonly phases: Phases;
}) => {
  const found = phases.map(({ id }) => row.metrics.find((one) => one.id === metric.id && one.phase === id));
  if (found.every((one) => one === undefined)) return null;
  return (
    <tr>
      <th scope="row">{metric.title}</th>
      {found.map((one, i) => (
        <td key={phases[i]!.id} className="numeric" title={one && explain(one)}>
          {one ? <MeasureFigure measure={measure(one, metric)} /> : '–'}
        </td>
      ))}
    </tr>
  );
};

interface Counted {
  readonly title: string;
  readonly unit: string;
  readonly digits: number;
  readonly base: number | null;
  readonly left: number | null;
}

const CountLine = ({ counted, phases }: { readonly counted: Counted; readonly phases: Phases }) => {
  const { title, base, left } = counted;
  const scale = axisScale(counted, [base, left]);
  const write = (value: number | null) => (value === null ? '–' : `${scale.write(value)} ${scale.unit}`.trim());
  const share = base === null || left === null ? '' : ` (${formatShare(left, base)})`;
  return (
    <tr>
      <th scope="row">{title}</th>
      {phases.map(({ id }, i) => (
        <td key={id} className="numeric">
          {i === 0 ? write(base) : `${write(left)}${share}`}
        </td>
      ))}
    </tr>
  );
};

const FIGURES = 3;

/** Every axis that was counted; of MACs both counts, since readers of papers need to know which is which. */
const countedOf = (row: Row, { axes }: TrackDescription): readonly Counted[] => {
  const plain = { unit: '', digits: FIGURES };
  return axes
    .filter(({ perMachine }) => !perMachine)
    .flatMap((axis): Counted[] => {
      if (axis.id === 'macs')
        return [
          { title: t('row.macs.published'), ...plain, ...row.macs.published },
          { title: t('row.macs.pure'), ...plain, ...row.macs.pure },
        ];
      const cost = costOf(row, axis);
      return cost === null ? [] : [{ ...axis, ...cost }];
    });
};

const LatencyLine = ({ row: { latency }, phases }: { readonly row: Row; readonly phases: Phases }) =>
  latency && (
    <tr>
      <th scope="row">{t('row.latency', { batch: latency.batch })}</th>
      {phases.map(({ id }, i) => (
        <td key={id} className="numeric">
          {i === 0
            ? `${formatMs(latency.baseP50Ms)} ms`
            : i === phases.length - 1
              ? `${formatMs(latency.p50Ms)} ms (${formatFixed(latency.baseP50Ms / latency.p50Ms, 2)}×)`
              : '–'}
        </td>
      ))}
    </tr>
  );

export const RowNumbers = ({ row, track }: { readonly row: Row; readonly track: TrackDescription }) => {
  const phases = phasesOf(track, row.metrics);
  return (
    <Scroll caption={t('row.numbers')}>
      <table className="result">
        <caption className="sr-only">{t('row.numbers')}</caption>
        <thead>
          <tr>
            <td />
            {phases.map((phase) => (
              <th key={phase.id} scope="col" className="numeric">
                {phaseTitle(phase)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {track.metrics.map((metric) => (
            <MetricLine key={metric.id} metric={metric} row={row} phases={phases} />
          ))}
          {countedOf(row, track).map((counted) => (
            <CountLine key={counted.title} counted={counted} phases={phases} />
          ))}
          <LatencyLine row={row} phases={phases} />
        </tbody>
      </table>
    </Scroll>
  );
};
