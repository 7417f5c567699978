/** Trainings that differ in network, optimiser and lowering: what holds of a step has to hold of each. */
import { adamw, crossEntropy, sgd } from '@topiary/autodiff';
import type { Graph } from '@topiary/onnx';
import type { TrainerOptions } from '@topiary/runtime';
import { smallResnet, smallTransformer, smallTwice } from '../autodiff/_nets.js';

export const BATCH = 8;

export const OPTIONS = {
  loss: crossEntropy(),
  optimizer: sgd(),
  batch: BATCH,
  weightDecay: 5e-4,
  provider: 'cpu',
  threads: 2,
} as const satisfies TrainerOptions;

export const TRAININGS: readonly (readonly [string, () => Graph, Partial<TrainerOptions>])[] = [
  ['a ResNet, SGD, plain', () => smallResnet(), { variant: 'plain' }],
  ['a ResNet, SGD, blocked', () => smallResnet(undefined, [16, 32]), { variant: 'blocked' }],
  ['a ResNet, AdamW with averages and clipping', () => smallResnet(), { optimizer: adamw(), ema: 0.9, clip: 1 }],
  ['a transformer, AdamW', smallTransformer, { optimizer: adamw() }],
  ['layers that are called twice, SGD', smallTwice, {}],
];
