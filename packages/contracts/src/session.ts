/** Who is signed in, and how the server is doing. */
import { z } from 'zod';

export const Session = z.object({ user: z.object({ name: z.string(), role: z.string() }).nullable() });
export type Session = z.infer<typeof Session>;

export const SignIn = z.strictObject({ key: z.string().min(8).max(200) });

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
