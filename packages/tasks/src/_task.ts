/**
 * What a task declares: what a network must do, how well it does it, and what it costs. Whatever computes is handed in,
 * so a task never sees onnxruntime, and an uploaded network is judged by the same code inside its sandbox.
 */
import type { Loss } from '@topiary/autodiff';
import type { MetricDescription, Training } from '@topiary/contracts';
import type { Graph, GraphBuilder, Tensor } from '@topiary/onnx';
import type { Feeds, Pipeline, RunPart, Schedule } from '@topiary/pipeline';
import type { ZodType } from 'zod';

/** Runs the parts of one pipeline. */
export interface Running {
  readonly run: RunPart;
  release(): Promise<void>;
}

/** What computes: sessions of this process, or of the sandbox in which an uploaded network lives. */
export interface Compute {
  open(pipeline: Pipeline): Promise<Running>;
  /** Waits while somebody on this machine measures; throws when the run was cancelled. */
  pause(): Promise<void>;
  /** Runs what is ours, where this runs an uploaded network whatever it is asked to open. */
  readonly own?: Compute;
}

/** Where examples come from: training, training without those held out, those, the test split. */
export type From = 'train' | 'rest' | 'held' | 'test';

/**
 * Answers of the final network to the test examples; private. Bits of a share, numbers of a mean, by example; of a set the
 * metric on resamples of the examples that the task draws, the same for every network.
 */
export interface Answers {
  readonly metric: string;
  readonly values: Uint8Array | Float32Array;
}

export interface Evaluation {
  /** Examples. */
  readonly n: number;
  /** By metric, in its own unit; the first of the task's metrics ranks. */
  readonly values: Readonly<Record<string, number>>;
  readonly answers: Answers | null;
}

export interface EvaluateOptions {
  /** The most examples that are looked at (all). */
  readonly examples?: number;
  readonly progress?: (share: number) => void;
}

/** How batches are taken. */
export interface BatchRequest {
  readonly from: Exclude<From, 'test'>;
  /** Examples a batch. */
  readonly batch: number;
  readonly steps: number;
  readonly seed: number;
  /** Without augmentation or mixing, as statistics want them. */
  readonly plain?: boolean;
  /** Augmentation and mixing that a recipe asks for. */
  readonly training?: Training;
  /** Called with each batch: milliseconds that its taker had to wait for it. */
  readonly onWait?: (ms: number) => void;
}

/** One thing that latency times, alternating with the base's: a forward pass, a sampling, a token. */
export interface Unit {
  readonly id: string;
  readonly title: string;
  readonly examples: number;
  /** Runs it once; returns milliseconds of its parts where it has any (network, decode, NMS). */
  run(round: number): Promise<Readonly<Record<string, number>>>;
  release(): Promise<void>;
}

