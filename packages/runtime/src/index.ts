/** The only place that knows onnxruntime-node: compile, train, evaluate, collect, time. */
export { blockSize } from './block.js';
export { type Collected, type CollectOptions, collect } from './collect.js';
export { type EvaluateConstants, withConstants } from './constants.js';
export { infer } from './infer.js';
export { initialValue, initialValues } from './initial-values.js';
export { type Lane, type LaneOptions, openLane } from './lane.js';
export {
  alternate,
  type Calm,
  type Latency,
  type LatencyOptions,
  latency,
  type Timeable,
  type Timed,
} from './latency.js';
export {
  LossTrainer,
  type LossTrainerOptions,
  type Step,
  type StepResult,
  type StepSettings,
  type ValueOptions,
} from './loss-trainer.js';
export { peakMemoryBytes } from './memory.js';
export {
  type Chosen,
  chooseProvider,
  type Provider,
  type ProviderChoice,
  type ProviderState,
  providers,
} from './provider.js';
export { type CompileOptions, compile, type Session } from './session.js';
export { type Steadiness, steadiness } from './steadiness.js';
export type { Feeds } from './tensors.js';
export { type Progress, type Stepper, type TrainOptions, type TrainSummary, train } from './train.js';
export { Trainer, type TrainerOptions } from './trainer.js';
