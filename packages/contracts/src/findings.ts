/** What the suite found: which orderings of published tables reproduce on the boards here. */
import { z } from 'zod';
import { ScopeClaim, ScopeCurve } from './experiment.js';

const Tally = z.object({ above: z.number().int(), below: z.number().int(), level: z.number().int() });

/** One board at one target. */
const RankingRef = z.object({ board: z.string(), title: z.string(), target: z.string(), rows: z.number().int() });

export const Ordering = z.object({
  first: z.string().describe('The method that the papers put first, as `criterion` or `criterion + regularizer`'),
  second: z.string(),
  published: Tally.describe('Rankings of the papers that hold both'),
  ours: Tally.describe('Rankings here that hold both; `level`: one tier'),
  p: z.number().describe('Exact sign test of `ours`, two-sided'),
  verdict: z.enum(['reproduced', 'reversed', 'undecided', 'untested']),
});
export type Ordering = z.infer<typeof Ordering>;

/** How far above random pruning a method stands in one ranking here, in the metric's points. */
const Gain = z.object({
  board: z.string(),
  target: z.string(),
  value: z.number(),
  low: z.number().nullable(),
  high: z.number().nullable(),
});

/** Of a method over the rankings that hold it: 1 = always first; ties share the mean of their places. */
const MeanRank = z.object({
  rank: z.number(),
  n: z.number().int().describe('Rankings'),
  boards: z.number().int(),
  places: z.array(z.object({ board: z.string(), target: z.string(), rank: z.number(), of: z.number().int() })),
});
export type MeanRank = z.infer<typeof MeanRank>;

export const Findings = z.object({
  published: z.array(RankingRef),
  ours: z.array(RankingRef),
  methods: z
    .array(
      z.object({
        id: z.string(),
        sparsified: z
          .boolean()
          .describe('With a regularizer: ranked apart, so that its ranks compare among themselves'),
        published: MeanRank.nullable(),
        ours: MeanRank.nullable(),
        gains: z.array(Gain),
      }),
    )
    .describe('Best mean rank here first, then those that only papers rank'),
  kendall: z.number().nullable().describe('τ-b between the two mean ranks, over criteria that have both'),
  orderings: z.array(Ordering),
  scopes: z
    .object({ claims: z.array(ScopeClaim), curves: z.array(ScopeCurve) })
    .nullable()
    .describe('Scope isomorphic against global and local, as recorded by the project; null: not recorded'),
});
export type Findings = z.infer<typeof Findings>;
