/** The training of what is left: as its family is usually trained, but for what a caller says. */
import { PLAIN_TRAINING, Training } from '@topiary/contracts';
import { lacksOf } from '@topiary/methods';
import type { Graph } from '@topiary/onnx';
import { UsageError } from '../exit.js';

const USUAL: Training = {
  ...PLAIN_TRAINING,
  steps: 500,
  batch: 32,
  optimizer: 'sgd',
  lr: 0.01,
  momentum: 0.9,
  weightDecay: 5e-4,
  schedule: 'cosine',
};

/** Transformers and ConvNeXt, which have no BatchNorm to steady large steps. */
const WITHOUT_BATCH_NORM: Partial<Training> = { optimizer: 'adamw', lr: 3e-4, weightDecay: 0.05, clip: 1 };

export const trainingFor = (graph: Graph, given: Readonly<Record<string, unknown>>): Training => {
  const family = lacksOf(graph).includes('batch-norm') ? WITHOUT_BATCH_NORM : {};
  const parsed = Training.safeParse({ ...USUAL, ...family, ...given });
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw new UsageError(`--train ${path.join('.')}: ${message}`);
};
