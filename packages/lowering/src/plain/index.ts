/** The plain variant: one file per abstract operator, standard operators in NCHW. It is the reference for the others. */
import type { LoweringRule, Variant } from '../_rule.js';
import { averagePoolGrad } from './average-pool-grad.js';
import { batchNormalizationTrain } from './batch-normalization-train.js';
import { batchNormalizationTrainGrad } from './batch-normalization-train-grad.js';
import { clipGrad } from './clip-grad.js';
import { convInputGrad } from './conv-input-grad.js';
import { convWeightGrad } from './conv-weight-grad.js';
import { embeddingGrad } from './embedding-grad.js';
import { gatherElementsGrad } from './gather-elements-grad.js';
import { geluGrad } from './gelu-grad.js';
import { gemm } from './gemm.js';
import { groupNormalization } from './group-normalization.js';
import { groupNormalizationGrad } from './group-normalization-grad.js';
import { layerNormalizationGrad } from './layer-normalization-grad.js';
import { leakyReluGrad } from './leaky-relu-grad.js';
import { maxPoolGrad } from './max-pool-grad.js';
import { reduceTo } from './reduce-to.js';
import { reluGrad } from './relu-grad.js';
import { sigmoidCrossEntropy } from './sigmoid-cross-entropy.js';
import { silu } from './silu.js';
import { siluGrad } from './silu-grad.js';
import { sliceGrad } from './slice-grad.js';
import { softmaxCrossEntropy } from './softmax-cross-entropy.js';
import { softmaxCrossEntropyGrad } from './softmax-cross-entropy-grad.js';
import { softmaxGrad } from './softmax-grad.js';
import { stopGradient } from './stop-gradient.js';
import { straightThrough } from './straight-through.js';

const rules: Readonly<Record<string, LoweringRule>> = {
  AveragePoolGrad: averagePoolGrad,
  BatchNormalizationTrain: batchNormalizationTrain,
  BatchNormalizationTrainGrad: batchNormalizationTrainGrad,
  ClipGrad: clipGrad,
  ConvInputGrad: convInputGrad,
  ConvWeightGrad: convWeightGrad,
  EmbeddingGrad: embeddingGrad,
  GatherElementsGrad: gatherElementsGrad,
  GeluGrad: geluGrad,
  GroupNormalization: groupNormalization,
  GroupNormalizationGrad: groupNormalizationGrad,
  LayerNormalizationGrad: layerNormalizationGrad,
  LeakyReluGrad: leakyReluGrad,
  MaxPoolGrad: maxPoolGrad,
  ReduceTo: reduceTo,
  ReluGrad: reluGrad,
  SigmoidCrossEntropy: sigmoidCrossEntropy,
  Silu: silu,
  SiluGrad: siluGrad,
  SliceGrad: sliceGrad,
  SoftmaxCrossEntropy: softmaxCrossEntropy,
  SoftmaxCrossEntropyGrad: softmaxCrossEntropyGrad,
  SoftmaxGrad: softmaxGrad,
  StopGradient: stopGradient,
  StraightThrough: straightThrough,
};

export const plain: Variant = new Map([
  [':Gemm', gemm],
  ...Object.entries(rules).map(([op, rule]) => [`topiary:${op}`, rule] as const),
]);
