/** Lists and the leaderboard as the API returns them. */
import { z } from 'zod';
import { Board } from './catalogue.js';
import { Page } from './page.js';
import { Provenance, Target } from './result.js';
import { RandomBar, Row } from './row.js';

export const listOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

export const LeaderboardQuery = Page.extend({
  limit: Page.shape.limit.unwrap().optional().describe('Of JSON 50; of CSV and Parquet every row'),
  target: z.string().optional(),
  provenance: Provenance.optional(),
  division: z.enum(['closed', 'open']).optional(),
  sort: z
    .string()
    .max(200)
    .optional()
    .describe(
      'Columns, the first decides: a metric id, `rank`, `label`, `change`, `above-random`, `params`, `macs`, `latency`, `seconds`, `step-seconds`, `epoch-seconds`, `seeds`, `at` or an axis of the track; `-` before one reverses it',
    ),
  method: z.string().optional().describe('A criterion, regularizer or procedure'),
  criterion: z.string().optional(),
  regularizer: z.string().optional().describe('`none`: rows without one'),
  scope: z.string().optional(),
  q: z.string().max(200).optional().describe('Words that must all occur in the label'),
  as_of: z
    .union([z.iso.date(), z.iso.datetime()])
    .optional()
    .describe('The board as it was then: runs that had ended and were not withdrawn; a date alone means its end (UTC)'),
  format: z
    .enum(['json', 'csv', 'parquet'])
    .default('json')
    .describe('`parquet`: the columns of the CSV with their types (Apache Parquet)'),
});

export const Leaderboard = z.object({
  board: Board,
  target: Target.nullable(),
  rows: z.array(Row),
  random: z
    .record(z.string(), RandomBar)
    .default({})
    .describe('From version 2 on, by ranking: how well random pruning is known'),
  nextCursor: z.string().nullable(),
});
export type Leaderboard = z.infer<typeof Leaderboard>;
