/** What the suite found: which orderings of published tables reproduce on the boards here. */
import { z } from 'zod';
import { ScopeClaim, ScopeCurve } from './experiment.js';
import { RecordedFinding } from './recorded-finding.js';

/** Why a ranking tells too little to be counted; `more seeds`: it may still come to be counted, and is ranked by itself. */
export const LEFT_OUT = ['unfit', 'more seeds', 'none', 'narrow'] as const;

const Tally = z.object({ above: z.number().int(), below: z.number().int(), level: z.number().int() });

const SeedsToTell = z.object({
  row: z.string(),
  seeds: z.number().int().nullable().describe('Of each of the two rows; null: more than `most`, if any number'),
});

/** One ranking here: what its tests say. */
const Known = z.object({
  board: z.string(),
  title: z.string(),
  target: z.string(),
  sparsified: z.boolean(),
  rows: z.number().int(),
  pairs: z.number().int().describe('Of methods other than random pruning'),
  stand: z.number().int().describe('Of these, told apart after correction'),
  first: z.array(z.string()).describe('Rows that no other one is better than, beyond chance'),
  needs: z
    .object({
      best: z.string().describe('The first of them by value'),
      nearest: SeedsToTell.describe('The next one that differs in value'),
      easiest: SeedsToTell.describe('The one that takes the fewest seeds'),
      most: z.number().int(),
    })
    .nullable()
    .describe(
      'Seeds that would tell the best of several first rows from another, four times in five, if they differ as they seem to, at the level of the correction; null: one row is first, the ranking is left out, or nothing tells how far seeds differ',
    ),
  random: z.object({ verdict: z.enum(['fit', 'more seeds', 'unfit', 'none']), seeds: z.number().int() }),
  leftOut: z
    .enum(LEFT_OUT)
    .nullable()
    .describe(
      'Why it is left out of tallies: random pruning is not known well enough, has no row, or is hardly worse than the best',
    ),
});

/** One board at one target. */
const RankingRef = z.object({ board: z.string(), title: z.string(), target: z.string(), rows: z.number().int() });

export const Ordering = z.object({
  first: z.string().describe('The method that the papers put first, as `criterion` or `criterion + regularizer`'),
  second: z.string(),
  published: Tally.describe('Rankings of the papers that hold both'),
  networks: z
    .number()
    .int()
    .describe('Networks here that hold both: the unit, since targets of one share weights and data'),
  ahead: z.number().int().describe('Of these, on how many the first is ahead'),
  difference: z
    .object({ value: z.number(), low: z.number().nullable(), high: z.number().nullable() })
    .describe('First minus second, mean over networks; of shares the logarithm of the odds'),
  p: z.number().nullable().describe('Of a t test over networks, corrected over all pairs (Holm); null: fewer than two'),
  verdict: z
    .enum(['reproduced', 'reversed', 'level', 'no power', 'untested'])
    .describe('`level`: shown to differ by less than matters; `no power`: neither told apart nor shown to be level'),
  needs: z.number().int().nullable().describe('Networks that would decide it, if they differ as these do'),
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

/** Of a method: 1 = always first; ties share the mean of their places. */
const MeanRank = z.object({
  rank: z.number().describe('Mean over networks of the mean over the rankings of a network that hold it'),
  n: z.number().int().describe('Rankings'),
  boards: z.number().int().describe('Networks, each on its data'),
  places: z.array(z.object({ board: z.string(), target: z.string(), rank: z.number(), of: z.number().int() })),
});
export type MeanRank = z.infer<typeof MeanRank>;

export const Findings = z.object({
  published: z.array(RankingRef),
  ours: z.array(RankingRef).describe('Rankings here that count: those that `known` leaves out are none'),
  networks: z
    .object({ published: z.number().int(), ours: z.number().int() })
    .describe('Boards that these rankings are of, each one network on its data'),
  known: z.array(Known),
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
        gain: z
          .object({ value: z.number(), networks: z.number().int() })
          .nullable()
          .describe('Mean over networks of the mean over the gains of a network'),
      }),
    )
    .describe('Best mean rank here first, then those that only papers rank'),
  kendall: z.number().nullable().describe('τ-b between the two mean ranks, over criteria that have both'),
  orderings: z.array(Ordering),
  scopes: z
    .object({ claims: z.array(ScopeClaim), curves: z.array(ScopeCurve) })
    .nullable()
    .describe('Scope isomorphic against global and local, as recorded by the project; null: not recorded'),
  recorded: z.array(RecordedFinding).describe('Claims of papers beside experiments that the project recorded'),
});
export type Findings = z.infer<typeof Findings>;
