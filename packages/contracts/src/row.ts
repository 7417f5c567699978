/** A row of a leaderboard: made from runs, or printed in a paper. What nobody knows is null. */
import { z } from 'zod';
import { ArtefactRef, Phase, Provenance, Target, Width } from './result.js';
import { Byline } from './submission.js';

/** A metric over the seeds of a row: mean, interval, spread, `n` = number of seeds (null where a paper does not say). */
export const RowMetric = z.object({
  id: z.string(),
  phase: Phase,
  value: z.number(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  std: z.number().nullable().default(null).describe('Standard deviation over seeds; null for fewer than two'),
  n: z.number().int().nullable(),
  bootstrap: z
    .object({ low: z.number(), high: z.number() })
    .nullable()
    .default(null)
    .describe('95 % by resampling seeds and test examples together; null where the answers are not recorded'),
  interval: z
    .enum(['seeds and examples', 'seeds', 'examples', 'none'])
    .optional()
    .describe('What the interval accounts for; `none`: low and high are null'),
  isSpreadBorrowed: z
    .boolean()
    .optional()
    .describe('One seed: how far seeds differ is taken from the other rows of the ranking'),
});

/** What the tests of a ranking leave open: the best and the worst place that a row may have. */
export const Place = z.object({ from: z.number().int(), to: z.number().int(), text: z.string() });
export type Place = z.infer<typeof Place>;

/** Whether random pruning is known well enough for a ranking to say anything. */
export const RandomBar = z.object({
  verdict: z
    .enum(['fit', 'more seeds', 'unfit', 'none'])
    .describe('`unfit`: nothing is ranked here; `none`: random pruning has no row'),
  seeds: z.number().int(),
  value: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
});
export type RandomBar = z.infer<typeof RandomBar>;

export const Interval = z.object({ value: z.number(), low: z.number().nullable(), high: z.number().nullable() });

/** Where a printed number stands. */
export const Source = z.object({
  title: z.string(),
  url: z.string(),
  table: z.string(),
  year: z.number().int(),
});
export type Source = z.infer<typeof Source>;

/** Base and left; null where the paper does not print it. */
const KnownCount = z.object({ base: z.number().nullable(), left: z.number().nullable() });

export const Row = z.object({
  id: z.string(),
  rank: z.number().int().nullable(),
  tier: z
    .number()
    .int()
    .nullable()
    .describe('Version 1: rows of one tier cannot be told apart; null where nothing tells'),
  place: Place.nullable()
    .default(null)
    .describe(
      'From version 2 on: 1 + rows that are better beyond chance, to all rows but those that are worse; null: not ranked',
    ),
  control: z
    .string()
    .nullable()
    .default(null)
    .describe('Of a row that shows what chance would do: which control it is'),
  aliases: z.array(z.string()).default([]).describe('Other ids of the same row: of one recipe that was run by several'),
  provenances: z.array(Provenance).default([]).describe('Of all its runs, the deciding ones first'),
  reproduced: z
    .number()
    .int()
    .default(0)
    .describe(
      'How many others ran it on the seeds that follow the row’s own (3, 4, … after 0, 1, 2) and came out where a second run is expected',
    ),
  contradicted: z.number().int().default(0).describe('How many others did so and came out elsewhere'),
  ranking: z.string().describe('Rows of one text are ranked together; ranks and tiers of two rankings do not compare'),
  provenance: Provenance,
  division: z.enum(['closed', 'open']),
  submission: z.string().nullable(),
  submitter: Byline.nullable()
    .default(null)
    .describe('Who made it; null for what comes from a paper or with the project'),
  openDisputes: z.number().int().default(0).describe('Against its submissions, not answered yet'),
  label: z.string().describe('Made from the recipe, or as printed'),
  recipe: z.record(z.string(), z.unknown()).describe('Empty where a printed method is none of ours'),
  target: Target,
  achieved: z.number().describe('Speed-up; of a reported row the printed one, else its nominal target'),
  flags: z.array(z.string()).default([]).describe('`overshoot`, `rounded`, …: what a reader must know'),
  base: z.number().nullable().default(null).describe('The ranking metric of the base model that the row starts from'),
  metrics: z.array(RowMetric),
  aboveRandom: Interval.nullable(),
  byWidths: Interval.nullable()
    .default(null)
    .describe(
      'Of the distance from random, what the widths alone bring: the same widths with channels chosen by chance',
    ),
  widthShare: z
    .number()
    .nullable()
    .default(null)
    .describe('The same as a share; null where the row cannot be told from random, or the control was not run'),
  params: KnownCount,
  macs: z.object({ pure: KnownCount, published: KnownCount }),
  costs: z.record(z.string(), KnownCount).default({}).describe('On each axis of the track, before and after'),
  latency: z
    .object({
      p50Ms: z.number(),
      p99Ms: z.number(),
      baseP50Ms: z.number(),
      batch: z.number().int(),
      machine: z.string().default('').describe('Fingerprint of the machine that timed it'),
      isSteady: z.boolean().default(true).describe('False: that machine never became calm'),
    })
    .nullable(),
  machine: z.string().describe('Fingerprint; empty where it is not known'),
  seeds: z.array(z.number().int()),
  splitHash: z.string(),
  splits: z
    .object({
      row: z.string().describe('The row of the same recipe on the other split'),
      shown: z.number().int(),
      hidden: z.number().int(),
      of: z.number().int().describe('Recipes that stand on both splits: the ranks are among them'),
    })
    .nullable()
    .optional()
    .describe(
      'Where this server draws its test split from a secret: the rank on the split that everybody can draw, and on the hidden one; null: the recipe was run on one of them',
    ),
  seconds: z.number().nullable().describe('Of a whole run, on average'),
  stepSeconds: z.number().nullable().default(null).describe('Of one pruning step: statistics, scores, choice and cut'),
  epochSeconds: z.number().nullable().default(null).describe('Of one pass over the training data with a regularizer'),
  source: Source.nullable().default(null).describe('Of a reported row'),
  note: z.string().nullable().default(null).describe('Of a reported row: what its numbers leave open'),
  at: z.iso.datetime().nullable().describe('When the newest of its runs ended'),
});
export type Row = z.infer<typeof Row>;

/** What there is to look at of a row. */
export const RowShown = z.object({
  run: z.string().nullable().describe('On this server; null: it came with the project, or nothing is known'),
  seed: z.number().int().nullable(),
  widths: z.array(Width),
  artefacts: z.array(ArtefactRef),
});
export type RowShown = z.infer<typeof RowShown>;
