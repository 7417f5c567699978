/** Rows of one board side by side, every two of them under an exact paired test. */
import { z } from 'zod';
import { Row } from './row.js';

export const ComparisonQuery = z.object({
  rows: z
    .string()
    .max(4000)
    .transform((text) => [...new Set(text.split(',').filter(Boolean))])
    .pipe(z.array(z.string()).min(1).max(12))
    .describe('Ids of rows, separated by commas; at most 12'),
});

export const Pair = z.object({
  a: z.string(),
  b: z.string(),
  p: z.number().nullable().describe('Two-sided, mid-p; null where one of them has no record of its answers'),
  difference: z.number().nullable().describe('Of the share of right answers, a minus b, in points'),
  n: z.number().int().nullable().describe('Test examples that both answered'),
});

export const Comparison = z.object({
  rows: z.array(Row),
  missing: z.array(z.string()).describe('Ids that are not on the board'),
  pairs: z.array(Pair),
});
export type Comparison = z.infer<typeof Comparison>;
