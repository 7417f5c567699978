/** The one job that travels through the queue: an attempt at a run. Everything else about it is in Postgres. */
import { z } from 'zod';

export const RUN_QUEUE = 'runs';

export const RunJob = z.object({
  run: z.string(),
  attempt: z.number().int(),
  capability: z.object({ device: z.enum(['cpu', 'gpu']), memoryBytes: z.number() }),
});
export type RunJob = z.infer<typeof RunJob>;

/** BullMQ refuses ids with `:` and ids of digits only. */
export const runJobId = (job: Pick<RunJob, 'run' | 'attempt'>): string => `run-${job.run}-${job.attempt}`;
