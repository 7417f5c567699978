/** From a loss to a training step: gradients, clipping, the optimiser's update; the tensors it carries go in and come out. */
import { TopiaryError } from '@topiary/errors';
import { type Graph, type GraphBuilder, int } from '@topiary/onnx';
import { clipNorm } from './clip.js';
import { addTerms, type Coefficient, type CoefficientKind, coefficientsOf, limitStep } from './coefficients.js';
import { type Carried, newName } from './differentiable.js';
import type { Renewed } from './embed.js';
import { allFinite, always, type Keep, whereFinite } from './finite.js';
import { gradient } from './gradient.js';
import type { Learner } from './learner.js';
import type { LossValues } from './losses/_loss.js';
import { movedTowards, shareOfNew } from './moving-average.js';
import type { Optimizer } from './optimizers/_optimizer.js';
import { settled } from './settled.js';

/** Of ONNX's data types. */
const FLOAT = 1;

export interface UpdateOptions {
  readonly optimizer: Optimizer;
  /** Per-channel inputs for each axis of each parameter (none). */
  readonly coefficients?: readonly CoefficientKind[];
  /** Largest norm of the whole gradient (0: any). */
  readonly clip?: number;
  /** Decay of the moving average of parameters and statistics (0: none is kept). */
  readonly ema?: number;
  /**
   * A step whose loss or gradient is not finite: `stop` takes it and ends the training; `skip` leaves everything that is
   * carried as it was and goes on. Without it the loss alone is looked at, which costs no pass over the gradients: what
   * they spoil shows in the next one.
   */
  readonly onNotFinite?: 'stop' | 'skip';
}

export interface TrainingGraph {
  readonly graph: Graph;
  readonly batch: number;
  readonly carried: readonly Carried[];
  readonly coefficients: readonly Coefficient[];
  /**
   * Names of the scalar inputs; `step` counts from 1 and is null where neither optimiser nor average asks for it, or where
   * the graph counts the steps that it takes.
   */
  readonly lr: string;
  readonly weightDecay: string;
  readonly step: string | null;
  /** Names of the scalar outputs. */
  readonly loss: string;
  readonly metrics: Readonly<Record<string, string>>;
  /** 1 where loss and gradients are finite, else 0; null: nobody looks. */
  readonly finite: string | null;
  /** Whether a step that is not finite has changed nothing. */
  readonly skips: boolean;
}

/** A graph under construction, up to its loss. */
export interface Prepared extends Pick<LossValues, 'loss' | 'metrics'> {
  readonly b: GraphBuilder;
  readonly name: string;
  readonly batch: number;
  /** Initialisers that are inputs by now. */
  readonly learners: readonly Learner[];
  readonly renewed: readonly Renewed[];
}

interface Scalars {
  readonly lr: string;
  readonly weightDecay: string;
  readonly step: string | null;
}

interface Step {
  readonly b: GraphBuilder;
  readonly options: UpdateOptions;
  readonly keep: Keep;
}

const carry = (
  { b, keep }: Pick<Step, 'b' | 'keep'>,
  kind: Carried['kind'],
  [input, value]: readonly [string, string],
  initializer: string | null,
): Carried => ({
  input,
  output: b.output(keep(value, input), newName(input)),
  dims: b.shape(input).map(Number),
  kind,
  initializer,
});

interface Update {
  readonly carried: readonly Carried[];
  readonly coefficients: readonly Coefficient[];
}

const times = (b: GraphBuilder, value: string, factor: number): string =>
  factor === 1 ? value : b.op('Mul', [value, b.scalar(factor)]);

const clamped = (b: GraphBuilder, value: string, clamp: Learner['clamp']): string =>
  clamp === undefined ? value : b.op('Clip', [value, b.scalar(clamp[0]), b.scalar(clamp[1])]);

