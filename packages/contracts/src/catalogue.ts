/** Plain descriptions that the API serves and the site renders: tracks, boards, methods, models, data sets. */
import { z } from 'zod';
import { PruneDefaults, Scope, Training } from './recipe.js';
import { Provenance, Target } from './result.js';

/** One parameter of a method; form, validation and documentation are made from it. */
export const ParameterDescription = z.object({
  id: z.string(),
  title: z.string(),
  meaning: z.string(),
  type: z.enum(['number', 'integer', 'boolean', 'choice']),
  default: z.union([z.number(), z.string(), z.boolean()]),
  min: z.number().optional(),
  max: z.number().optional(),
  choices: z.array(z.string()).optional(),
  before: z
    .union([z.number(), z.string(), z.boolean()])
    .optional()
    .describe('What recipes meant before the parameter existed: at this value it is no part of their hash'),
});
export type ParameterDescription = z.infer<typeof ParameterDescription>;

export const MethodKind = z.enum(['criterion', 'regularizer', 'procedure']);
export type MethodKind = z.infer<typeof MethodKind>;

/** What a network has or lacks, as far as methods care. Unless it is said otherwise, it has all of them. */
export const NetworkTrait = z
  .enum(['batch-norm', 'maps', 'rows', 'label-odds'])
  .describe(
    '`batch-norm`: most norms are BatchNormalization; `maps`: most layers make maps, channels with a height and a width; `rows`: linear layers read one row per picture; `label-odds`: its outputs are probabilities that add up to one, so that a label can be drawn from them',
  );
export type NetworkTrait = z.infer<typeof NetworkTrait>;

/** Where what runs here differs from the code or the paper that a row is compared with. */
export const Deviation = z.object({
  id: z.string().describe('The same for all methods that differ in the same way'),
  from: z.enum(['Torch-Pruning', 'PruningBench', 'paper']).describe('Whose way it is not'),
  what: z.string().describe('Their way, then ours'),
  why: z.string(),
});
export type Deviation = z.infer<typeof Deviation>;

export const MethodDescription = z.object({
  kind: MethodKind,
  id: z.string(),
  title: z.string(),
  summary: z.string().describe('One sentence'),
  formula: z.string().describe('LaTeX'),
  paper: z.object({ title: z.string(), authors: z.string(), year: z.number().int(), url: z.string() }).nullable(),
  needs: z.array(z.string()).describe('Statistics it needs; empty = data-free'),
  cannot: z.string().nullable().describe('What it cannot serve, in words'),
  requires: z.array(NetworkTrait).describe('What a network must have to be served'),
  deterministic: z.boolean(),
  parameters: z.array(ParameterDescription),
  deviations: z.array(Deviation).optional().describe('From the code and the paper that it is compared with'),
  axes: z
    .array(z.string())
    .nullable()
    .optional()
    .describe("Of a procedure: what it makes less of; null: the track's own axes"),
  reaches: z
    .array(z.string())
    .nullable()
    .optional()
    .describe(
      "Of a procedure: axes on which it reaches a target; null: the track's axis of targets; none: only `free`",
    ),
  takesStatistics: z
    .boolean()
    .optional()
    .describe('Of a procedure: it takes statistics by a criterion of its own, so `prune.batches` has an effect'),
  stages: z
    .array(z.object({ id: z.string(), title: z.string() }))
    .optional()
    .describe('Of a procedure'),
});
export type MethodDescription = z.infer<typeof MethodDescription>;

/** A recipe with a name: what a row of a published table stands for. */
export const RecipeDescription = z.object({
  id: z.string(),
  title: z.string(),
  summary: z.string().describe('One sentence'),
  published: z.string().nullable().describe('The name in published tables'),
  recipe: z.record(z.string(), z.unknown()).describe('Only what differs from the defaults of methods and board'),
});
export type RecipeDescription = z.infer<typeof RecipeDescription>;

export const MetricDescription = z.object({
  id: z.string(),
  title: z.string(),
  unit: z.string(),
  direction: z.enum(['higher', 'lower']),
  digits: z.number().int(),
  estimator: z
    .enum(['share', 'mean', 'set'])
    .describe(
      '`share`: of the test examples, in percent; `mean`: over the test examples; `set`: of all examples together (a Fréchet distance, mAP)',
    ),
  bounds: z.tuple([z.number().nullable(), z.number().nullable()]).describe('The least and the most it can be'),
});
export type MetricDescription = z.infer<typeof MetricDescription>;

/** Something that a method makes less of. */
export const AxisDescription = z.object({
  id: z.string(),
  title: z.string(),
  unit: z.string(),
  digits: z.number().int(),
  scale: z.enum(['linear', 'log']),
  perMachine: z.boolean().describe('Measured, so that only rows of one machine compare'),
});
export type AxisDescription = z.infer<typeof AxisDescription>;

/** A row that shows what chance would have done: it is recognised by its recipe. */
export const ControlDescription = z.object({
  id: z.string(),
  title: z.string(),
  recipe: z
    .record(z.string(), z.unknown())
    .describe('What its recipe says, by field or `field.part`; a field left out there is null'),
  same: z
    .array(z.string())
    .describe('Fields of the recipe that it shares with the row that it belongs to; `*`: all but those of `recipe`'),
  nearest: z.string().describe('Of several, the one that shares this field, too'),
  curve: z.boolean().optional().describe('All its rows are drawn as a curve on every plot, from the base model on'),
});
export type ControlDescription = z.infer<typeof ControlDescription>;

