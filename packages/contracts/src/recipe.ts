/** A recipe: methods, scope, parameters and training budgets. Every field is optional; the board knows the defaults. */
import { z } from 'zod';
import { Line } from './text.js';

export const Scope = z
  .enum(['local', 'global', 'isomorphic'])
  .describe('Who competes with whom when channels are ranked');
export type Scope = z.infer<typeof Scope>;

/** Parameters of one part, checked later against the method's own schema. */
const Params = z.record(z.string(), z.union([z.number(), z.string(), z.boolean()]));

export const Solve = z
  .enum(['bisect', 'first-crossing'])
  .describe('`bisect`: scores are estimated once; `first-crossing`: anew on the way');
export type Solve = z.infer<typeof Solve>;

const Strata = z.enum(['as-scored', 'even']);

/** How a network is cut where a recipe is silent: part of a board's protocol, the same for every row of a ranking. */
export const PruneDefaults = z.object({
  solve: Solve.nullable().describe('null: each criterion has its own (version 1)'),
  steps: z.number().int().describe('Re-estimations of first-crossing'),
  strata: Strata,
  parameters: z
    .enum(['current', 'before'])
    .describe('Of methods: their defaults, or what held before a parameter existed (version 1)'),
});
export type PruneDefaults = z.infer<typeof PruneDefaults>;

export const Prune = z
  .strictObject({
    solve: Solve.nullable().default(null).describe('null: as the board does'),
    protection: z.number().min(0).max(0.95).default(0.1).describe('Fraction of each layer that always stays'),
    roundTo: z.number().int().min(1).max(64).default(1).describe('Channels left are rounded down to a multiple'),
    heads: z.boolean().default(false).describe('Whole attention heads may leave, too'),
    steps: z
      .number()
      .int()
      .min(1)
      .max(400)
      .optional()
      .describe('Re-estimations of first-crossing; absent: as the board does'),
    batches: z.number().int().min(1).max(64).default(4).describe('Batches of training data for statistics'),
    ignore: z
      .array(Line(1, 200))
      .max(64)
      .optional()
      .describe('Layers that keep all their channels, by name; `*` stands for anything'),
    strata: Strata.optional().describe(
      'Channels of one group that stand in different layers (padded shortcuts): compete by their scores as they are, or after each such part was brought to the mean of the group; absent: as the board does',
    ),
    shuffle: z
      .boolean()
      .optional()
      .describe('A control: each layer keeps as many channels as the criterion would keep, chosen by chance'),
  })
  .prefault({});
export type Prune = z.infer<typeof Prune>;

/** A training, to the last field: fine-tuning and sparsifying have the same shape. */
export const Training = z.strictObject({
  steps: z.number().int().min(0).max(100_000),
  batch: z.number().int().min(1).max(1024),
  optimizer: z.enum(['sgd', 'adamw']),
  lr: z.number().min(0).max(10).describe('At its highest'),
  momentum: z.number().min(0).max(0.999).describe('Of SGD'),
  weightDecay: z.number().min(0).max(1),
  schedule: z.enum(['constant', 'cosine', 'step']),
  warmup: z.number().int().min(0).max(100_000).describe('Steps over which the learning rate rises linearly'),
  clip: z.number().min(0).max(1000).describe('Largest norm of the whole gradient; 0: any'),
  ema: z.number().min(0).max(0.99999).describe('Decay of the moving average that is exported; 0: the last step is'),
  labelSmoothing: z.number().min(0).max(0.9),
  mixup: z.number().min(0).max(2).describe('Alpha of mixup; 0: none'),
  cutmix: z.number().min(0).max(2).describe('Alpha of CutMix; 0: none'),
  distillation: z.enum(['none', 'soft', 'hard']).describe('From the base model: its probabilities or its decisions'),
  distillationWeight: z.number().min(0).max(1).describe("The teacher's share of the loss"),
  temperature: z.number().min(0.1).max(20).describe('Of soft distillation'),
});
export type Training = z.infer<typeof Training>;

/** What a training does without unless it is said: parts that are switched off, with what belongs to them. */
export const PLAIN_TRAINING = {
  warmup: 0,
  clip: 0,
  ema: 0,
  labelSmoothing: 0,
  mixup: 0,
  cutmix: 0,
  distillation: 'none',
  distillationWeight: 0.5,
  temperature: 1,
} as const satisfies Partial<Training>;

const orBoard = <T extends z.ZodType>(field: T) => field.nullable().optional();
const { shape } = Training;

/** A training with gaps: what is absent or null, the board decides. */
const PartialTraining = z.strictObject({
  steps: orBoard(shape.steps),
  batch: orBoard(shape.batch),
  optimizer: orBoard(shape.optimizer),
  lr: orBoard(shape.lr),
  momentum: orBoard(shape.momentum),
  weightDecay: orBoard(shape.weightDecay),
  schedule: orBoard(shape.schedule),
  warmup: orBoard(shape.warmup),
  clip: orBoard(shape.clip),
  ema: orBoard(shape.ema),
  labelSmoothing: orBoard(shape.labelSmoothing),
  mixup: orBoard(shape.mixup),
  cutmix: orBoard(shape.cutmix),
  distillation: orBoard(shape.distillation),
  distillationWeight: orBoard(shape.distillationWeight),
  temperature: orBoard(shape.temperature),
});
export type PartialTraining = z.infer<typeof PartialTraining>;

export const Recipe = z.strictObject({
  criterion: z.string().nullable().default('magnitude-l2'),
  regularizer: z.string().nullable().default(null),
  procedure: z.string().nullable().default(null),
  scope: Scope.optional().describe(`${Scope.description}; absent: as the board does`),
  params: z
    .strictObject({ criterion: Params.default({}), regularizer: Params.default({}), procedure: Params.default({}) })
    .prefault({}),
  prune: Prune,
  sparsify: PartialTraining.prefault({}).describe('The training with the regularizer, before pruning'),
  finetune: PartialTraining.prefault({}).describe('The training after pruning'),
});
export type Recipe = z.infer<typeof Recipe>;
export type RecipeInput = z.input<typeof Recipe>;

/** A recipe that leaves nothing open: the methods' own defaults, then the board's. */
export type FilledRecipe = Omit<Recipe, 'scope' | 'prune' | 'sparsify' | 'finetune'> & {
  readonly scope: Scope;
  readonly prune: Recipe['prune'] & { readonly solve: Solve; readonly steps: number };
  readonly sparsify: Training;
  readonly finetune: Training;
};
