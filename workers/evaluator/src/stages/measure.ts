/** Measure: what the task times, alternating with its base, while nothing else of ours computes. */
import type { Result } from '@topiary/contracts';
import type { Pipeline } from '@topiary/pipeline';
import { alternate, type Timed } from '@topiary/runtime';
import type { BoundTask, Unit } from '@topiary/tasks';
import { ownCompute } from '../compute.js';
import type { RunContext } from '../run-context.js';

export interface Measured {
  readonly latency: Result['latency'];
  /** Medians in ms by unit and part. */
  readonly laps: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

const measureUnit = async ({ protocol, report, signal }: RunContext, base: Unit, unit: Unit): Promise<Timed> => {
  const { warmupMs, samples } = protocol.latency;
  const times = await alternate(base, unit, { warmupMs, samples, signal });
  report.log(
    `${unit.title}, ${unit.examples} at a time: ${times.second.p50Ms.toFixed(3)} ms, base ${times.first.p50Ms.toFixed(3)} ms (medians of ${samples})`,
  );
  return times;
};

const unitsOf = async (context: RunContext, task: BoundTask, pipeline: Pipeline): Promise<readonly Unit[]> =>
  task.units(pipeline, ownCompute(context), context.protocol.latency.batch);

/** The first unit is the row's latency; laps of all of them are kept. */
export const measure = (context: RunContext, task: BoundTask, base: Pipeline, pipeline: Pipeline): Promise<Measured> =>
  context.lock.hold(context.signal, async () => {
    const [ours, theirs] = [await unitsOf(context, task, pipeline), await unitsOf(context, task, base)];
    const { batch, samples } = context.protocol.latency;
    let latency: Result['latency'] = null;
    const laps: Record<string, Readonly<Record<string, number>>> = {};
    try {
      for (const [i, unit] of ours.entries()) {
        const { first, second } = await measureUnit(context, theirs[i]!, unit);
        if (Object.keys(second.laps).length > 0) laps[unit.id] = second.laps;
        latency ??= {
          p50Ms: second.p50Ms,
          p99Ms: second.p99Ms,
          baseP50Ms: first.p50Ms,
          baseP99Ms: first.p99Ms,
          batch,
          samples,
        };
      }
      return { latency, laps };
    } finally {
      for (const unit of [...ours, ...theirs]) await unit.release();
    }
  });
