/** Pictures of this machine, as pruning uses them; what computes with them stands in `with-data.ts` and is loaded last. */
import type { Training } from '@topiary/contracts';
import type { Statistics, Wanted } from '@topiary/methods';
import type { Graph } from '@topiary/onnx';
import type { Network } from './network.js';

export interface DataRequest {
  /** Holds train/<class>/<picture> and val/<class>/<picture>. */
  readonly folder: string;
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** Of 128 pictures each, for statistics. */
  readonly batches: number;
  readonly flip: boolean;
  readonly seed: number;
  note(text: string): void;
}

export interface Measured {
  readonly metric: string;
  readonly value: number;
  /** Pictures. */
  readonly n: number;
}

export type OpenData = (network: Network, request: DataRequest, signal: AbortSignal) => Promise<PictureData>;

export interface PictureData {
  statistics(wanted: readonly Wanted[], graph: Graph, round: number): Promise<Statistics>;
  train(graph: Graph, settings: Training, progress: (share: number) => void): Promise<Graph>;
  /** On the pictures under val. */
  evaluate(graph: Graph, progress: (share: number) => void): Promise<Measured>;
}
