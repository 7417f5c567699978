/** Results that wait for a person: they contradict themselves, and no leaderboard shows them meanwhile. */
import { z } from 'zod';
import { Byline } from './submission.js';
import { Prose } from './text.js';

export const HeldRun = z.object({
  run: z.string(),
  submission: z.string(),
  board: z.string(),
  label: z.string(),
  submitter: Byline.nullable(),
  target: z.string().nullable(),
  seed: z.number().int(),
  reason: z.string(),
  /** When the result came. */
  since: z.iso.datetime().nullable(),
  decision: z.enum(['released', 'refused']).nullable().describe('Null while it waits'),
  answer: z.string().nullable().describe('What whoever decided wrote; null while it waits'),
});
export type HeldRun = z.infer<typeof HeldRun>;

export const HeldFilter = z.object({ submission: z.string().optional().describe('Only its runs') });

export const DecideHeld = z.strictObject({
  decision: z.enum(['released', 'refused']),
  text: Prose(10, 2000).describe('Why; its owner reads it, and it stands in the audit log'),
});
export type DecideHeld = z.infer<typeof DecideHeld>;
