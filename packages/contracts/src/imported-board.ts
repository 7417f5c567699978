/** A board that somebody's network opened on this server; the track adds its protocol and defaults. */
import { z } from 'zod';
import { NetworkTrait } from './catalogue.js';
import { Training } from './recipe.js';

/** Part of a board's id: lower case, digits, single hyphens. */
export const Slug = z
  .string()
  .max(60)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'lower-case letters, digits and single hyphens');

export const ImportedBoard = z.object({
  /** `<track>.<model>.<dataset>` */
  id: z.string(),
  track: z.string(),
  model: z.object({ id: Slug, title: z.string() }),
  dataset: z.object({
    id: Slug,
    title: z.string(),
    augmentation: z.string().describe('Of training pictures, in words'),
  }),
  input: z.array(z.number().int()).describe('Channels, height, width'),
  optimizer: Training.shape.optimizer.describe('That networks of this kind are trained with'),
  lacks: z.array(NetworkTrait).default([]).describe('What methods may require and the network has not'),
  macs: z.number().describe('By the published count, of one picture'),
  testExamples: z.number().int(),
});
export type ImportedBoard = z.infer<typeof ImportedBoard>;
