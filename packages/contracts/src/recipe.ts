/** A recipe: methods, scope, parameters and training budget. Every field is optional with a default. */
import { z } from 'zod';

export const Scope = z.enum(['local', 'global']).describe('Who competes with whom when channels are ranked');
export type Scope = z.infer<typeof Scope>;

/** Parameters of one part, checked later against the method's own schema. */
const Params = z.record(z.string(), z.union([z.number(), z.string(), z.boolean()]));

export const Prune = z
  .strictObject({
    solve: z.enum(['bisect', 'first-crossing']).nullable().default(null).describe('null: chosen by the criterion'),
    protection: z.number().min(0).max(0.95).default(0.1).describe('Fraction of each layer that always stays'),
    roundTo: z.number().int().min(1).max(64).default(1).describe('Channels left are rounded down to a multiple'),
    steps: z.number().int().min(1).max(400).default(8).describe('Re-estimations of first-crossing'),
    batches: z.number().int().min(1).max(64).default(4).describe('Batches of training data for statistics'),
  })
  .prefault({});
export type Prune = z.infer<typeof Prune>;

export const Finetune = z
  .strictObject({
    steps: z.number().int().min(0).max(100_000).nullable().default(null).describe("null: the board's budget"),
    batch: z.number().int().min(1).max(1024).default(128),
    optimizer: z.enum(['sgd']).default('sgd'),
    lr: z.number().min(0).max(10).default(0.01),
    momentum: z.number().min(0).max(0.999).default(0.9),
    weightDecay: z.number().min(0).max(1).default(5e-4),
    schedule: z.enum(['constant', 'cosine', 'step']).default('cosine'),
  })
  .prefault({});
export type Finetune = z.infer<typeof Finetune>;

export const Recipe = z.strictObject({
  criterion: z.string().nullable().default('magnitude-l2'),
  regularizer: z.string().nullable().default(null),
  procedure: z.string().nullable().default(null),
  scope: Scope.default('global'),
  params: z
    .strictObject({ criterion: Params.default({}), regularizer: Params.default({}), procedure: Params.default({}) })
    .prefault({}),
  prune: Prune,
  finetune: Finetune,
});
export type Recipe = z.infer<typeof Recipe>;
export type RecipeInput = z.input<typeof Recipe>;
