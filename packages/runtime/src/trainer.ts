/**
 * Trains a network: parameters, optimiser state and statistics go into onnxruntime and come back, after every step or, where
 * they are many, after every few.
 */
import {
  type Carried,
  type Coefficient,
  type TrainingGraph,
  type TrainingOptions,
  trainingGraph,
} from '@topiary/autodiff';
import { TopiaryError } from '@topiary/errors';
import { elements, floats, type Graph, type Initializer, scalar, type Tensor, withData } from '@topiary/onnx';
import { initialValue } from './initial-values.js';
import { type CompileOptions, compile, type Session } from './session.js';
import { type Feeds, stacked } from './tensors.js';
import { togetherFor } from './together.js';

export interface TrainerOptions extends TrainingOptions, CompileOptions {
  readonly weightDecay?: number;
  /** Steps in one call (default: what the network profits from; 1 where coefficients may change with every step). */
  readonly together?: number;
}

export interface Step {
  /** The network's inputs and the loss's (`labels`). */
  readonly feeds: Feeds;
  readonly lr: number;
}

export interface StepResult {
  /** Number of steps taken, this one included. */
  readonly step: number;
  /** Mean over the batch. */
  readonly loss: number;
  /** Sums over the batch, by name (`correct`). */
  readonly metrics: Readonly<Record<string, number>>;
}

const zeros = (dims: readonly number[]): Tensor => floats(new Float32Array(elements(dims)), dims);

interface Settings {
  readonly together: number;
  readonly weightDecay: number;
}

/** What a step is given that may differ from the last one's. */
const newEachTime = ({ graph, carried, coefficients, weightDecay }: TrainingGraph): string[] => {
  const standing = new Set([...carried, ...coefficients].map(({ input }) => input)).add(weightDecay);
  return graph.inputs.map(({ name }) => name).filter((name) => !standing.has(name));
};

/** Of values that steps write over. */
const copyOf = ({ dims, data }: Tensor): Tensor => floats(Float32Array.from(data as Float32Array), dims);

export class Trainer {
  readonly training: TrainingGraph;
  readonly session: Session;
  /** Steps that one call takes at most. */
  readonly together: number;
  readonly #forward: Omit<Graph, 'initializers'>;
  /** In the network's order; null for those that are trained, whose first values are not kept. */
  readonly #initializers: ReadonlyMap<string, Initializer | null>;
  /** What every step is fed besides its batch: hundreds of tensors, so the object stays, and a step's stands before it. */
  readonly #standing: Record<string, Tensor> = {};
  readonly #carried: ReadonlySet<string>;
  /** By output, what a step writes over: one copy of everything less, and no pages to be fetched anew in every step. */
  readonly #places: Feeds;
  #steps = 0;

  private constructor(forward: Graph, training: TrainingGraph, session: Session, { together, weightDecay }: Settings) {
    this.training = training;
    this.session = session;
    this.together = together;
    const { initializers, ...rest } = forward;
    const trained = new Set(training.carried.map(({ initializer }) => initializer));
    this.#forward = rest;
    this.#initializers = new Map([...initializers].map(([name, one]) => [name, trained.has(name) ? null : one]));
    this.#carried = new Set(training.carried.map(({ input }) => input));
    this.#standing[training.weightDecay] = scalar(weightDecay);
    const written = new Set<Carried>(session.inPlace(training.carried));
    for (const carried of training.carried) {
      const { input, dims, initializer } = carried;
      const value = initializer === null ? zeros(dims) : initialValue(forward, initializer);
      // the network's own memory is left as it is
      this.#standing[input] = written.has(carried) && initializer !== null ? copyOf(value) : value;
    }
    this.#places = Object.fromEntries([...written].map(({ input, output }) => [output, this.#standing[input]!]));
    for (const coefficient of training.coefficients) this.setCoefficient(coefficient);
  }

