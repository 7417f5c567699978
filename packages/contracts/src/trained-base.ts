/**
 * A base model that was trained on this installation: `trained/<board>.onnx` in its home, and these facts beside it as
 * `.json`. The server imports it, so that it is checked and evaluated as any other.
 */
import { z } from 'zod';

/** In the home of an installation. */
export const TRAINED_FOLDER = 'trained';

export const TrainedBase = z.object({
  board: z.string(),
  /** Of the file. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.number().int(),
  /** Changes with whatever the training depends on. */
  training: z.string(),
  mean: z.array(z.number()),
  std: z.array(z.number()),
  /** On the test split of this installation. */
  metrics: z.array(z.object({ id: z.string(), value: z.number(), n: z.number().int() })),
  splitHash: z.string(),
  seed: z.number().int(),
  epochs: z.number().int(),
  recipe: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  machine: z.record(z.string(), z.union([z.string(), z.number()])),
  date: z.string(),
});
export type TrainedBase = z.infer<typeof TrainedBase>;
