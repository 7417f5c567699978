/**
 * Measure: what the task times, alternating with its base, on one thread, while nothing else of ours computes. One thread:
 * what a second one does on a machine of two cores is the business of whoever else is on it. A pipeline of several lanes has
 * one thread for each; on a machine with fewer cores than lanes no time would say what they take, and none is taken.
 */
import { availableParallelism } from 'node:os';
import type { Result } from '@topiary/contracts';
import type { Pipeline } from '@topiary/pipeline';
import { alternate, type Calm, type Latency, type Timed } from '@topiary/runtime';
import { UNSTEADY } from '@topiary/stats';
import type { BoundTask, Unit } from '@topiary/tasks';
import { ownCompute, pauseOf } from '../compute.js';
import { laneCompute, lanesIn } from '../lane-compute.js';
import type { RunContext } from '../run-context.js';
import { isSteady } from '../steady.js';

export interface Measured {
  readonly latency: Result['latency'];
  /** Medians in ms by unit and part. */
  readonly laps: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly flags: readonly string[];
}

export const THREADS = 1;

/** Of a row without a latency: its machine has fewer cores than the row has lanes, and only their MACs say what they would take. */
export const TOO_FEW_CORES = 'lanes-without-cores';

/** Of two networks that were timed in turn. */
export const latencyOf = (
  base: Omit<Latency, 'batch'>,
  pruned: Omit<Latency, 'batch'>,
  { drift, attempts, isSteady: steady }: Calm,
  batch: number,
  threads = THREADS,
): NonNullable<Result['latency']> => ({
  p50Ms: pruned.p50Ms,
  p99Ms: pruned.p99Ms,
  baseP50Ms: base.p50Ms,
  baseP99Ms: base.p99Ms,
  batch,
  samples: pruned.samples,
  threads,
  drift,
  attempts,
  steady,
});

export const latencyFlags = (latency: Result['latency']): readonly string[] =>
  latency && !isSteady(latency) ? [UNSTEADY] : [];

const measureUnit = async (
  { protocol, report, signal, job }: RunContext,
  [base, unit]: readonly [Unit, Unit],
  isFirst: boolean,
): Promise<Timed> => {
  const { warmupMs, samples } = protocol.latency;
  const usualMs = isFirst ? job.usualMs : null;
  const times = await alternate(base, unit, { warmupMs, samples, signal, usualMs });
  const { drift, attempts, isSteady: steady } = times.calm;
  report.log(
    `${unit.title}, ${unit.examples} at a time: ${times.second.p50Ms.toFixed(3)} ms, base ${times.first.p50Ms.toFixed(3)} ms (medians of ${times.second.samples})`,
  );
  if (!steady) {
    const moved = `its time moved by ${(100 * drift).toFixed(0)} %`;
    report.log(`the machine was not calm: the base is the same network, and ${moved}, ${attempts} times`, 'warn');
  }
  return times;
};

const unitsOf = async (context: RunContext, task: BoundTask, pipeline: Pipeline): Promise<readonly Unit[]> => {
  const alone = ownCompute({ ...context, compile: { ...context.compile, threads: THREADS } });
  const compute = lanesIn(pipeline) > 1 ? laneCompute(pauseOf(context), THREADS) : alone;
  return task.units(pipeline, compute, context.protocol.latency.batch);
};

/** The first unit is the row's latency; laps of all of them are kept. */
const timed = (context: RunContext, task: BoundTask, base: Pipeline, pipeline: Pipeline): Promise<Measured> =>
  context.lock.hold(context.signal, async () => {
    const [ours, theirs] = [await unitsOf(context, task, pipeline), await unitsOf(context, task, base)];
    const threads = THREADS * lanesIn(pipeline);
    let latency: Result['latency'] = null;
    const laps: Record<string, Readonly<Record<string, number>>> = {};
    try {
      for (const [i, unit] of ours.entries()) {
        const { first, second, calm } = await measureUnit(context, [theirs[i]!, unit], i === 0);
        if (Object.keys(second.laps).length > 0) laps[unit.id] = second.laps;
        latency ??= latencyOf(first, second, calm, context.protocol.latency.batch, threads);
      }
      return { latency, laps, flags: [] };
    } finally {
      for (const unit of [...ours, ...theirs]) await unit.release();
    }
  });

export const measure = async (
  context: RunContext,
  task: BoundTask,
  base: Pipeline,
  pipeline: Pipeline,
  cores = availableParallelism(),
): Promise<Measured> => {
  const lanes = lanesIn(pipeline);
  if (lanes <= cores || lanes === 1) return timed(context, task, base, pipeline);
  context.report.log(`${lanes} lanes on ${cores} cores: no latency is taken`, 'warn');
  return { latency: null, laps: {}, flags: [TOO_FEW_CORES] };
};
