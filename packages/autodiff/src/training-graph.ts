/** One training step as one graph: forward, backward and the optimiser's update; the tensors it carries go in and come out. */
import { TopiaryError } from '@topiary/errors';
import type { Graph, GraphBuilder } from '@topiary/onnx';
import { clipNorm } from './clip.js';
import { addTerms, type Coefficient, type CoefficientKind, coefficientsOf, limitStep } from './coefficients.js';
import { type Carried, differentiable, newName } from './differentiable.js';
import { gradient } from './gradient.js';
import type { Loss } from './losses/_loss.js';
import { movedTowards, shareOfNew } from './moving-average.js';
import type { Optimizer } from './optimizers/_optimizer.js';
import { isTrainable, type Parameter, parametersOf } from './parameters.js';
import { settled } from './settled.js';

export interface TrainingOptions {
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  readonly batch: number;
  /** Which parameters learn (all that are not running statistics). */
  readonly trainable?: (parameter: Parameter) => boolean;
  /** Which parameters decay (as the optimiser declares). */
  readonly decay?: (parameter: Parameter) => boolean;
  /** Per-channel inputs for each axis of each parameter (none). */
  readonly coefficients?: readonly CoefficientKind[];
  /** `running` keeps BatchNormalization as in inference (`batch`). */
  readonly statistics?: 'batch' | 'running';
  /** Largest norm of the whole gradient (0: any). */
  readonly clip?: number;
  /** Decay of the moving average of parameters and statistics (0: none is kept). */
  readonly ema?: number;
}

export interface TrainingGraph {
  readonly graph: Graph;
  readonly batch: number;
  readonly carried: readonly Carried[];
  readonly coefficients: readonly Coefficient[];
  /** Names of the scalar inputs; `step` counts from 1 and is null where neither optimiser nor average asks for it. */
  readonly lr: string;
  readonly weightDecay: string;
  readonly step: string | null;
  /** Names of the scalar outputs. */
  readonly loss: string;
  readonly metrics: Readonly<Record<string, string>>;
}

interface Scalars {
  readonly lr: string;
  readonly weightDecay: string;
  readonly step: string | null;
}

const scalars = (b: GraphBuilder, { optimizer, ema = 0 }: TrainingOptions): Scalars => ({
  lr: b.input(b.fresh('lr'), 'float32', []),
  weightDecay: b.input(b.fresh('weight_decay'), 'float32', []),
  step: optimizer.counts || ema > 0 ? b.input(b.fresh('step'), 'float32', []) : null,
});

interface Update {
  readonly carried: readonly Carried[];
  readonly coefficients: readonly Coefficient[];
}

const carry = (
  b: GraphBuilder,
  kind: Carried['kind'],
  input: string,
  value: string,
  initializer: string | null,
): Carried => ({
  input,
  output: b.output(value, newName(input)),
  dims: b.shape(input).map(Number),
  kind,
  initializer,
});

/** Adds the update of one parameter and declares its outputs. One that the loss does not depend on stays as it is. */
const update = (
  b: GraphBuilder,
  options: TrainingOptions,
  parameter: Parameter,
  slope: string | null,
  common: Scalars,
): Update => {
  const { optimizer } = options;
  const { name, dims } = parameter.initializer;
  if (slope === null) return { carried: [carry(b, 'parameter', name, name, name)], coefficients: [] };
  const coefficients = coefficientsOf(parameter, options.coefficients ?? []);
  for (const coefficient of coefficients) b.input(coefficient.input, 'float32', coefficient.dims);
  const states = optimizer.state.map((kind) => b.input(`${kind}:${name}`, 'float32', dims));
  const decays = options.decay?.(parameter) ?? optimizer.decays(parameter);
  const updated = optimizer.update({
    b,
    parameter: name,
    gradient: addTerms(b, slope, name, coefficients),
    state: states,
    ...common,
    weightDecay: decays ? common.weightDecay : null,
  });
  const next = limitStep(b, updated.parameter, name, coefficients);
  return {
    carried: [
      carry(b, 'parameter', name, next, name),
      ...states.map((state, i) => carry(b, 'state', state, updated.state[i]!, null)),
    ],
    coefficients,
  };
};

/** Moving averages of what is exported: every parameter that learns and every statistic. */
const averages = (b: GraphBuilder, carried: readonly Carried[], decay: number, step: string): readonly Carried[] => {
  const share = shareOfNew(b, decay, step);
  return carried.flatMap(({ input, output, dims, initializer }) => {
    if (initializer === null) return [];
    const average = b.input(`average:${input}`, 'float32', dims);
    return [carry(b, 'average', average, movedTowards(b, average, output, share), initializer)];
  });
};

/** Builds the training step of a network. */
export const trainingGraph = (forward: Graph, options: TrainingOptions): TrainingGraph => {
  const parameters = parametersOf(forward).filter(options.trainable ?? isTrainable);
  if (parameters.length === 0) {
    throw new TopiaryError('TOPIARY_AUTODIFF_BAD_REQUEST', {
      where: `graph '${forward.name}'`,
      expected: 'a parameter that learns',
      got: 'none',
    });
  }
  const names = parameters.map(({ initializer }) => initializer.name);
  const prepared = differentiable(forward, {
    batch: options.batch,
    inputs: new Set(names),
    statistics: options.statistics ?? 'batch',
  });
  const { b, outputs } = prepared;
  const inputs = forward.inputs.map(({ name }) => name);
  const { loss, metrics } = b.scoped('loss', () => options.loss.build({ b, inputs, outputs }));
  const { clip = 0, ema = 0 } = options;
  const all = gradient(b, loss, names);
  const slopes = clip > 0 ? b.scoped('clip', () => clipNorm(b, all, clip)) : all;
  const common = scalars(b, options);
  const updates = b.scoped('update', () => {
    const last = { ...common, lr: settled(b, common.lr, slopes) };
    return parameters.map((parameter, i) => update(b, options, parameter, slopes[i]!, last));
  });
  const statistics = prepared.statistics.map(({ initializer, value }) =>
    carry(b, 'statistic', initializer, value, initializer),
  );
  const learned = [...updates.flatMap(({ carried }) => carried), ...statistics];
  const { step } = common;
  const averaged = ema > 0 && step !== null ? b.scoped('average', () => averages(b, learned, ema, step)) : [];
  const named = Object.entries(metrics).map(([name, value]) => [name, b.output(value, b.fresh(name))]);
  return {
    batch: options.batch,
    carried: [...learned, ...averaged],
    coefficients: updates.flatMap(({ coefficients }) => coefficients),
    ...common,
    loss: b.output(loss, b.fresh('loss')),
    metrics: Object.fromEntries(named),
    graph: b.build(`${forward.name}-training`),
  };
};
