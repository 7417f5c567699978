/** The cells of an anchor-free head: where each stands, and how many pixels it is wide. */
import { TopiaryError } from '@topiary/errors';
import type { Head } from './types.js';

export interface Anchors {
  /** A */
  readonly count: number;
  /** Middles of the cells, in cells of their own map. */
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Pixels a cell. */
  readonly stride: Float32Array;
}

/** Strides of the family; every anchor-free file that is recognised has these. */
export const STRIDES: readonly number[] = [8, 16, 32];

const misfit = (expected: string, got: string): TopiaryError =>
  new TopiaryError('TOPIARY_ONNX_UNSUPPORTED', { where: 'the detection head', expected, got });

/** Row by row, one map after another: point (x + 1/2, y + 1/2). */
export const anchorsOf = ({ size, strides }: Pick<Head, 'size' | 'strides'>): Anchors => {
  const odd = strides.find((stride) => size % stride !== 0);
  if (odd !== undefined) throw misfit(`a size that is a multiple of the stride ${odd}`, `${size}`);
  const cells = strides.flatMap((stride) => {
    const side = size / stride;
    return Array.from({ length: side * side }, (_, i) => [(i % side) + 0.5, Math.floor(i / side) + 0.5, stride]);
  });
  const column = (k: number) => Float32Array.from(cells, (cell) => cell[k]!);
  return { count: cells.length, x: column(0), y: column(1), stride: column(2) };
};

const cellsOf = (size: number, strides: readonly number[]): number =>
  strides.reduce((sum, stride) => sum + (size / stride) ** 2, 0);

/**
 * What raw outputs mean, from the shapes alone: `boxes` [N, 4R, A], `scores` [N, K, A], and an input of `size` pixels.
 * Throws where the cells do not fit the size.
 */
export const headOf = (
  size: readonly [height: number, width: number],
  boxes: readonly unknown[],
  scores: readonly unknown[],
): Head => {
  const [height, width] = size;
  if (height !== width) throw misfit('a square input', `${height} by ${width} pixels`);
  const [sides, cells, classes] = [Number(boxes[1]), Number(boxes[2]), Number(scores[1])];
  const wanted = cellsOf(height, STRIDES);
  if (height % STRIDES.at(-1)! !== 0 || cells !== wanted || Number(scores[2]) !== cells)
    throw misfit(`${wanted} cells for ${height} pixels at strides ${STRIDES.join(', ')}`, `${cells} and ${scores[2]}`);
  if (sides % 4 !== 0 || sides < 8 || !(classes >= 1)) {
    throw misfit('four distributions of at least two numbers, and a class', `${sides} numbers, ${classes} classes`);
  }
  return { size: height, strides: STRIDES, bins: sides / 4, classes };
};
