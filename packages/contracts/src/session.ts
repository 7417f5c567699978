/** How the server is doing, and the answer to an upload. */
import { z } from 'zod';

/** A worker as it last reported itself. */
export const WorkerReport = z.object({
  id: z.string(),
  provider: z.string(),
  machine: z.string(),
  busy: z.boolean(),
  lastSeen: z.iso.datetime(),
});
export type WorkerReport = z.infer<typeof WorkerReport>;

export const Status = z.object({
  version: z.string(),
  queue: z.object({ waiting: z.number().int(), active: z.number().int() }),
  workers: z.array(WorkerReport),
  runs: z.object({ today: z.number().int(), total: z.number().int() }),
  uptimeSeconds: z.number(),
});
export type Status = z.infer<typeof Status>;

/** The answer to an upload. */
export const Uploaded = z.object({ sha256: z.string(), bytes: z.number().int() });
