/** What a data set is: labelled pictures kept as bytes, normalised when a batch is made. */
import { createHash } from 'node:crypto';

export interface Split {
  readonly length: number;
  /** Channels, height, width. */
  readonly dims: readonly [number, number, number];
  /** All pictures, [length, ...dims]. */
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
  /** Of the protocol: subtracted and divided by per channel, on a scale where 255 is 1. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

export interface OpenOptions {
  /** One folder per data set id. */
  readonly dataDir: string;
  /** Makes the test pictures of a procedural data set unknown to anyone without it. */
  readonly testSecret?: string | undefined;
}

export interface DatasetState {
  readonly present: boolean;
  /** Why it is not, with the cure. */
  readonly reason: string | null;
}

export interface Dataset {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly classes: readonly string[];
  readonly input: readonly [number, number, number];
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** Where it comes from, with licence. */
  readonly source: string;
  /** Looks only at names and sizes of files. */
  state(dataDir: string): Promise<DatasetState>;
  open(options: OpenOptions): Promise<{ readonly train: Split; readonly test: Split }>;
}

/** Identifies a test split: SHA-256 of its pictures and labels. Part of the key under which results are ranked. */
export const splitHash = (split: Split): string =>
  createHash('sha256').update(split.dims.join('x')).update(split.pixels).update(split.labels).digest('hex');
