/**
 * Trains whatever a graph declares, down the slope of its scalar loss: parameters, optimiser state and statistics go into
 * onnxruntime and come back, after every step or, where they are many, after every few. It lives as long as it is needed:
 * phases of a procedure differ in what they feed, set and ask.
 */
import {
  asLossGraph,
  averageName,
  type Carried,
  type Coefficient,
  type LossGraph,
  type LossTrainingOptions,
  lossTrainingGraph,
  nameAs,
  type TrainingGraph,
} from '@topiary/autodiff';
import { TopiaryError } from '@topiary/errors';
import { fromFilterBlocks, toFilterBlocks } from '@topiary/lowering';
import {
  elements,
  floats,
  type Graph,
  type Initializer,
  printShape,
  scalar,
  type Tensor,
  withData,
} from '@topiary/onnx';
import { count } from '@topiary/ops';
import { readCheckpoint, writeCheckpoint } from './checkpoint.js';
import { initialValue } from './initial-values.js';
import { type CompileOptions, compile, type Session } from './session.js';
import { type Feeds, stacked } from './tensors.js';
import { togetherFor } from './together.js';

export interface StepSettings {
  readonly weightDecay?: number;
  /** Steps in one call (default: what the network profits from; 1 where coefficients may change with every step). */
  readonly together?: number;
}

export interface LossTrainerOptions extends LossTrainingOptions, StepSettings, CompileOptions {}

export interface Step {
  /** What the graph reads besides what it trains: the networks' inputs and the loss's. */
  readonly feeds: Feeds;
  readonly lr: number;
}

export interface StepResult {
  /** Number of steps so far, this one included. */
  readonly step: number;
  /** Mean over the batch. */
  readonly loss: number;
  /** Sums over the batch, by name (`correct`). */
  readonly metrics: Readonly<Record<string, number>>;
  /** Loss or gradient were not finite, and everything stayed as it was. */
  readonly skipped: boolean;
}

export interface ValueOptions {
  /** The moving average in the place of the value itself (false). */
  readonly average?: boolean;
}

const zeros = (dims: readonly number[]): Tensor => floats(new Float32Array(elements(dims)), dims);

/** What a step is given that may differ from the last one's. */
const newEachTime = ({ graph, carried, coefficients, weightDecay }: TrainingGraph): string[] => {
  const standing = new Set([...carried, ...coefficients].map(({ input }) => input)).add(weightDecay);
  return graph.inputs.map(({ name }) => name).filter((name) => !standing.has(name));
};

/** Of values that steps write over. */
const copyOf = ({ dims, data }: Tensor): Tensor => floats(Float32Array.from(data as Float32Array), dims);

/** A training step that is loaded, and where its first values stand. */
export interface Opened {
  readonly training: TrainingGraph;
  readonly session: Session;
  readonly together: number;
  readonly weightDecay: number;
  readonly first: Graph;
}

/** Lowers and loads a training step. `flops`: what one step of it computes. */
export const openTraining = async (
  first: Graph,
  training: TrainingGraph,
  flops: () => number,
  options: StepSettings & CompileOptions,
): Promise<Opened> => {
  const together = options.together ?? (await togetherFor(training, flops, options));
  const repetition = together > 1 ? { carried: training.carried, each: newEachTime(training) } : null;
  const session = await compile(training.graph, options, { carried: training.carried, repetition });
  return { first, training, session, together, weightDecay: options.weightDecay ?? 0 };
};

export class LossTrainer {
  readonly training: TrainingGraph;
  readonly session: Session;
  /** Steps that one call takes at most. */
  readonly together: number;
  readonly #name: string;
  /** What every step is fed besides its batch: hundreds of tensors, so the object stays, and a step's stands before it. */
  readonly #standing: Record<string, Tensor> = {};
  readonly #carried: ReadonlySet<string>;
  /** By output, what a step writes over: one copy of everything less, and no pages to be fetched anew in every step. */
  readonly #places: Feeds;
  #steps = 0;
  #skipped = 0;

  protected constructor({ first, training, session, together, weightDecay }: Opened) {
    this.training = training;
    this.session = session;
    this.together = together;
    this.#name = first.name;
    this.#carried = new Set(training.carried.map(({ input }) => input));
    this.#standing[training.weightDecay] = scalar(weightDecay);
    const written = new Set<Carried>(session.inPlace(training.carried));
    for (const carried of training.carried) {
      const { input, dims, initializer } = carried;
      // zeros are the same in every order
      const value = initializer === null ? zeros(dims) : this.#asStored(input, initialValue(first, initializer));
      // the network's own memory is left as it is
      const isOurs = initializer === null || session.stored.has(input);
      this.#standing[input] = written.has(carried) && !isOurs ? copyOf(value) : value;
    }
    this.#places = Object.fromEntries([...written].map(({ input, output }) => [output, this.#standing[input]!]));
    for (const coefficient of training.coefficients) this.setCoefficient(coefficient);
  }

  /** Builds the training step of a graph that ends in a loss, lowers and loads it. */
  static async of(source: LossGraph | Graph, options: LossTrainerOptions): Promise<LossTrainer> {
    const whole = 'nodes' in source ? asLossGraph(source) : source;
    const flops = () => 3 * 2 * count(whole.graph).pure;
    return new LossTrainer(await openTraining(whole.graph, lossTrainingGraph(whole, options), flops, options));
  }

