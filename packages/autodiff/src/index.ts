/** Reverse-mode differentiation of graphs: the walker, losses, optimisers, schedules and training graphs. */
export {
  type Coefficient,
  type CoefficientKind,
  coefficientName,
  coefficientsOf,
} from './coefficients.js';
export type { Carried } from './differentiable.js';
export { type Draw, drawn, type Rng } from './draws.js';
export { type Embedded, type EmbedOptions, embed, nameAs, type Renewed } from './embed.js';
export { type EvaluationGraph, evaluationGraph } from './evaluation-graph.js';
export { fixBatch } from './fix-batch.js';
export { type ForwardContext, type ForwardGraphOptions, forwardGraph, type StatisticGraph } from './forward-graph.js';
export { type GradientOptions, gradient } from './gradient.js';
export {
  type FragmentContext,
  type GradientGraph,
  type GradientGraphOptions,
  gradientGraph,
  gradientName,
} from './gradient-graph.js';
export { type Declared, type LearnerOptions, parametersAs } from './learner.js';
export { asLossGraph, type Composition, type LossGraph, lossGraph } from './loss-graph.js';
export type { Loss, LossContext, LossValues } from './losses/_loss.js';
export {
  type CrossEntropyOptions,
  correctness,
  crossEntropy,
  LABELS,
  PARTNERS,
  SHARES,
} from './losses/cross-entropy.js';
export { type DistillationOptions, distilled } from './losses/distillation.js';
export { disturbed } from './losses/disturbed.js';
export { sampledCrossEntropy } from './losses/sampled-cross-entropy.js';
export type { Optimizer, UpdateContext, Updated } from './optimizers/_optimizer.js';
export { type AdamwOptions, adamw } from './optimizers/adamw.js';
export { type SgdOptions, sgd } from './optimizers/sgd.js';
export { isTrainable, type Parameter, parametersOf } from './parameters.js';
export type { Schedule } from './schedules/_schedule.js';
export { constant } from './schedules/constant.js';
export { type CosineOptions, cosine } from './schedules/cosine.js';
export { type StableOptions, stable } from './schedules/stable.js';
export { type StepOptions, step } from './schedules/step.js';
export { type WarmupOptions, warmup } from './schedules/warmup.js';
export { averageName, type TrainingGraph, type UpdateOptions } from './step-graph.js';
export { stopGradient, straightThrough } from './stops.js';
export {
  type LossTrainingOptions,
  lossTrainingGraph,
  type TrainingOptions,
  trainingGraph,
} from './training-graph.js';
