/** The blocked variant: one file per operator that profits from blocked channels; the plain rules do the rest. */
import { clipGrad as plainClipGrad } from '../plain/clip-grad.js';
import { geluGrad as plainGeluGrad } from '../plain/gelu-grad.js';
import { leakyReluGrad as plainLeakyReluGrad } from '../plain/leaky-relu-grad.js';
import { reluGrad as plainReluGrad } from '../plain/relu-grad.js';
import { silu as plainSilu } from '../plain/silu.js';
import { siluGrad as plainSiluGrad } from '../plain/silu-grad.js';
import type { BlockedRule } from './_rule.js';
import { averagePool } from './average-pool.js';
import { averagePoolGrad } from './average-pool-grad.js';
import { batchNormalization } from './batch-normalization.js';
import { batchNormalizationTrain } from './batch-normalization-train.js';
import { batchNormalizationTrainGrad } from './batch-normalization-train-grad.js';
import { concat } from './concat.js';
import { conv } from './conv.js';
import { convInputGrad } from './conv-input-grad.js';
import { convWeightGrad } from './conv-weight-grad.js';
import { elementwise } from './elementwise.js';
import { expand } from './expand.js';
import { globalAveragePool } from './global-average-pool.js';
import { maxPool } from './max-pool.js';
import { maxPoolGrad } from './max-pool-grad.js';
import { pad } from './pad.js';
import { reduceSum } from './reduce-sum.js';
import { reduceTo } from './reduce-to.js';
import { slice } from './slice.js';
import { sliceGrad } from './slice-grad.js';

const standard: Readonly<Record<string, BlockedRule>> = {
  Abs: elementwise(),
  Add: elementwise(),
  AveragePool: averagePool,
  BatchNormalization: batchNormalization,
  Clip: elementwise(),
  Concat: concat,
  Conv: conv,
  Erf: elementwise(),
  Exp: elementwise(),
  Expand: expand,
  Gelu: elementwise(),
  GlobalAveragePool: globalAveragePool,
  HardSigmoid: elementwise(),
  HardSwish: elementwise(),
  LeakyRelu: elementwise(),
  MaxPool: maxPool,
  Mul: elementwise(),
  Neg: elementwise(),
  Pad: pad,
  ReduceSum: reduceSum,
  Relu: elementwise(),
  Sigmoid: elementwise(),
  Slice: slice,
  Sub: elementwise(),
  Tanh: elementwise(),
};

const abstract: Readonly<Record<string, BlockedRule>> = {
  AveragePoolGrad: averagePoolGrad,
  BatchNormalizationTrain: batchNormalizationTrain,
  BatchNormalizationTrainGrad: batchNormalizationTrainGrad,
  ClipGrad: elementwise(plainClipGrad),
  ConvInputGrad: convInputGrad,
  ConvWeightGrad: convWeightGrad,
  GeluGrad: elementwise(plainGeluGrad),
  LeakyReluGrad: elementwise(plainLeakyReluGrad),
  MaxPoolGrad: maxPoolGrad,
  ReduceTo: reduceTo,
  ReluGrad: elementwise(plainReluGrad),
  Silu: elementwise(plainSilu),
  SiluGrad: elementwise(plainSiluGrad),
  SliceGrad: sliceGrad,
};

export const blocked: ReadonlyMap<string, BlockedRule> = new Map([
  ...Object.entries(standard).map(([op, rule]) => [`:${op}`, rule] as const),
  ...Object.entries(abstract).map(([op, rule]) => [`topiary:${op}`, rule] as const),
]);