/** Something that a page shows of a run: a named artefact and the view that draws it. */
export interface Fact {
  readonly view: string;
  readonly title: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** A network that is something else than it seems; throws where it finds one. */
export interface Probe {
  readonly id: string;
  readonly title: string;
  run(pipeline: Pipeline, compute: Compute): Promise<void>;
}

/** A step of a task's loop inside a graph, by names of its values. */
export interface Advance {
  /** What the loop carries, and what the network says of it. */
  readonly state: string;
  readonly said: string;
  /** Timesteps of this step and of the next one, [N] of whole numbers. */
  readonly now: string;
  readonly next: string;
}

/** The loop that a task takes over a pipeline's steps, for procedures that rewrite a schedule step by step. */
export interface Trajectory {
  /** What the network is told at each step of the loop, in the order of the steps. */
  readonly timesteps: readonly number[];
  /** Training draws timesteps below it. */
  readonly length: number;
  /** The share of the variance that is the example's at each timestep; the rest is noise. */
  readonly kept: Float64Array;
  /** The inputs of a network that hold what the loop carries, and the timestep. */
  inputs(network: Graph): { readonly state: string; readonly time: string };
  /** The state of the next step: nothing is drawn, clipped or guided. */
  advance(b: GraphBuilder, step: Advance): string;
}

/** A task with its data: what a run is given. Procedures see everything but the test split. */
export interface BoundTask {
  readonly id: string;
  readonly metrics: readonly MetricDescription[];
  /** Examples in each split; `rest` is `train` without those held out. */
  readonly examples: { readonly train: number; readonly rest: number; readonly test: number };
  /** Identifies the test split; part of the key under which results are ranked. */
  readonly hash: string;
  /** What could not be read, by split; known after a pass. */
  damaged(): Readonly<Record<string, readonly string[]>>;
  /**
   * A scalar for a batch that `batches` makes, from inputs and outputs of the merged pipeline. `training`: what a recipe
   * asks for (null: nothing); `teachers` are named by the method, `base` is the network before anything was done to it.
   */
  loss(training: Training | null, teachers?: Readonly<Record<string, Pipeline>>): Loss;
  /** What `lossOfTask` must know to make the same loss in another process: plain data (nothing). */
  readonly lossFacts?: Readonly<Record<string, unknown>>;
  /** Batches for the pipeline's merged graph and the inputs of the loss. */
  batches(pipeline: Pipeline, request: BatchRequest): AsyncGenerator<Feeds, undefined>;
  /** The loop over the steps of this pipeline, which may ask for another one than the base's; null: there is none. */
  trajectory(pipeline: Pipeline): Trajectory | null;
  /** Points of the curves after a training step of so many examples, by series. */
  points(result: StepFacts, examples: number): Readonly<Record<string, number>>;
  evaluate(pipeline: Pipeline, from: From, compute: Compute, options?: EvaluateOptions): Promise<Evaluation>;
  /** On the axes that are the task's own, beside parameters and MACs. */
  costs(pipeline: Pipeline): Readonly<Record<string, number>>;
  units(pipeline: Pipeline, compute: Compute, examples: number): Promise<readonly Unit[]>;
  /** On the public showcase split alone. */
  show(pipeline: Pipeline, base: Pipeline, compute: Compute): Promise<readonly Fact[]>;
  readonly probes: readonly Probe[];
  /** Why the base model can be evaluated and neither pruned nor trained, and the cure; null: it can. */
  readonly evaluatedOnly: string | null;
  /** What a base model should reach on the test split, and did not; null: it knows its task. */
  guesses(evaluation: Evaluation): { readonly expected: string; readonly got: string; readonly cure: string } | null;
}

/** What a training step gave. */
export interface StepFacts {
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
}

export interface OpenRequest {
  readonly dataset: string;
  readonly dataDir: string;
  readonly testSecret: string | null;
  readonly pipeline: Pipeline;
  /** Of the base model, checked by `settings`. */
  readonly settings: unknown;
  /** Of the protocol. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly evaluationBatch: number;
}

/** Computes a graph without inputs while a file is made plain; null where that cannot be had. */
export type EvaluateConstants = (part: Graph) => readonly Tensor[] | null;

export interface ReadRequest {
  /** ONNX files by part. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Null: one graph, called once a step. */
  readonly schedule: Schedule | null;
  readonly dataset: string;
  readonly dataDir: string;
  /** Hands an evaluator of constants to whoever makes a file plain, and calls it again with what it asked for. */
  readonly withConstants?: <T>(build: (evaluate: EvaluateConstants) => T) => Promise<T>;
}

export interface Task {
  readonly id: string;
  readonly title: string;
  /** The first ranks. */
  readonly metrics: readonly MetricDescription[];
  /** What a base model says of itself beside its graphs: mean and standard deviation, tokenizer, prompts, sampler. */
  readonly settings: ZodType;
  /** What a foreign file says of its own settings, by its graphs and their metadata; null: nothing. */
  recognise(files: ReadRequest['files']): Readonly<Record<string, unknown>> | null;
  /** Foreign files become the pipeline that the task can judge, or an error that says what does not fit. */
  read(request: ReadRequest): Promise<Pipeline>;
  open(request: OpenRequest): Promise<BoundTask>;
}

export const defineTask = (task: Task): Task => Object.freeze(task);
