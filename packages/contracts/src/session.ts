/** How the server is doing, and the answer to an upload. */
import { z } from 'zod';

/** A worker as it last reported itself. */
export const WorkerReport = z.object({
  id: z.string(),
  device: z.enum(['cpu', 'gpu']).default('cpu').describe('The class of runs that it takes'),
  provider: z.string().describe('Of onnxruntime, as it really loaded'),
  machine: z.string().describe('The processor or accelerator'),
  cores: z.number().int().nullable().default(null),
  threads: z.number().int().nullable().default(null).describe('Of one run'),
  memoryBytes: z.number().nullable().default(null).describe('What a run may take'),
  busy: z.boolean(),
  lastSeen: z.iso.datetime(),
});
export type WorkerReport = z.infer<typeof WorkerReport>;

export const Check = z.object({
  id: z.enum(['queue', 'workers', 'backup']),
  state: z.enum(['ok', 'warn', 'bad']),
  detail: z.string().describe('In words'),
});
export type Check = z.infer<typeof Check>;

export const Status = z.object({
  version: z.string(),
  checks: z.array(Check).describe('Whether all is well, and what is not'),
  queue: z.object({ waiting: z.number().int(), active: z.number().int() }),
  workers: z.array(WorkerReport),
  runs: z.object({ today: z.number().int(), total: z.number().int() }),
  uptimeSeconds: z.number(),
});
export type Status = z.infer<typeof Status>;

/** The answer to an upload. */
export const Uploaded = z.object({ sha256: z.string(), bytes: z.number().int() });

const Allowance = z.object({ limit: z.number().int(), used: z.number().int(), remaining: z.number().int() });

/** What a person may have; null: any number. */
export const QuotaState = z.object({
  perDay: Allowance.nullable().describe('Scored within 24 hours, or not ended yet; what fails or is cancelled is free'),
  atOnce: Allowance.nullable().describe('Waiting or running'),
  computeSeconds: Allowance.nullable().describe('Within 24 hours: what runs took, and estimates of those not ended'),
  storedBytes: Allowance.nullable().describe('Of files that were sent, submitted or came out of runs, each once'),
});
export type QuotaState = z.infer<typeof QuotaState>;
