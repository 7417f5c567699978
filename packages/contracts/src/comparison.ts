/** Rows of one board side by side, every two of them under a test. */
import { z } from 'zod';
import { Row } from './row.js';
import { Submission } from './submission.js';

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
  p: z
    .number()
    .nullable()
    .describe(
      'Two-sided; null where it cannot be tested. From version 2 on of a test over seeds and examples; of version 1 mid-p, of these runs alone',
    ),
  difference: z.number().nullable().describe('Of the metric that ranks, a minus b'),
  low: z.number().nullable().default(null).describe('Of the difference, 95 %; null in version 1'),
  high: z.number().nullable().default(null),
  n: z.number().int().nullable().describe('Test examples that both answered'),
  power: z
    .object({
      verdict: z
        .enum(['separated', 'more seeds', 'no power'])
        .describe('`no power`: no number of seeds that may be run would tell the two apart'),
      seeds: z.number().int().nullable().describe('Of each of the two, that would separate them'),
      missing: z.tuple([z.number().int(), z.number().int()]).nullable().describe('Of these, still to be run: a, b'),
      detectable: z.number().describe('The least difference that the rows as they are would show, four times in five'),
    })
    .nullable()
    .default(null),
});

export const Comparison = z.object({
  rows: z.array(Row),
  missing: z.array(z.string()).describe('Ids that are not on the board'),
  pairs: z.array(Pair),
});
export type Comparison = z.infer<typeof Comparison>;

export const CreateSeeds = z.strictObject({
  rows: z.tuple([z.string(), z.string()]).describe('Ids of two rows that more seeds would tell apart'),
});

/** The seeds that a comparison says are missing, as far as whoever asks may run them. */
export const MoreSeeds = z.object({
  submissions: z.array(Submission).describe('One for each row that gets seeds'),
  left: z
    .array(
      z.object({
        row: z.string(),
        label: z.string(),
        seeds: z.number().int().describe('So many are missing'),
        why: z
          .enum(['enough', 'under way', 'not yours', 'shipped', 'drawn', 'no seeds', 'closed'])
          .describe(
            '`enough`: none is missing; `under way`: they wait or run; `not yours`, `shipped`: seeds of others are a second run, not more of the row; `drawn`: its seeds are drawn by the server; `no seeds`: nothing in it depends on a seed; `closed`: the board takes none',
          ),
      }),
    )
    .describe('Rows that get none, and why'),
});
export type MoreSeeds = z.infer<typeof MoreSeeds>;
