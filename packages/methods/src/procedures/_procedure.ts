/**
 * What a procedure declares: a whole way of making a network cheaper. It is given everything that computes, stores or
 * measures, builds its losses and cuts with `autodiff` and `pruning`, and never sees onnxruntime, a file or a clock.
 */
import type { Schedule, TrainingOptions } from '@topiary/autodiff';
import type { Target } from '@topiary/contracts';
import type { Graph, Tensor } from '@topiary/onnx';
import type { About, Params } from '../_method.js';
import type { Rng } from '../criteria/_criterion.js';
import type { Statistics } from '../statistics/_statistic.js';

/** Values for the inputs of a graph, by name. */
export type Feeds = Readonly<Record<string, Tensor>>;

/** The batch of a step (0, 1, …). */
export type BatchSource = (step: number) => Feeds | Promise<Feeds>;

export interface ProcedureData {
  /** Batches of the training split without end, shuffled and augmented as the protocol says. */
  batches(batch: number): BatchSource;
}

export interface TrainOptions extends TrainingOptions {
  readonly steps: number;
  readonly schedule: Schedule;
  readonly weightDecay: number;
  /** Values for the graph's coefficient inputs, asked before each step; those left out stay as they are. */
  readonly setCoefficients?: (step: number) => ReadonlyMap<string, Float32Array>;
  readonly onStep?: (taken: { readonly step: number; readonly steps: number; readonly loss: number }) => void;
}

/** Something to keep: `store` names it by its content. */
export type Artefact =
  | { readonly kind: 'model'; readonly graph: Graph }
  | { readonly kind: 'kept' | 'curve' | 'log'; readonly json: unknown };

export interface ProcedureContext {
  /** The base network, canonical. */
  readonly model: Graph;
  readonly data: ProcedureData;
  readonly rng: Rng;
  /** Trains a network and returns it with its new elements. */
  train(graph: Graph, feeds: BatchSource, options: TrainOptions): Promise<Graph>;
  infer(graph: Graph, feeds: Feeds): Promise<Feeds>;
  /** Statistics of a network over batches of training data. */
  collect(
    needs: readonly string[],
    graph: Graph,
    options: { readonly batch: number; readonly batches: number },
  ): Promise<Statistics>;
  /** Stores something and returns its sha256. */
  store(artefact: Artefact): Promise<string>;
  /** Runs one of the declared stages; progress is from 0 to 1. */
  stage<T>(id: string, body: (progress: (share: number) => void) => Promise<T>): Promise<T>;
  readonly signal: AbortSignal;
}

export interface ProcedureRequest {
  readonly target: Target;
  /** Checked: see `checkParameters`. */
  readonly params: Params;
  readonly finetune: {
    readonly steps: number;
    readonly batch: number;
    readonly lr: number;
    readonly momentum: number;
    readonly weightDecay: number;
  };
}

/** What a procedure hands back: the network to be evaluated, and what it stored. */
export interface ProcedureOutcome {
  readonly model: Graph;
  readonly artefacts: readonly string[];
}

export interface Procedure extends About<'procedure'> {
  readonly stages: readonly { readonly id: string; readonly title: string }[];
  /** Why the procedure cannot serve a network, or null. Asked before anything is computed. */
  readonly refuses: (graph: Graph) => string | null;
  readonly run: (context: ProcedureContext, request: ProcedureRequest) => Promise<ProcedureOutcome>;
}
