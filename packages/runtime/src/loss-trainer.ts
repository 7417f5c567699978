/**
 * Trains whatever a graph declares, down the slope of its scalar loss: parameters, optimiser state and statistics go into
 * onnxruntime, and a step writes over them. It lives as long as it is needed: phases of a procedure differ in what they
 * feed, set and ask.
 */
import {
  asLossGraph,
  averageName,
  type Coefficient,
  type LossGraph,
  type LossTrainingOptions,
  lossTrainingGraph,
  nameAs,
  type TrainingGraph,
} from '@topiary/autodiff';
import { TopiaryError } from '@topiary/errors';
import { fromFilterBlocks, type Pair, toFilterBlocks } from '@topiary/lowering';
import {
  arrayOf,
  elements,
  floats,
  type Graph,
  type Initializer,
  printShape,
  scalar,
  shapeAt,
  type Tensor,
  tensor,
  type Value,
  withData,
} from '@topiary/onnx';
import { readCheckpoint, writeCheckpoint } from './checkpoint.js';
import { initialValue } from './initial-values.js';
import { freeUnused } from './memory.js';
import { type CompileOptions, compile, type Session } from './session.js';
import type { Feeds } from './tensors.js';

export interface StepSettings {
  readonly weightDecay?: number;
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

/** Bytes that are carried. */
const WORTH_FREEING = 16 * 2 ** 20;

const zeros = (dims: readonly number[]): Tensor => floats(new Float32Array(elements(dims)), dims);

/** Memory for an output of a step. */
const roomFor = ({ type, shape }: Value, batch: number): Tensor => {
  const dims = shapeAt(shape, batch);
  return tensor(type, dims, new (arrayOf(type))(elements(dims)));
};

/** Of values that steps write over. */
const copyOf = ({ dims, data }: Tensor): Tensor => floats(Float32Array.from(data as Float32Array), dims);

/** A training step that is loaded, and where its first values stand. */
export interface Opened {
  readonly training: TrainingGraph;
  readonly session: Session;
  readonly weightDecay: number;
  readonly first: Graph;
}

/** Lowers and loads a training step. */
export const openTraining = async (
  first: Graph,
  training: TrainingGraph,
  options: StepSettings & CompileOptions,
): Promise<Opened> => {
  const session = await compile(training.graph, options, training.carried);
  return { first, training, session, weightDecay: options.weightDecay ?? 0 };
};

export class LossTrainer {
  readonly training: TrainingGraph;
  readonly session: Session;
  readonly #name: string;
  /** What every step is fed besides its batch: hundreds of tensors, so the object stays, and a step's stands before it. */
  readonly #standing: Record<string, Tensor> = {};
  readonly #carried: ReadonlySet<string>;
  /** By output, where a step writes it: no copies, and no pages to be fetched anew in every step. */
  readonly #places: Record<string, Tensor> = {};
  /** What is carried and must not be written over: it takes turns with its place. */
  readonly #turning: readonly Pair[];
  #isFirst = true;
  #steps = 0;
  #skipped = 0;

  protected constructor({ first, training, session, weightDecay }: Opened) {
    this.training = training;
    this.session = session;
    this.#name = first.name;
    this.#carried = new Set(training.carried.map(({ input }) => input));
    this.#standing[training.weightDecay] = scalar(weightDecay);
    for (const { input, dims, initializer } of training.carried) {
      // zeros are the same in every order
      const value = initializer === null ? zeros(dims) : this.#asStored(input, initialValue(first, initializer));
      // the network's own memory is left as it is
      const isOurs = initializer === null || session.stored.has(input);
      this.#standing[input] = isOurs ? value : copyOf(value);
    }
    const inPlace = new Set<Pair>(session.inPlace(training.carried));
    this.#turning = training.carried.filter((carried) => !inPlace.has(carried));
    for (const { input, output } of inPlace) this.#places[output] = this.#standing[input]!;
    for (const value of training.graph.outputs) this.#places[value.name] ??= roomFor(value, training.batch);
    for (const coefficient of training.coefficients) this.setCoefficient(coefficient);
  }

