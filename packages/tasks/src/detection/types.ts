/** What loss, evaluators and views of detection speak of. */
export type { Annotated, BoxSplit, BoxSplits, Corners, GroundTruth, Pixels, SizeRange } from '@topiary/zoo';

import type { Corners } from '@topiary/zoo';

/** An object that a network found. */
export interface Detection {
  /** In pixels of the original picture. */
  readonly box: Corners;
  /** 0 … 1 */
  readonly score: number;
  /** Index into the data set's classes. */
  readonly class: number;
}

/** What the raw outputs of an anchor-free network mean. */
export interface Head {
  /** Height and width of the input in pixels; a multiple of the largest stride. */
  readonly size: number;
  /** Pixels a cell, in the order in which the scales follow one another in the outputs. */
  readonly strides: readonly number[];
  /** R: logits per side of a box; distances run from 0 to R - 1 cells. */
  readonly bins: number;
  /** K */
  readonly classes: number;
}

/** A network's answer to one picture before it is decoded; A = sum over strides of (size / stride)². */
export interface RawHeads {
  /** [4R, A]: left, top, right, bottom, of each R logits. */
  readonly boxes: Float32Array;
  /** [K, A] logits. */
  readonly scores: Float32Array;
}

/** How a picture came into the square that a network sees: x' = x · scale + left. */
export interface Letterbox {
  readonly scale: number;
  readonly left: number;
  readonly top: number;
  /** Of the original picture, to which boxes are clipped. */
  readonly width: number;
  readonly height: number;
}
