/** Which method leads over many rankings at once: Borda, the mean of the metric, or the share of duels won. */
import { z } from 'zod';
import { LEFT_OUT } from './findings.js';

export const OverallQuery = z.object({
  by: z
    .enum(['borda', 'mean', 'win-rate'])
    .default('borda')
    .describe('`mean`: of the metric that ranks, so of one track alone'),
  track: z.string().optional().describe('Boards of one track; absent: of all'),
  target: z.string().optional().describe('Rankings at one target, such as `2x`; absent: at all'),
  from: z
    .enum(['here', 'papers'])
    .default('here')
    .describe('`here`: what this server measured or came with; `papers`: printed tables'),
  apart: z
    .string()
    .optional()
    .describe('Rankings of methods with this field, such as `regularizer`; absent: of those without any'),
  format: z.enum(['json', 'csv', 'parquet']).default('json'),
});
export type OverallQuery = z.output<typeof OverallQuery>;

const RankingName = z.object({ board: z.string(), title: z.string(), target: z.string(), ranking: z.string() });

const Counted = RankingName.extend({
  methods: z.number().int(),
  pairs: z.number().int(),
  told: z.number().int().describe('Of these, told apart; of a paper, printed as different numbers'),
});

export const OverallRow = z.object({
  method: z.string().describe('The label of its rows'),
  isControl: z.boolean().describe('Shows what chance would do'),
  rank: z
    .number()
    .int()
    .nullable()
    .describe('1 + methods with a better number; null: in less than half of the rankings, or without the number'),
  isTied: z.boolean(),
  range: z
    .object({ from: z.number().int(), to: z.number().int() })
    .nullable()
    .describe('The best and the worst rank when any one board is left out; null: there is one board alone'),
  borda: z.number().nullable().describe('Percent of the points that there are'),
  mean: z.number().nullable().describe('Of the metric over all rankings; null where one is missing'),
  winRate: z.number().nullable().describe('Percent; a level duel counts half'),
  wins: z.number().int(),
  level: z.number().int(),
  losses: z.number().int(),
  stands: z.number().int().describe('Rankings that hold it'),
  missing: z.array(z.string()).describe('The `ranking` of those that do not'),
});
export type OverallRow = z.infer<typeof OverallRow>;

export const Overall = z.object({
  by: OverallQuery.shape.by,
  from: OverallQuery.shape.from,
  track: z.string().nullable(),
  metric: z
    .object({ id: z.string(), title: z.string(), unit: z.string(), digits: z.number().int() })
    .nullable()
    .describe('What the mean is of; null: several tracks'),
  targets: z.array(z.string()).describe('At which there are rankings, whatever target was asked for'),
  rankings: z.array(Counted),
  leftOut: z
    .array(RankingName.extend({ why: z.enum([...LEFT_OUT, 'one method', 'a larger one counts']) }))
    .describe(
      'Rankings that tell too little: random pruning is not known well enough, has no row, or is hardly worse than the best',
    ),
  rows: z.array(OverallRow).describe('Best first; what has no rank comes last'),
});
export type Overall = z.infer<typeof Overall>;
