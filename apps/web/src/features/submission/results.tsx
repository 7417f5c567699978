/** What a finished run measured: base, pruned and fine-tuned side by side. */
import type { MetricDescription, Result } from '@topiary/contracts';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatFixed,
  formatMs,
  formatShare,
  scaleFor,
} from '../../lib/format.js';
import { t, tn } from './words.js';

const PHASES = ['base', 'pruned', 'finetuned'] as const;

const MetricRow = ({ metric, result }: { readonly metric: MetricDescription; readonly result: Result }) => {
  const value = (phase: (typeof PHASES)[number]) =>
    result.metrics.find((candidate) => candidate.id === metric.id && candidate.phase === phase);
  const n = PHASES.map(value).find((found) => found !== undefined)?.n;
  if (n === undefined) return null;
  return (
    <tr>
      <th scope="row">
        {metric.title}
        <span className="muted">{` ${tn('result.examples', n)}`}</span>
      </th>
      {PHASES.map((phase) => {
        const found = value(phase);
        return (
          <td key={phase} className="numeric">
            {found ? `${formatFixed(found.value, metric.digits)}${metric.unit ? ` ${metric.unit}` : ''}` : '–'}
          </td>
        );
      })}
    </tr>
  );
};

const CountRow = ({ title, base, left }: { readonly title: string; readonly base: number; readonly left: number }) => {
  const scale = scaleFor(base);
  const text = `${formatCount(left, scale)} (${formatShare(left, base)})`;
  return (
    <tr>
      <th scope="row">{title}</th>
      <td className="numeric">{formatCount(base, scale)}</td>
      <td className="numeric">{text}</td>
      <td className="numeric">{text}</td>
    </tr>
  );
};

export const ResultTable = ({
  result,
  metrics,
}: {
  readonly result: Result;
  readonly metrics: readonly MetricDescription[];
}) => {
  const { latency, params, macs } = result;
  return (
    <div className="table-scroll">
      <table className="result">
        <caption className="sr-only">{t('result.caption')}</caption>
        <thead>
          <tr>
            <td />
            {PHASES.map((phase) => (
              <th key={phase} scope="col" className="numeric">
                {t(`phase.${phase}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {metrics.map((metric) => (
            <MetricRow key={metric.id} metric={metric} result={result} />
          ))}
          <CountRow title={t('result.params')} {...params} />
          <CountRow title={t('result.macs.published')} {...macs.published} />
          <CountRow title={t('result.macs.pure')} {...macs.pure} />
          {latency && (
            <tr>
              <th scope="row">
                {t('result.latency')}
                <span className="muted">{` ${t('result.latency.how', { batch: latency.batch })}`}</span>
              </th>
              <td className="numeric">{`${formatMs(latency.baseP50Ms)} / ${formatMs(latency.baseP99Ms)} ms`}</td>
              <td className="numeric">–</td>
              <td className="numeric">{`${formatMs(latency.p50Ms)} / ${formatMs(latency.p99Ms)} ms`}</td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
};

/** Where and how it was measured: what somebody needs who wants to trust or repeat the numbers. */
export const Circumstances = ({ result, seed }: { readonly result: Result; readonly seed: number }) => {
  const { machine } = result;
  const total = Object.values(result.seconds).reduce((sum, seconds) => sum + seconds, 0);
  const facts: readonly (readonly [string, string])[] = [
    [
      t('fact.achieved'),
      t('fact.achieved.value', { x: formatFixed(result.achieved, 3), counter: t(`counter.${result.counter}`) }),
    ],
    [t('fact.seed'), String(seed)],
    [t('fact.took'), formatDuration(total)],
    [t('fact.machine'), `${machine.cpu}, ${tn('fact.cores', machine.cores)}, ${formatBytes(machine.memoryBytes)}`],
    [
      t('fact.software'),
      `onnxruntime ${machine.onnxruntime} (${machine.provider}), ${tn('fact.threads', machine.threads)}, ${machine.os}, Node ${machine.node}`,
    ],
    [t('fact.protocol'), result.protocol],
    [t('fact.code'), result.codeVersion],
    [t('fact.recipe'), result.recipeHash.slice(0, 16)],
    [t('fact.split'), result.splitHash.slice(0, 16)],
    ...(result.flags.length > 0 ? [[t('fact.flags'), result.flags.join(', ')] as const] : []),
  ];
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
};
