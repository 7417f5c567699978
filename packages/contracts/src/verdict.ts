/** What the gate says of a file: one line per check, and every fault with its stable code. */
import { z } from 'zod';
import { Sha256 } from './upload.js';

export const CheckedKind = z.enum(['network', 'criterion']).default('network').describe('What the file is to be');

export const CreateCheck = z.strictObject({
  board: z.string(),
  kind: CheckedKind,
  file: Sha256.describe('Of an uploaded file'),
});

const Fault = z.object({
  code: z.string().describe('Stable: `TOPIARY_GATE_<WHAT>`'),
  title: z.string(),
  detail: z.string(),
  where: z.string(),
  expected: z.string(),
  got: z.string(),
});

export const CheckQueue = z.object({
  running: z.number().int().describe('Files that are checked now'),
  waiting: z.number().int().describe('Files whose turn has not come: people take turns, not files'),
  yours: z.number().int().describe('Of these, your own'),
});
export type CheckQueue = z.infer<typeof CheckQueue>;

export const Verdict = z.object({
  ok: z.boolean(),
  checks: z.array(
    z.object({ id: z.string(), title: z.string(), state: z.enum(['passed', 'failed', 'skipped']), detail: z.string() }),
  ),
  faults: z.array(Fault),
  facts: z
    .object({
      bytes: z.number().int(),
      nodes: z.number().int(),
      opset: z.number().int(),
      params: z.number(),
      macs: z.object({ pure: z.number(), published: z.number() }),
      work: z
        .object({ joins: z.number(), elementwise: z.number(), movedBytes: z.number() })
        .describe('For one example, besides the multiply-accumulates of layers'),
      peakActivationBytes: z.number(),
    })
    .nullable(),
  speedup: z
    .object({ pure: z.number(), published: z.number() })
    .nullable()
    .describe("The base network's MACs over the file's, by both counters"),
});
export type Verdict = z.infer<typeof Verdict>;