  /** Builds the training step of `forward`, lowers and loads it. */
  static async create(forward: Graph, options: TrainerOptions): Promise<Trainer> {
    const training = trainingGraph(forward, options);
    const together = options.together ?? (await togetherFor(forward, training, options));
    const repetition = together > 1 ? { carried: training.carried, each: newEachTime(training) } : null;
    const session = await compile(training.graph, options, repetition);
    return new Trainer(forward, training, session, { together, weightDecay: options.weightDecay ?? 0 });
  }

  /** One step. `feeds` holds the network's inputs and the loss's (`labels`). */
  async step(feeds: Feeds, lr: number): Promise<StepResult> {
    return (await this.steps([{ feeds, lr }]))[0]!;
  }

  /** Some steps, at most `together` in each call. */
  async steps(steps: readonly Step[]): Promise<readonly StepResult[]> {
    const results: StepResult[] = [];
    for (let i = 0; i < steps.length; i += this.together)
      results.push(...(await this.#call(steps.slice(i, i + this.together))));
    return results;
  }

  async #call(steps: readonly Step[]): Promise<readonly StepResult[]> {
    const { training } = this;
    const given: Record<string, Tensor> = Object.assign(Object.create(this.#standing), this.#feedsOf(steps));
    const results = await this.session.run(given, this.#places);
    for (const { input, output } of training.carried) this.#standing[input] = results[output]!;
    return steps.map((_, i) => {
      const at = (output: string): number => Number(results[output]!.data[i]);
      this.#steps += 1;
      const metrics = Object.entries(training.metrics).map(([name, output]) => [name, at(output)]);
      return { step: this.#steps, loss: this.#finite(at(training.loss)), metrics: Object.fromEntries(metrics) };
    });
  }

  /** What is new in every step; where a call takes several, one after another along a new axis. */
  #feedsOf(steps: readonly Step[]): Feeds {
    const { lr, step } = this.training;
    const each = steps.map((one, i) => ({
      ...one.feeds,
      [lr]: scalar(one.lr),
      ...(step === null ? {} : { [step]: scalar(this.#steps + i + 1) }),
    })) as readonly Record<string, Tensor>[];
    const [first] = each as readonly [Record<string, Tensor>];
    if (this.together === 1) return first;
    return Object.fromEntries(Object.keys(first).map((name) => [name, stacked(each.map((feeds) => feeds[name]!))]));
  }

  #finite(loss: number): number {
    if (Number.isFinite(loss)) return loss;
    throw new TopiaryError('TOPIARY_RUNTIME_NOT_FINITE', {
      where: `step ${this.#steps} of training '${this.#forward.name}'`,
      expected: 'a finite loss',
      got: String(loss),
      cure: 'Lower the learning rate.',
    });
  }

  /** The present value of a parameter or statistic, by its initialiser's name; of an optimiser state, by its input's. */
  value(name: string): Tensor {
    if (this.#carried.has(name)) return copyOf(this.#standing[name]!);
    throw new TopiaryError('TOPIARY_AUTODIFF_BAD_REQUEST', {
      where: `training '${this.#forward.name}'`,
      expected: `one of ${[...this.#carried].join(', ')}`,
      got: name,
    });
  }

  /** Sets a per-channel input for the steps to come; without values, back to neutral. */
  setCoefficient({ input, dims, neutral }: Coefficient, values?: Float32Array): void {
    this.#standing[input] = floats(values ?? new Float32Array(elements(dims)).fill(neutral), dims);
  }

  /** The network with its present parameters and statistics, or their moving averages where these are kept. */
  export(): Graph {
    // averages stand last in the list, so they replace what they average
    const inputs = new Map(this.training.carried.map(({ initializer, input }) => [initializer, input]));
    const now = (name: string): Initializer => withData(name, copyOf(this.#standing[inputs.get(name)!]!));
    const initializers = new Map([...this.#initializers].map(([name, one]) => [name, one ?? now(name)]));
    return { ...this.#forward, initializers };
  }

  release(): Promise<void> {
    return this.session.release();
  }
}