/** A deviation, once, with whom it concerns. */
export const Difference = Deviation.extend({
  methods: z
    .array(MethodDescription.pick({ kind: true, id: true, title: true }))
    .describe('Those that differ so; empty: the protocol does, for every row'),
});
export type Difference = z.infer<typeof Difference>;

/** Rows with and without a field of the recipe are ranked apart. */
export const ApartRule = z.object({ field: z.string(), present: z.string(), absent: z.string() });
export type ApartRule = z.infer<typeof ApartRule>;

export const TrackDescription = z.object({
  id: z.string(),
  title: z.string(),
  summary: z.string(),
  stages: z.array(z.object({ id: z.string(), title: z.string() })),
  metrics: z.array(MetricDescription).describe('The first is the one that ranks'),
  phases: z
    .array(z.object({ id: z.string(), title: z.string() }))
    .describe('In which metrics are measured, `base` first; the last one that a row has decides its place'),
  axes: z.array(AxisDescription).describe('The first is what plots begin with'),
  targetAxis: z.string().describe('What a target such as `2x` means'),
  controls: z.array(ControlDescription).describe('The first is what "above random" is measured from'),
  apart: z.array(ApartRule),
  showcase: z
    .string()
    .nullable()
    .describe('Kind of the file that shows best what a row is like: its board draws rows by it; null: none does'),
});
export type TrackDescription = z.infer<typeof TrackDescription>;

export const ModelDescription = z.object({
  id: z.string(),
  title: z.string(),
  paper: z.string().nullable(),
  input: z.array(z.number().int()),
  params: z.number(),
  macs: z.object({ pure: z.number(), published: z.number() }),
  lacks: z.array(NetworkTrait).describe('What methods may require and this network has not'),
});
export type ModelDescription = z.infer<typeof ModelDescription>;

export const DatasetDescription = z.object({
  id: z.string(),
  title: z.string(),
  summary: z.string(),
  classes: z.array(z.string()),
  input: z.array(z.number().int()),
  source: z.string().describe('Where it comes from, with licence'),
});
export type DatasetDescription = z.infer<typeof DatasetDescription>;

/** A board as its track declares it; the API adds its present state. */
export const BoardDescription = z.object({
  id: z.string().describe('`<track>.<model>.<dataset>`'),
  version: z.string(),
  frozen: z.boolean().default(false).describe('An earlier version: its rows stay as they are, and none joins them'),
  versions: z.array(z.string()).default([]).describe('All that there are, the current one last; `<id>@<version>`'),
  title: z.string(),
  track: z.string(),
  model: z.string(),
  dataset: z.string(),
  targets: z.array(Target),
  targetsBecause: z.string().optional().describe('Why these targets, in a sentence'),
  protocol: z.string().describe('One line: data, fine-tuning budget, version'),
  finetune: Training.describe('The training after pruning, where a recipe is silent'),
  sparsify: Training.describe('The training with a regularizer before pruning, where a recipe is silent'),
  prune: PruneDefaults.describe('How a network is cut, where a recipe is silent'),
  scope: Scope.optional().describe('Of recipes that name none, where it is not `global`'),
  estimateSeconds: z.number().describe('Of one run on two cores'),
  lacks: z
    .array(NetworkTrait)
    .optional()
    .describe('What methods may require and its network has not; absent: what its model is known to lack'),
});
export type BoardDescription = z.infer<typeof BoardDescription>;

export const BoardState = z.enum(['open', 'reported-only']);
export const Board = BoardDescription.extend({
  state: BoardState,
  reason: z.string().nullable().describe('Why it takes no submissions, and the cure'),
  base: z
    .object({
      metrics: z.array(z.object({ id: z.string(), value: z.number(), n: z.number().int() })),
      params: z.number(),
      macs: z.object({ pure: z.number(), published: z.number() }),
    })
    .nullable(),
  methods: z.number().int().describe('Distinct labels with a row, papers counted'),
  best: z
    .array(z.object({ target: z.string(), value: z.number(), label: z.string(), provenance: Provenance }))
    .describe('Who leads at each target: a row of this server or the project, else of a paper'),
  lastActivity: z.iso.datetime().nullable(),
  testSplit: z
    .enum(['open', 'hidden'])
    .nullable()
    .optional()
    .describe(
      '`open`: anybody can have it; `hidden`: drawn from a secret of this server; null: nothing was measured here yet, or its pictures are not drawn',
    ),
  parts: z
    .array(z.object({ hash: z.string(), title: z.string() }))
    .optional()
    .describe('Test splits beside that of its data set on which there are results: a part of it, by its hash'),
  note: z.string().optional().describe('What organisers say to whoever comes'),
  shown: z.array(z.string()).optional().describe('Metrics and axes whose columns organisers want shown unasked'),
  closed: z.boolean().optional().describe('Organisers have closed it for the time being: `reason` is theirs'),
  unlisted: z.boolean().optional().describe('Organisers leave it out of lists'),
});
export type Board = z.infer<typeof Board>;
