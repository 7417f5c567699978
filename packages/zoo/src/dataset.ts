/** What a data set is: labelled pictures, from memory or from files, given as bytes; normalised when a batch is made. */
import type { BoxSplits } from './boxes.js';
import type { MaskSplits } from './masks.js';
import type { Random } from './random.js';

export interface Augment {
  /** Pixels of black border that are added to a picture in memory before a window of the old size is cut out. */
  readonly crop: number;
  /** Mirror left and right with probability 1/2. */
  readonly flip: boolean;
}

/** Writes a picture as bytes [channels, height, width] at an offset; false: its file cannot be decoded. */
export type Read = (index: number, out: Uint8Array, offset: number) => boolean | Promise<boolean>;

/** Where the pictures of a split come from. */
export interface Pictures {
  /** As evaluation sees them. */
  readonly plain: Read;
  /** As training sees one of them; what is random is drawn at once, so that batches do not depend on timing. */
  augmented(random: Random, augment: Augment): Read;
  /** Files that could not be decoded so far. */
  readonly damaged: ReadonlySet<string>;
  /** SHA-256 of what identifies the pictures in their order, with their labels. */
  hash(): string;
}

export interface Split {
  readonly length: number;
  /** Channels, height, width. */
  readonly dims: readonly [number, number, number];
  readonly pictures: Pictures;
  readonly labels: Uint8Array | Uint16Array;
  /** Of the protocol: subtracted and divided by per channel, on a scale where 255 is 1. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

export interface OpenOptions {
  /** One folder per data set id. */
  readonly dataDir: string;
  /** Makes the test pictures of a procedural data set unknown to anyone without it. */
  readonly testSecret?: string | undefined;
  /** What the network takes (the data set's `input`); only data sets of any size heed it. */
  readonly input?: readonly number[] | undefined;
}

export interface DatasetState {
  readonly present: boolean;
  /** Why it is not, with the cure. */
  readonly reason: string | null;
}

/** Some of the test pictures, under a name of their own. */
export interface TestPart {
  /** `splitHash` of them. */
  readonly hash: string;
  /** Behind "on": `the first 100 test pictures`. */
  readonly title: string;
}

export interface Dataset<S extends Split = Split> {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  /** Names in the order of the labels; null: those of the folders, which are known once they are looked into. */
  readonly classes: readonly string[] | null;
  readonly input: readonly [number, number, number];
  /** Whether pictures can be had in another size than `input`. */
  readonly anySize: boolean;
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** How training pictures are augmented, in words. */
  readonly augmentation: string;
  /** Where it comes from, with licence. */
  readonly source: string;
  /** Its test pictures are drawn from a seed that anybody has, or from a secret of the server. */
  readonly isDrawn?: true;
  /** Test splits beside that of its files on which results were recorded: parts of it that somebody had. */
  readonly parts?: readonly TestPart[];
  /** Looks only at names and sizes of files. */
  state(dataDir: string): Promise<DatasetState>;
  /** Of its folder, where the data set itself does not say. */
  classesIn(dataDir: string): Promise<readonly string[]>;
  open(options: OpenOptions): Promise<{ readonly train: S; readonly test: S }>;
  /** Of a data set of boxes, whose `open` rejects: its pictures have no single label. */
  readonly boxes?: (options: OpenOptions) => Promise<BoxSplits>;
  /** Of a data set of masks, whose `open` rejects, too. */
  readonly masks?: (options: OpenOptions) => Promise<MaskSplits>;
}

/** Identifies a test split. Part of the key under which results are ranked. */
export const splitHash = (split: Split): string => split.pictures.hash();
