/** What the worker's child asks the process that runs an uploaded graph. That process is given pictures, never test labels. */
import type { Training } from '@topiary/contracts';
import type { Facts } from '@topiary/gate';
import type { Feeds } from '@topiary/pipeline';
import type { Calm, CompileOptions, Latency } from '@topiary/runtime';

export interface OpenRequest {
  readonly model: Uint8Array;
  /** The dense network of the board. */
  readonly base: Uint8Array;
  readonly batch: number;
  readonly compile: CompileOptions;
}

export interface Opened {
  readonly facts: Facts;
  /** Dimensions of the weights, by name. */
  readonly weights: readonly { readonly name: string; readonly dims: readonly number[] }[];
}

export interface AnswerRequest {
  /** By the names of the base network's inputs. */
  readonly feeds: Feeds;
}

/** One of the network's outputs, in their order. */
export interface Output {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

export interface TrainRequest {
  /** Id of the task whose loss it learns by. */
  readonly task: string;
  readonly settings: Training;
  /** What the task says that its loss must know. */
  readonly about: Readonly<Record<string, unknown>>;
}

export interface StepRequest {
  /** By the names of the base network's inputs and of the loss; labels are those of training pictures. */
  readonly feeds: Feeds;
  readonly lr: number;
}

export interface LatencyRequest {
  /** What the base network is called with in the unit that is timed, one after another, by the names of its inputs. */
  readonly calls: readonly Feeds[];
  readonly batch: number;
  readonly warmupMs: number;
  readonly samples: number;
  readonly threads?: number;
  /** What the base usually takes on this machine, in ms. */
  readonly usualMs?: number | null;
}

export interface Latencies {
  readonly base: Latency;
  readonly pruned: Latency;
  readonly calm: Calm;
}
