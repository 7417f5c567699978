/** Trains a network: one onnxruntime call per step; parameters, optimiser state and statistics go in and come back. */
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
import type { Feeds } from './tensors.js';

export interface TrainerOptions extends TrainingOptions, CompileOptions {
  readonly weightDecay?: number;
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

/** Of values that steps write over. */
const copyOf = ({ dims, data }: Tensor): Tensor => floats(Float32Array.from(data as Float32Array), dims);

export class Trainer {
  readonly training: TrainingGraph;
  readonly session: Session;
  readonly #forward: Omit<Graph, 'initializers'>;
  /** In the network's order; null for those that are trained, whose first values are not kept. */
  readonly #initializers: ReadonlyMap<string, Initializer | null>;
  /** What every step is fed besides its batch: hundreds of tensors, so the object stays, and a step's stands before it. */
  readonly #standing: Record<string, Tensor> = {};
  readonly #carried: ReadonlySet<string>;
  /** By output, what a step writes over: one copy of everything less, and no pages to be fetched anew in every step. */
  readonly #places: Feeds;
  #steps = 0;

  private constructor(forward: Graph, training: TrainingGraph, session: Session, weightDecay: number) {
    this.training = training;
    this.session = session;
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
    return new Trainer(forward, training, await compile(training.graph, options), options.weightDecay ?? 0);
  }

  /** One step. `feeds` holds the network's inputs and the loss's (`labels`). */
  async step(feeds: Feeds, lr: number): Promise<StepResult> {
    const { training } = this;
    const given: Record<string, Tensor> = Object.assign(Object.create(this.#standing), feeds);
    given[training.lr] = scalar(lr);
    if (training.step !== null) given[training.step] = scalar(this.#steps + 1);
    const results = await this.session.run(given, this.#places);
    const loss = Number(results[training.loss]!.data[0]);
    if (!Number.isFinite(loss)) {
      throw new TopiaryError('TOPIARY_RUNTIME_NOT_FINITE', {
        where: `step ${this.#steps + 1} of training '${this.#forward.name}'`,
        expected: 'a finite loss',
        got: String(loss),
        cure: 'Lower the learning rate.',
      });
    }
    for (const { input, output } of training.carried) this.#standing[input] = results[output]!;
    this.#steps += 1;
    const metrics = Object.entries(training.metrics).map(([name, output]) => [name, Number(results[output]!.data[0])]);
    return { step: this.#steps, loss, metrics: Object.fromEntries(metrics) };
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
