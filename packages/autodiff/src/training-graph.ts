/** The training step of one network and its loss, and that of any graph which ends in a loss: both as one graph. */
import { type Graph, GraphBuilder } from '@topiary/onnx';
import { infer } from '@topiary/ops';
import { differentiable } from './differentiable.js';
import { ownValues } from './inner-values.js';
import { type Declared, learnersOf } from './learner.js';
import type { LossGraph } from './loss-graph.js';
import type { Loss } from './losses/_loss.js';
import { isTrainable, type Parameter, parametersOf } from './parameters.js';
import { stepGraph, type TrainingGraph, type UpdateOptions } from './step-graph.js';

export interface TrainingOptions extends UpdateOptions {
  readonly loss: Loss;
  readonly batch: number;
  /** Which parameters learn (all that are not running statistics). */
  readonly trainable?: (parameter: Parameter) => boolean;
  /** Which parameters decay (as the optimiser declares). */
  readonly decay?: (parameter: Parameter) => boolean;
  /** `running` keeps BatchNormalization as in inference (`batch`). */
  readonly statistics?: 'batch' | 'running';
}

export const trainingGraph = (forward: Graph, options: TrainingOptions): TrainingGraph => {
  const { batch, statistics = 'batch', decay } = options;
  const parameters = parametersOf(forward).filter(options.trainable ?? isTrainable);
  const names = new Set(parameters.map(({ initializer }) => initializer.name));
  const { declare } = options.loss;
  const { b, outputs, ...prepared } = differentiable(forward, { batch, inputs: names, statistics, declare });
  const inputs = forward.inputs.map(({ name }) => name);
  const { loss, metrics } = b.scoped('loss', () =>
    options.loss.build({ b, inputs, outputs, value: ownValues(forward) }),
  );
  const learners = parameters.map((parameter) => ({
    parameter,
    ...(decay ? { decay: Number(decay(parameter)) } : {}),
  }));
  return stepGraph({ b, name: forward.name, batch, learners, loss, metrics, renewed: prepared.statistics }, options);
};

export interface LossTrainingOptions extends UpdateOptions {
  readonly parameters: readonly Declared[];
}

/** Every other initialiser stays a constant. A step that is not finite stops the training, unless it is to be skipped. */
export const lossTrainingGraph = (
  source: LossGraph,
  { parameters, ...options }: LossTrainingOptions,
): TrainingGraph => {
  const { graph, loss, metrics, renewed } = source;
  const learners = learnersOf(graph, parameters);
  const inputs = new Set([
    ...learners.map(({ parameter }) => parameter.initializer.name),
    ...renewed.map(({ initializer }) => initializer),
  ]);
  const b = new GraphBuilder(infer);
  for (const { name, type, shape } of graph.inputs) b.input(name, type, shape);
  for (const initializer of graph.initializers.values()) {
    const { name, type, dims } = initializer;
    if (inputs.has(name)) b.input(name, type, dims);
    else b.initializer(initializer);
  }
  for (const node of graph.nodes) b.append(node);
  const batch = Number(graph.inputs[0]?.shape[0] ?? 1);
  return stepGraph(
    { b, name: graph.name, batch, learners, loss, metrics, renewed },
    { onNotFinite: 'stop', ...options },
  );
};