  /** Builds the training step of a graph that ends in a loss, lowers and loads it. */
  static async of(source: LossGraph | Graph, options: LossTrainerOptions): Promise<LossTrainer> {
    const whole = 'nodes' in source ? asLossGraph(source) : source;
    return new LossTrainer(await openTraining(whole.graph, lossTrainingGraph(whole, options), options));
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

  /** Some steps, one after another. */
  async steps(steps: readonly Step[]): Promise<readonly StepResult[]> {
    const results: StepResult[] = [];
    for (const { feeds, lr } of steps) results.push(await this.step(feeds, lr));
    return results;
  }

  /** One step. `feeds` holds the networks' inputs and the loss's (`labels`). */
  async step(feeds: Feeds, lr: number): Promise<StepResult> {
    const { training } = this;
    const own = {
      [training.lr]: scalar(lr),
      ...(training.step === null ? {} : { [training.step]: scalar(this.#steps + 1) }),
    };
    const places = this.#places;
    if (this.#isFirst) this.#beforeFirst();
    await this.session.runInto(places, Object.assign(Object.create(this.#standing), feeds, own));
    for (const { input, output } of this.#turning)
      [this.#standing[input], places[output]] = [places[output]!, this.#standing[input]!];
    this.#steps += 1;
    const at = (output: string): number => Number(places[output]!.data[0]);
    const loss = at(training.loss);
    const finite = Number.isFinite(loss) && (training.finite === null || at(training.finite) === 1);
    if (!finite && !training.skips) throw this.#notFinite(loss);
    if (!finite) this.#skipped += 1;
    const metrics = Object.entries(training.metrics).map(([name, output]) => [name, at(output)]);
    return { step: this.#steps, loss, metrics: Object.fromEntries(metrics), skipped: !finite };
  }

  /** By now whoever made the trainer may have let go of the network that it was made of. */
  #beforeFirst(): void {
    this.#isFirst = false;
    if (this.training.carried.reduce((sum, { dims }) => sum + 4 * elements(dims), 0) >= WORTH_FREEING) freeUnused();
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

  /** Where steps write over it, so that its place stays. */
  #put(input: string, value: Tensor): void {
    (this.#standing[input]!.data as Float32Array).set(this.#asStored(input, value).data as Float32Array);
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

  /**
   * Everything that is carried from step to step, and the coefficients: a training that restores it goes on bit for bit.
   * `setting` says what the graph does not: rates and their steps, data.
   */
  checkpoint(setting = ''): Uint8Array {
    const names = [...this.#carried, ...this.training.coefficients.map(({ input }) => input)];
    const values = Object.fromEntries(names.map((name) => [name, this.#asPlain(name)]));
    return writeCheckpoint({ ...this.taken, setting, values });
  }

  /** Throws TOPIARY_RUNTIME_CHECKPOINT for another training's, and where both say a setting and they differ. */
  restore(bytes: Uint8Array, setting = ''): void {
    const { steps, skipped, setting: was, values } = readCheckpoint(bytes);
    if (setting !== '' && was !== '' && was !== setting) throw this.#notOurs(setting, was);
    const { carried, coefficients } = this.training;
    const own = [...carried, ...coefficients].map(({ input, dims }) => `${input} ${printShape(dims)}`);
    const given = Object.entries(values).map(([name, { dims }]) => `${name} ${printShape(dims)}`);
    if (own.join() !== given.join()) {
      throw this.#notOurs(
        own.find((one) => !given.includes(one)) ?? `nothing but ${own.length} values`,
        given.find((one) => !own.includes(one)) ?? `${given.length} values`,
      );
    }
    for (const [name, value] of Object.entries(values)) this.#put(name, value);
    this.#steps = steps;
    this.#skipped = skipped;
  }

  #notOurs(expected: string, got: string): TopiaryError {
    return new TopiaryError('TOPIARY_RUNTIME_CHECKPOINT', { where: `training '${this.#name}'`, expected, got });
  }

  release(): Promise<void> {
    return this.session.release();
  }
}
