/**
 * What a procedure declares: a whole way of making a network cheaper. It is given everything that computes, stores or
 * measures, builds its losses and cuts with `autodiff` and `pruning`, and never sees onnxruntime, a file, a clock or the
 * test split.
 */
import type {
  LossGraph,
  LossTrainingOptions,
  Schedule,
  StatisticGraph,
  TrainingGraph,
  TrainingOptions,
} from '@topiary/autodiff';
import type { FilledRecipe, Target, Width } from '@topiary/contracts';
import type { Graph, Tensor } from '@topiary/onnx';
import type { Counter, Feeds, Pipeline } from '@topiary/pipeline';
import type { BoundTask, EvaluateOptions, Evaluation, Fact, Trajectory } from '@topiary/tasks';
import type { About, Params } from '../_method.js';
import type { CriterionSource } from '../criteria/_source.js';
import type { Statistic, Totals } from '../statistics/_statistic.js';

/** Deterministic random numbers of one stream. */
export interface Random {
  /** Uniform in [0, 1). */
  unit(): number;
  /** A whole number in [0, n). */
  below(n: number): number;
  shuffle(values: Int32Array): Int32Array;
}

export interface Step {
  readonly feeds: Feeds;
  readonly lr: number;
}

export interface StepResult {
  /** Number of steps so far, this one included. */
  readonly step: number;
  readonly loss: number;
  /** Sums over the batch, by name. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Loss or gradient were not finite, and everything stayed as it was. */
  readonly skipped: boolean;
}

/** Takes training steps, wherever the network lies. */
export interface Stepper {
  steps(steps: readonly Step[]): Promise<readonly StepResult[]>;
}

export interface ValueOptions {
  /** The moving average in the place of the value itself (false). */
  readonly average?: boolean;
}

/** A graph that goes down the slope of its loss; it lives across phases. */
export interface LossTrainer extends Stepper {
  readonly training: TrainingGraph;
  /** What computes its steps, in words. */
  readonly provider: string;
  /** Steps so far, and how many of them were skipped. */
  readonly taken: { readonly steps: number; readonly skipped: number };
  /** Of a parameter or running statistic by its name, of an optimiser's state by its input's. */
  value(name: string, options?: ValueOptions): Tensor;
  setValue(name: string, value: Tensor, options?: ValueOptions): void;
  setCoefficient(coefficient: TrainingGraph['coefficients'][number], values?: Float32Array): void;
  /** A network that was embedded `as` something, with what was learned of it, or its average where one is kept. */
  fill(network: Graph, as: string, options?: ValueOptions): Graph;
  /** Everything that is carried from step to step: a training that restores it goes on bit for bit. */
  checkpoint(): Uint8Array;
  restore(state: Uint8Array): void;
  release(): Promise<void>;
}

/** A network in training. */
export interface Trainer extends LossTrainer {
  /** The network as it stands, or its moving average where one is kept. */
  export(): Graph;
}

export interface TrainerOptions extends TrainingOptions {
  readonly weightDecay: number;
}

export interface LossTrainerOptions extends LossTrainingOptions {
  readonly weightDecay?: number;
}

export interface FitOptions {
  readonly steps: number;
  readonly schedule: Schedule;
  /** The batch of a step (0, 1, …). */
  readonly batch: (step: number) => Feeds | Promise<Feeds>;
  readonly onStep?: (result: StepResult) => void;
}

/** A compiled graph. */
export interface Session {
  run(feeds: Feeds): Promise<Feeds>;
  release(): Promise<void>;
}

/** A task without its test split. */
export type TrainingTask = Pick<
  BoundTask,
  'id' | 'metrics' | 'examples' | 'loss' | 'batches' | 'trajectory' | 'points'
>;

