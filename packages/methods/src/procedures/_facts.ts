/** Files that a run's page draws: how a choice formed, and how a pipeline is called. */
import type { GatesFact, ScheduleFact } from '@topiary/contracts';
import { count } from '@topiary/ops';
import { type Counter, callsAt, type Pipeline, stepsOf } from '@topiary/pipeline';
import type { Fact } from '@topiary/tasks';

const fact = (view: string, title: string, content: unknown): Fact => ({
  view,
  title,
  mediaType: 'application/json',
  bytes: new TextEncoder().encode(JSON.stringify(content)),
});

/** Digits of a share that a picture can show. */
const rounded = (share: number): number => Number(share.toFixed(3));

export const gatesFact = (title: string, content: GatesFact): Fact =>
  fact('gates', title, { ...content, values: content.values.map((row) => row.map(rounded)) });

export interface ScheduleRequest {
  readonly counter: Counter;
  /** What the network is told at each step. */
  readonly timesteps: readonly number[];
  readonly mask?: ScheduleFact['mask'];
}

/** The calls of each step with the MACs of their parts; a schedule without an end is as long as the loop. */
export const scheduleFact = (
  title: string,
  pipeline: Pipeline,
  { counter, timesteps, mask = null }: ScheduleRequest,
): Fact => {
  const macs = new Map([...pipeline.parts].map(([part, { graph }]) => [part, count(graph)[counter]]));
  const steps = Array.from({ length: stepsOf(pipeline.schedule) ?? timesteps.length }, (_, step) => ({
    timestep: timesteps[step] ?? null,
    calls: callsAt(pipeline.schedule, step).map(({ part, lane }) => ({ part, lane, macs: macs.get(part)! })),
  }));
  return fact('schedule', title, { steps, mask } satisfies ScheduleFact);
};
