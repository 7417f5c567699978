/** What a finished run measured: base, pruned and fine-tuned side by side. */
import type { MetricDescription, Result, TrackDescription } from '@topiary/contracts';
import { Scroll } from '../../components/scroll.js';
import { axisScale, formatBytes, formatDuration, formatFixed, formatMs, formatShare } from '../../lib/format.js';
import { phasesOf, phaseTitle } from '../../lib/tracks.js';
import { flagWords } from '../leaderboard/flags.js';
import { t, tn } from './words.js';

type Phases = TrackDescription['phases'];

const MetricRow = ({
  metric,
  result,
  phases,
}: {
  readonly metric: MetricDescription;
  readonly result: Result;
  readonly phases: Phases;
}) => {
  const found = phases.map(({ id }) => result.metrics.find((one) => one.id === metric.id && one.phase === id));
  const n = found.find((one) => one !== undefined)?.n;
  if (n === undefined) return null;
  return (
    <tr>
      <th scope="row">
        {metric.title}
        <span className="muted">{` ${tn('result.examples', n)}`}</span>
      </th>
      {found.map((one, i) => (
        <td key={phases[i]!.id} className="numeric">
          {one ? `${formatFixed(one.value, metric.digits)}${metric.unit ? ` ${metric.unit}` : ''}` : '–'}
        </td>
      ))}
    </tr>
  );
};

interface Counted {
  readonly title: string;
  readonly unit: string;
  readonly digits: number;
  readonly base: number;
  readonly left: number;
}

/** The cut decides what is left: later phases change none of it. */
const CountRow = ({ counted, phases }: { readonly counted: Counted; readonly phases: Phases }) => {
  const { title, base, left } = counted;
  const scale = axisScale(counted, [base, left]);
  const write = (value: number) => `${scale.write(value)} ${scale.unit}`.trim();
  return (
    <tr>
      <th scope="row">{title}</th>
      {phases.map(({ id }, i) => (
        <td key={id} className="numeric">
          {i === 0 ? write(base) : `${write(left)} (${formatShare(left, base)})`}
        </td>
      ))}
    </tr>
  );
};

const FIGURES = 3;

/** Both counts of MACs, since a reader of papers needs to know which is which, then every other axis that was counted. */
const countedOf = ({ params, macs, costs = {} }: Result, { axes }: TrackDescription): readonly Counted[] => {
  const plain = { unit: '', digits: FIGURES };
  const named: readonly string[] = ['params', 'macs', 'latency'];
  return [
    { title: t('result.params'), ...plain, ...params },
    { title: t('result.macs.published'), ...plain, ...macs.published },
    { title: t('result.macs.pure'), ...plain, ...macs.pure },
    ...axes.flatMap(({ id, title, unit, digits }) => {
      const found = costs[id];
      return found && !named.includes(id) ? [{ title, unit, digits, ...found }] : [];
    }),
  ];
};

/** Times: the base model's before, the result's in its last phase. */
const TimeRow = ({
  title,
  how,
  base,
  left,
  phases,
}: {
  readonly title: string;
  readonly how: string;
  readonly base: string;
  readonly left: string;
  readonly phases: Phases;
}) => (
  <tr>
    <th scope="row">
      {title}
      <span className="muted">{how && ` ${how}`}</span>
    </th>
    {phases.map(({ id }, i) => (
      <td key={id} className="numeric">
        {i === 0 ? base : i === phases.length - 1 ? left : '–'}
      </td>
    ))}
  </tr>
);

/** Lanes have a thread each; the base has one. */
const latencyHow = ({ batch, threads = 1 }: NonNullable<Result['latency']>): string =>
  threads > 1 ? t('result.latency.lanes', { batch, threads }) : t('result.latency.how', { batch });

const Times = ({ result, phases }: { readonly result: Result; readonly phases: Phases }) => {
  const { latency, laps = {} } = result;
  const parts = Object.entries(laps).flatMap(([unit, of]) =>
    Object.entries(of).map(([lap, ms]) => ({ title: t('result.lap', { unit, lap }), ms })),
  );
  return (
    <>
      {latency && (
        <TimeRow
          title={t('result.latency')}
          how={latencyHow(latency)}
          base={`${formatMs(latency.baseP50Ms)} / ${formatMs(latency.baseP99Ms)} ms`}
          left={`${formatMs(latency.p50Ms)} / ${formatMs(latency.p99Ms)} ms`}
          phases={phases}
        />
      )}
      {parts.map(({ title, ms }) => (
        <TimeRow key={title} title={title} how="" base="–" left={`${formatMs(ms)} ms`} phases={phases} />
      ))}
    </>
  );
};

export const ResultTable = ({ result, track }: { readonly result: Result; readonly track: TrackDescription }) => {
  const phases = phasesOf(track, result.metrics);
  return (
    <Scroll caption={t('result.caption')}>
      <table className="result">
        <caption className="sr-only">{t('result.caption')}</caption>
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
            <MetricRow key={metric.id} metric={metric} result={result} phases={phases} />
          ))}
          {countedOf(result, track).map((counted) => (
            <CountRow key={counted.title} counted={counted} phases={phases} />
          ))}
          <Times result={result} phases={phases} />
        </tbody>
      </table>
    </Scroll>
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
    ...(result.flags.length > 0
      ? [[t('fact.flags'), result.flags.map((flag) => flagWords(flag).title).join(', ')] as const]
      : []),
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
