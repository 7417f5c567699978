/** What a data set of boxes is: pictures of any size, and what stands in them. */

/** Corners in pixels: left, top, right, bottom. Edges, not centres of pixels: the width is right - left. */
export type Corners = readonly [number, number, number, number];

/** An object that somebody marked. */
export interface GroundTruth {
  readonly box: Corners;
  /** Index into the data set's classes. */
  readonly class: number;
  /** Pixels that it covers: COCO's `area` (of the segment) where the annotation has one, else width times height. */
  readonly area: number;
  /** COCO's `iscrowd`: a region of many objects, neither trained on nor required. */
  readonly crowd: boolean;
  /** Pascal VOC's flag: not counted as missed. */
  readonly difficult: boolean;
}

/** A picture, as its annotation describes it. */
export interface Annotated {
  /** Names it within the data set: the file's name, or its number. */
  readonly id: string;
  readonly width: number;
  readonly height: number;
  readonly truths: readonly GroundTruth[];
}

/** Bytes [3, height, width], red before green before blue. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

export interface BoxSplit {
  /** In the split's own order; known without reading a picture. */
  readonly pictures: readonly Annotated[];
  /** Names in the order of `class`. */
  readonly classes: readonly string[];
  /** Of one picture; null: its file cannot be decoded. */
  pixels(index: number): Promise<Pixels | null>;
  /** Annotations that were left out, by reason, each with the pictures' names: boxes without area, outside, … */
  readonly excluded: Readonly<Record<string, readonly string[]>>;
  /** SHA-256 of what identifies the pictures in their order, with their annotations. */
  hash(): string;
}

/** Objects of one size, by area in square pixels, both ends included. */
export interface SizeRange {
  readonly id: string;
  readonly title: string;
  readonly from: number;
  readonly to: number;
}

export interface BoxSplits {
  readonly train: BoxSplit;
  readonly test: BoxSplit;
  /** Pictures that everybody may see with what networks find in them; never part of the test split. */
  readonly showcase: BoxSplit;
  /** By which results are told apart; absent: COCO's small, medium and large. */
  readonly sizes?: readonly SizeRange[];
}
