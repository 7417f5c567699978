/** What a run tells while it goes on, as it is stored and streamed. */
import { z } from 'zod';
import { Problem } from './problem.js';
import { Stage, State } from './submission.js';

/** Events of a run, keyed (run, attempt, sequence); the SSE id is the database's own sequence. */
export const RunEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('state'), state: State, problem: Problem.nullable() }),
  z.object({
    type: z.literal('stage'),
    stage: z.string(),
    state: Stage.shape.state,
    progress: z.number().min(0).max(1).nullable(),
    seconds: z.number().nullable(),
    etaSeconds: z.number().nullable(),
  }),
  /** Batched points of a curve: `series` = `loss`, a metric, …; columns of equal length. */
  z.object({
    type: z.literal('curve'),
    stage: z.string(),
    series: z.string(),
    steps: z.array(z.number()),
    values: z.array(z.number()),
  }),
  z.object({ type: z.literal('log'), level: z.enum(['info', 'warn', 'error']), text: z.string() }),
]);
export type RunEvent = z.infer<typeof RunEvent>;

/** One line of the event stream. */
export const RunEventRecord = z.object({
  id: z.string(),
  run: z.string(),
  attempt: z.number().int(),
  sequence: z.number().int(),
  at: z.iso.datetime(),
  event: RunEvent,
});
export type RunEventRecord = z.infer<typeof RunEventRecord>;
