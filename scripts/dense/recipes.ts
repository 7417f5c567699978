/** How the networks that are shipped were trained: one entry per model. What is not said is as in `SGD`. */
import { PLAIN_TRAINING, type Training } from '@topiary/contracts';

const SGD: Training = {
  ...PLAIN_TRAINING,
  steps: 6000,
  batch: 128,
  optimizer: 'sgd',
  lr: 0.1,
  momentum: 0.9,
  weightDecay: 5e-4,
  schedule: 'cosine',
  warmup: 200,
};

/** Networks with LayerNorm want AdamW, a bound on the gradient and some smoothing. */
const ADAMW: Training = {
  ...SGD,
  optimizer: 'adamw',
  lr: 2e-3,
  weightDecay: 0.05,
  warmup: 300,
  clip: 1,
  labelSmoothing: 0.1,
};

export const DENSE: Readonly<Record<string, Training>> = {
  'resnet-tiny': SGD,
  'vgg-tiny': SGD,
  'mobilenet-tiny': { ...SGD, weightDecay: 1e-4, steps: 4000 },
  'convnext-micro': { ...ADAMW, lr: 4e-3 },
  'vit-tiny': { ...ADAMW, lr: 4e-3, steps: 8000, labelSmoothing: 0 },
};
