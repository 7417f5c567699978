/** What lets people trust a number: withdrawals with a reason, disputes, and the audit log. */
import { z } from 'zod';
import { Role } from './account.js';
import { Problem } from './problem.js';
import { Byline, RunCounts } from './submission.js';
import { Prose } from './text.js';

const Text = Prose(10, 2000);

export const Withdraw = z.strictObject({ reason: Prose(3, 500).describe('Shown in public') });

export const Dispute = z.object({
  id: z.string(),
  submission: z.string(),
  raisedBy: Byline,
  text: z.string(),
  at: z.iso.datetime(),
  /** Null while it is open. */
  answer: z
    .object({ outcome: z.enum(['upheld', 'rejected']), text: z.string(), by: Byline, at: z.iso.datetime() })
    .nullable(),
});
export type Dispute = z.infer<typeof Dispute>;

export const RaiseDispute = z.strictObject({ text: Text.describe('What is wrong, in public') });
export const AnswerDispute = z.strictObject({ outcome: z.enum(['upheld', 'rejected']), text: Text });
export type AnswerDispute = z.infer<typeof AnswerDispute>;

export const Invite = z.object({
  id: z.string(),
  email: z.string().nullable(),
  role: Role,
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  usedAt: z.iso.datetime().nullable(),
  revokedAt: z.iso.datetime().nullable(),
});
export type Invite = z.infer<typeof Invite>;

export const CreateInvite = z.strictObject({
  email: z.email().max(254).nullable().default(null),
  role: Role.default('user'),
  expiresInDays: z.number().int().min(1).max(90).default(14),
});
export type CreateInvite = z.input<typeof CreateInvite>;

/** A link that works once; the only answer that ever holds it. */
export const OneTimeLink = z.object({ url: z.string(), expiresAt: z.iso.datetime() });
export type OneTimeLink = z.infer<typeof OneTimeLink>;

/** `mailed`: it is on its way to the address of the invite, too. */
export const MadeInvite = OneTimeLink.extend({ invite: Invite, mailed: z.boolean() });
export type MadeInvite = z.infer<typeof MadeInvite>;

export const ChangeRole = z.strictObject({ role: Role.optional(), disabled: z.boolean().optional() });
export type ChangeRole = z.infer<typeof ChangeRole>;

/** A run that failed, with whose it is. */
export const FailedRun = z.object({
  run: z.string(),
  submission: z.string(),
  label: z.string(),
  board: z.string(),
  submitter: Byline.nullable(),
  target: z.string().nullable(),
  seed: z.number().int(),
  attempt: z.number().int(),
  problem: Problem.nullable(),
  finishedAt: z.iso.datetime().nullable(),
});
export type FailedRun = z.infer<typeof FailedRun>;

/** How the work is going, for those who look after the server. */
export const QueueState = z.object({
  runs: RunCounts,
  queue: z.object({ waiting: z.number().int(), active: z.number().int() }),
  unsentJobs: z.number().int(),
  oldestQueuedAt: z.iso.datetime().nullable(),
  running: z.array(
    z.object({
      run: z.string(),
      submission: z.string(),
      board: z.string(),
      worker: z.string().nullable(),
      attempt: z.number().int(),
      progress: z.number(),
      startedAt: z.iso.datetime().nullable(),
      leaseUntil: z.iso.datetime().nullable(),
    }),
  ),
});
export type QueueState = z.infer<typeof QueueState>;

export const AuditEvent = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  actor: z.string().nullable(),
  keyId: z.string().nullable(),
  action: z.string(),
  target: z.string(),
  detail: z.unknown(),
  beforeHash: z.string().nullable(),
  afterHash: z.string().nullable(),
  ip: z.string().nullable(),
  requestId: z.string().nullable(),
  prevHash: z.string(),
  hash: z.string(),
});
export type AuditEvent = z.infer<typeof AuditEvent>;

export const AuditCheck = z.object({
  events: z.number().int(),
  head: z.string().describe('The hash of the last line: whoever kept it can tell later that nothing was changed'),
  broken: z.string().nullable().describe('The first line that does not fit'),
});
export type AuditCheck = z.infer<typeof AuditCheck>;