  /** Steps so far, and how many of them were skipped. */
  get taken(): { readonly steps: number; readonly skipped: number } {
    return { steps: this.#steps, skipped: this.#skipped };
  }

  /** In the order in which the session keeps it. */
  #asStored(input: string, value: Tensor): Tensor {
    const { stored, block } = this.session;
    return stored.has(input)
      ? floats(toFilterBlocks(value.data as Float32Array, value.dims, block), value.dims)
      : value;
  }

  /** In its own order, in memory of its own. */
  #asPlain(input: string): Tensor {
    const { stored, block } = this.session;
    const value = this.#standing[input]!;
    if (!stored.has(input)) return copyOf(value);
    return floats(fromFilterBlocks(value.data as Float32Array, value.dims, block), value.dims);
  }

  /** One step. `feeds` holds the networks' inputs and the loss's (`labels`). */
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
      const loss = at(training.loss);
      const finite = Number.isFinite(loss) && (training.finite === null || at(training.finite) === 1);
      if (!finite && !training.skips) throw this.#notFinite(loss);
      if (!finite) this.#skipped += 1;
      const metrics = Object.entries(training.metrics).map(([name, output]) => [name, at(output)]);
      return { step: this.#steps, loss, metrics: Object.fromEntries(metrics), skipped: !finite };
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

  #notFinite(loss: number): TopiaryError {
    const isLoss = !Number.isFinite(loss);
    return new TopiaryError('TOPIARY_RUNTIME_NOT_FINITE', {
      where: `step ${this.#steps} of training '${this.#name}'`,
      expected: isLoss ? 'a finite loss' : 'finite gradients',
      got: isLoss ? String(loss) : `others, and the loss ${loss}`,
      cure: 'Lower the learning rate.',
    });
  }

  #placed(name: string, { average = false }: ValueOptions): string {
    const input = average ? averageName(name) : name;
    if (this.#carried.has(input)) return input;
    throw new TopiaryError('TOPIARY_AUTODIFF_BAD_REQUEST', {
      where: `training '${this.#name}'`,
      expected: `one of ${[...this.#carried].join(', ')}`,
      got: input,
    });
  }

  /** The present value of a parameter or statistic, by its initialiser's name; of an optimiser state, by its input's. */
  value(name: string, options: ValueOptions = {}): Tensor {
    return this.#asPlain(this.#placed(name, options));
  }

  /** Puts a value in the place of the present one; what else is carried stays. */
  setValue(name: string, value: Tensor, options: ValueOptions = {}): void {
    const input = this.#placed(name, options);
    const { dims } = this.#standing[input]!;
    if (value.type !== 'float32' || value.dims.join() !== dims.join()) {
      throw new TopiaryError('TOPIARY_AUTODIFF_BAD_REQUEST', {
        where: `value '${input}' of training '${this.#name}'`,
        expected: `float32 ${printShape(dims)}`,
        got: `${value.type} ${printShape(value.dims)}`,
      });
    }
    this.#put(input, value);
  }

  /** Memory that steps write over stays where it is; other memory may be the network's own. */
  #put(input: string, value: Tensor): void {
    const here = this.#standing[input]!;
    const own = this.#asStored(input, value);
    if (Object.values(this.#places).includes(here)) (here.data as Float32Array).set(own.data as Float32Array);
    else this.#standing[input] = copyOf(own);
  }

  /** Sets a per-channel input for the steps to come; without values, back to neutral. */
  setCoefficient({ input, dims, neutral }: Coefficient, values?: Float32Array): void {
    this.#standing[input] = floats(values ?? new Float32Array(elements(dims)).fill(neutral), dims);
  }

  /** A network that was embedded `as` something, with what was learned of it: by default the averages, where they are kept. */
  fill(network: Graph, as: string, { average }: ValueOptions = {}): Graph {
    const initializers = new Map<string, Initializer>();
    for (const [name, one] of network.initializers) {
      initializers.set(name, this.learned(nameAs(as, name), name, average) ?? one);
    }
    return { ...network, initializers };
  }

  /** An initialiser with its present value, or its average, under the name `as`; null: it is not trained. */
  protected learned(name: string, as = name, average = this.#carried.has(averageName(name))): Initializer | null {
    return this.#carried.has(name) ? withData(as, this.value(name, { average })) : null;
  }

  /** Everything that is carried from step to step, and the coefficients: a training that restores it goes on bit for bit. */
  checkpoint(): Uint8Array {
    const names = [...this.#carried, ...this.training.coefficients.map(({ input }) => input)];
    const values = Object.fromEntries(names.map((name) => [name, this.#asPlain(name)]));
    return writeCheckpoint({ ...this.taken, values });
  }

  restore(bytes: Uint8Array): void {
    const { steps, skipped, values } = readCheckpoint(bytes);
    const { carried, coefficients } = this.training;
    const own = [...carried, ...coefficients].map(({ input, dims }) => `${input} ${printShape(dims)}`);
    const given = Object.entries(values).map(([name, { dims }]) => `${name} ${printShape(dims)}`);
    if (own.join() !== given.join()) {
      throw new TopiaryError('TOPIARY_RUNTIME_CHECKPOINT', {
        where: `training '${this.#name}'`,
        expected: own.find((one) => !given.includes(one)) ?? `nothing but ${own.length} values`,
        got: given.find((one) => !own.includes(one)) ?? `${given.length} values`,
      });
    }
    for (const [name, value] of Object.entries(values)) this.#put(name, value);
    this.#steps = steps;
    this.#skipped = skipped;
  }

  release(): Promise<void> {
    return this.session.release();
  }
}
