/**
 * Recorded experiments that the findings page reads: the shapes of files in `scripts/experiments/results`. A script that
 * writes one checks its records with the schema here.
 */
import { z } from 'zod';

const Share = z.number().min(0).max(1);

/** `isomorphic.json` is a list of these: one network cut once, by one scope, to one budget. */
export const ScopeRun = z.object({
  model: z.string(),
  family: z.enum(['transformer', 'convolutional']),
  criterion: z.string(),
  normalize: z.string().describe('Of scores inside a group before they compete; `none` = raw'),
  scope: z.enum(['local', 'global', 'isomorphic']),
  seed: z.number().int(),
  share: Share.describe('Of the base network’s MACs, asked for'),
  steps: z.number().int().min(0).describe('Steps of training after the cut'),
  top1: z.number().describe('Percent on the test split after everything that was done'),
  kept: z.record(z.string(), Share).describe('Share of the channels kept, per class of channels that are cut together'),
  sizes: z.record(z.string(), z.number().int().min(1)).describe('Channels of each class before'),
});
export type ScopeRun = z.infer<typeof ScopeRun>;

export const ScopeClaim = z.object({
  id: z.enum(['C1', 'C2', 'C3']),
  subject: z.string().describe('Models, criterion, scores, training'),
  value: z
    .number()
    .describe('C1: spread of kept shares under scope isomorphic; C2, C3: points of mean top-1 over the budgets'),
  low: z
    .number()
    .nullable()
    .describe(
      'Student’s interval over networks (C3: Welch’s), 95 %; null: fewer than three networks (C3: of a family)',
    ),
  high: z.number().nullable(),
  against: z.number().nullable().describe('C1: the spread under scope global'),
  n: z.number().int().describe('C1: cuts; C2, C3: networks'),
  outcome: z.enum(['holds', 'fails', 'undecided']),
  networks: z
    .array(
      z.object({
        model: z.string(),
        value: z.number(),
        low: z.number().nullable().describe('Student’s interval over seeds, 95 %; null: fewer than three'),
        high: z.number().nullable(),
        n: z.number().int().describe('Seeds'),
      }),
    )
    .describe('C2, C3: points gained on each network'),
});
export type ScopeClaim = z.infer<typeof ScopeClaim>;

export const ScopeCurve = z.object({
  model: z.string(),
  setting: z.string(),
  scope: ScopeRun.shape.scope,
  points: z
    .array(z.object({ share: z.number(), value: z.number(), low: z.number(), high: z.number() }))
    .describe('Mean over seeds per budget, with the least and the most'),
});
export type ScopeCurve = z.infer<typeof ScopeCurve>;