/** Adds the update of one parameter and declares its outputs. One that the loss does not depend on stays as it is. */
const update = (step: Step, learner: Learner, slope: string | null, common: Scalars): Update => {
  const { b, options } = step;
  const { optimizer } = options;
  const { parameter, rate = 1, clamp } = learner;
  const { name, dims } = parameter.initializer;
  if (slope === null)
    return { carried: [carry({ b, keep: always }, 'parameter', [name, name], name)], coefficients: [] };
  const coefficients = coefficientsOf(parameter, options.coefficients ?? []);
  for (const coefficient of coefficients) b.input(coefficient.input, 'float32', coefficient.dims);
  const states = optimizer.state.map((kind) => b.input(`${kind}:${name}`, 'float32', dims));
  const decay = learner.decay ?? Number(optimizer.decays(parameter));
  const updated = optimizer.update({
    b,
    parameter: name,
    gradient: addTerms(b, slope, name, coefficients),
    state: states,
    lr: times(b, common.lr, rate),
    weightDecay: decay === 0 ? null : times(b, common.weightDecay, decay),
    step: common.step,
  });
  const next = clamped(b, limitStep(b, updated.parameter, name, coefficients), clamp);
  return {
    carried: [
      carry(step, 'parameter', [name, next], name),
      ...states.map((state, i) => carry(step, 'state', [state, updated.state[i]!], null)),
    ],
    coefficients,
  };
};

/** Moving averages of what is exported: every parameter that learns and every statistic. */
const averages = (step: Step, carried: readonly Carried[], decay: number, t: string): readonly Carried[] => {
  const { b } = step;
  const share = shareOfNew(b, decay, t);
  return carried.flatMap(({ input, output, dims, initializer }) => {
    if (initializer === null) return [];
    const average = b.input(averageName(input), 'float32', dims);
    return [carry(step, 'average', [average, movedTowards(b, average, output, share)], initializer)];
  });
};

/** The input that holds the moving average of a parameter or statistic. */
export const averageName = (initializer: string): string => `average:${initializer}`;

/** The number of the step: given from outside, or, where steps may be skipped, counted with those that are taken. */
const counting = (
  b: GraphBuilder,
  { optimizer, ema = 0, onNotFinite }: UpdateOptions,
): { readonly step: string | null; readonly given: string | null; readonly count: string | null } => {
  if (!optimizer.counts && ema === 0) return { step: null, given: null, count: null };
  const input = b.input(b.fresh('step'), 'float32', []);
  if (onNotFinite !== 'skip') return { step: input, given: input, count: null };
  return { step: b.op('Add', [input, b.scalar(1)]), given: null, count: input };
};

const refuseEmpty = ({ name, learners }: Prepared): void => {
  if (learners.length > 0) return;
  throw new TopiaryError('TOPIARY_AUTODIFF_BAD_REQUEST', {
    where: `graph '${name}'`,
    expected: 'a parameter that learns',
    got: 'none',
  });
};

export const stepGraph = (prepared: Prepared, options: UpdateOptions): TrainingGraph => {
  refuseEmpty(prepared);
  const { b, name, batch, learners, loss, metrics, renewed } = prepared;
  const { clip = 0, ema = 0, onNotFinite } = options;
  const all = gradient(
    b,
    loss,
    learners.map(({ parameter }) => parameter.initializer.name),
  );
  const slopes = clip > 0 ? b.scoped('clip', () => clipNorm(b, all, clip)) : all;
  const finite = onNotFinite ? b.scoped('finite', () => allFinite(b, loss, all)) : null;
  const skips = finite !== null && onNotFinite === 'skip';
  const step: Step = { b, options, keep: skips ? whereFinite(b, finite) : always };
  const [lr, weightDecay] = ['lr', 'weight_decay'].map((one) => b.input(b.fresh(one), 'float32', [])) as [
    string,
    string,
  ];
  const counted = counting(b, options);
  const updates = b.scoped('update', () => {
    const common = { lr: settled(b, lr, slopes), weightDecay, step: counted.step };
    return learners.map((learner, i) => update(step, learner, slopes[i]!, common));
  });
  const statistics = renewed.map(({ initializer, value }) =>
    carry(step, 'statistic', [initializer, value], initializer),
  );
  const learned = [...updates.flatMap(({ carried }) => carried), ...statistics];
  const averaged =
    ema > 0 && counted.step !== null ? b.scoped('average', () => averages(step, learned, ema, counted.step!)) : [];
  const count = counted.count === null ? [] : [carry(step, 'state', [counted.count, counted.step!], null)];
  const named = Object.entries(metrics).map(([metric, value]) => [metric, b.output(value, b.fresh(metric))]);
  return {
    batch,
    carried: [...learned, ...count, ...averaged],
    coefficients: updates.flatMap(({ coefficients }) => coefficients),
    lr,
    weightDecay,
    step: counted.given,
    loss: b.output(loss, b.fresh('loss')),
    metrics: Object.fromEntries(named),
    finite: finite === null ? null : b.output(b.op('Cast', [finite], { to: int(FLOAT) }), b.fresh('finite')),
    skips,
    graph: b.build(`${name}-training`),
  };
};
