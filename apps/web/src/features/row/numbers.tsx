/** Every number of a row: all metrics in all phases, what is left of the model, and times. */
import type { MetricDescription, Row } from '@topiary/contracts';
import { MeasureFigure } from '../../components/figures.js';
import { formatCount, formatFixed, formatMs, formatShare, measure, scaleFor } from '../../lib/format.js';
import { t as common } from '../../lib/i18n.js';
import { t } from './words.js';

const PHASES = ['base', 'pruned', 'finetuned'] as const;

type RowMetric = Row['metrics'][number];

/** Over what the interval is taken; the base model has none of its own. */
const explain = ({ interval = 'none', n }: RowMetric): string =>
  interval === 'seeds' ? t('row.interval.seeds', { n: n ?? '?' }) : t(`row.interval.${interval}`);

const MetricLine = ({ metric, row }: { readonly metric: MetricDescription; readonly row: Row }) => {
  const found = PHASES.map((phase) => row.metrics.find((one) => one.id === metric.id && one.phase === phase));
  if (found.every((one) => one === undefined)) return null;
  return (
    <tr>
      <th scope="row">{metric.title}</th>
      {found.map((one, i) => (
        <td key={PHASES[i]} className="numeric" title={one && explain(one)}>
          {one ? <MeasureFigure measure={measure(one, metric)} /> : '–'}
        </td>
      ))}
    </tr>
  );
};

const CountLine = ({
  title,
  count: { base, left },
}: {
  readonly title: string;
  readonly count: { readonly base: number | null; readonly left: number | null };
}) => {
  const scale = scaleFor(base ?? left ?? 1);
  const text =
    left === null ? '–' : `${formatCount(left, scale)} ${base === null ? '' : `(${formatShare(left, base)})`}`;
  return (
    <tr>
      <th scope="row">{title}</th>
      <td className="numeric">{base === null ? '–' : formatCount(base, scale)}</td>
      <td className="numeric">{text}</td>
      <td className="numeric">{text}</td>
    </tr>
  );
};

export const RowNumbers = ({ row, metrics }: { readonly row: Row; readonly metrics: readonly MetricDescription[] }) => (
  <div className="table-scroll">
    <table className="result">
      <caption className="sr-only">{t('row.numbers')}</caption>
      <thead>
        <tr>
          <td />
          {PHASES.map((phase) => (
            <th key={phase} scope="col" className="numeric">
              {t(`row.phase.${phase}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {metrics.map((metric) => (
          <MetricLine key={metric.id} metric={metric} row={row} />
        ))}
        <CountLine title={common('column.params')} count={row.params} />
        <CountLine title={t('row.macs.published')} count={row.macs.published} />
        <CountLine title={t('row.macs.pure')} count={row.macs.pure} />
        {row.latency && (
          <tr>
            <th scope="row">{t('row.latency', { batch: row.latency.batch })}</th>
            <td className="numeric">{`${formatMs(row.latency.baseP50Ms)} ms`}</td>
            <td className="numeric">–</td>
            <td className="numeric">
              {`${formatMs(row.latency.p50Ms)} ms (${formatFixed(row.latency.baseP50Ms / row.latency.p50Ms, 2)}×)`}
            </td>
          </tr>
        )}
      </tbody>
    </table>
  </div>
);