export interface ProcedureContext {
  /** Before anything was done: the teacher of a distillation. */
  readonly base: Pipeline;
  /** What this procedure begins with: the base, or what the step before made of it. */
  readonly pipeline: Pipeline;
  readonly task: TrainingTask;
  readonly seed: number;
  /** The stream that belongs to a name; the same in every run of one seed. */
  random(name: string): Random;
  /** Built in, or uploaded in its place. */
  criterion(id: string): CriterionSource;
  /** Trains a graph with the loss that is given. */
  trainer(graph: Graph, options: TrainerOptions): Promise<Trainer>;
  /** Trains what a composed graph declares: students, gates, coefficients, beside as many teachers as it holds. */
  lossTrainer(source: LossGraph, options: LossTrainerOptions): Promise<LossTrainer>;
  /** Takes the steps of a training, and says how many seconds that took. */
  fit(stepper: Stepper, options: FitOptions): Promise<{ readonly seconds: number }>;
  session(graph: Graph): Promise<Session>;
  /** Runs the graph of a statistic over batches; `forward` has the values of the parameters. */
  gather(
    forward: Graph,
    graph: StatisticGraph,
    batches: AsyncIterable<Feeds>,
    how: Pick<Statistic, 'accumulate' | 'size'>,
  ): Promise<Totals>;
  /** On examples of the training split that are held out; nobody here sees the test split. */
  evaluate(pipeline: Pipeline, options?: EvaluateOptions): Promise<Evaluation>;
  /** Has the pipeline measured on the test split, under the name of a phase; the numbers go into the result alone. */
  milestone(phase: string, pipeline: Pipeline): Promise<void>;
  /** Something to go on from after the process died; replaces what was kept before. */
  checkpoint(state: Uint8Array): Promise<void>;
  /** What was kept last in an earlier attempt at this run; null: nothing. */
  restore(): Promise<Uint8Array | null>;
  /** Runs one of the declared stages; progress is from 0 to 1. */
  stage<T>(id: string, body: (progress: (share: number) => void) => Promise<T>): Promise<T>;
  /** One that has nothing to do. */
  skip(stage: string): void;
  /** A point of a curve that people watch live. */
  point(stage: string, series: string, step: number, value: number): void;
  log(text: string, level?: 'info' | 'warn'): void;
  /** Waits while somebody on this machine measures; throws when the run was cancelled. */
  pause(): Promise<void>;
}

export interface ProcedureRequest {
  /** Null: the method's own knobs decide, and the axis is reported, not reached. */
  readonly target: Target | null;
  /** Which count of MACs a target means. */
  readonly counter: Counter;
  readonly recipe: FilledRecipe;
  /** Of the procedure, checked: see `checkParameters`. */
  readonly params: Params;
}

/** What a procedure hands back. */
export interface ProcedureOutcome {
  readonly pipeline: Pipeline;
  /** What a page shows of how it came about. */
  readonly facts: readonly Fact[];
  /** What a reader must know. */
  readonly flags: readonly string[];
  /** Channels per layer, where layers became narrower. */
  readonly widths?: readonly Width[];
  /** Of one pruning step, as the literature reports it. */
  readonly stepSeconds?: number | null;
  /** Of one pass over the training data with a regularizer. */
  readonly epochSeconds?: number | null;
}

/** What a procedure says of itself; light, so that the catalogue can list it. */
export type AboutProcedure = Omit<About<'procedure'>, 'axes' | 'reaches' | 'stages'> & {
  /** What it makes less of; null: the track's own axes. */
  readonly axes: string[] | null;
  /** Axes on which it reaches a target; null: the track's axis of targets. Where there is none, its own knobs decide. */
  readonly reaches: string[] | null;
  readonly stages: { id: string; title: string }[];
};

export interface Procedure extends AboutProcedure {
  /**
   * Why it cannot serve a network or what a recipe asks of it, or null. Asked before anything is computed; `trajectory` is
   * the task's loop over the network, null where it has none.
   */
  readonly refuses: (pipeline: Pipeline, request: ProcedureRequest, trajectory?: Trajectory | null) => string | null;
  readonly run: (context: ProcedureContext, request: ProcedureRequest) => Promise<ProcedureOutcome>;
}
