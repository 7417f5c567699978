/** Layers that only move elements: what windows, heads and dense blocks are put together from. */
import { int, ints } from '@topiary/onnx';
import type { ModelBuilder } from './_model-builder.js';

export interface ShapeLayers {
  /** Size along an axis. */
  size(x: string, axis: number): number;
  /** Row-major; a 0 copies the dimension (the batch). */
  reshape(x: string, dims: readonly number[]): string;
  transpose(x: string, perm: readonly number[]): string;
  /** Elements from `from` up to `to` along an axis. */
  slice(x: string, from: number, to: number, axis: number): string;
  /** Two equal parts along an axis. */
  halves(x: string, axis: number): readonly [string, string];
  concat(parts: readonly string[], axis: number): string;
  /** So many zeros behind each axis. */
  padBehind(x: string, counts: readonly number[]): string;
}

export const shapeLayersOn = (b: ModelBuilder): ShapeLayers => ({
  size: (x, axis) => Number(b.shape(x).at(axis)),
  reshape: (x, dims) => b.op('Reshape', [x, b.int64s(dims)], { allowzero: int(0) }),
  transpose: (x, perm) => b.op('Transpose', [x], { perm: ints(perm) }),
  slice: (x, from, to, axis) => b.op('Slice', [x, b.int64s([from]), b.int64s([to]), b.int64s([axis]), b.int64s([1])]),
  halves: (x, axis) =>
    b.ops('Split', [x], { axis: int(axis), num_outputs: int(2) }, { outputs: 2 }) as [string, string],
  concat: (parts, axis) => b.op('Concat', parts, { axis: int(axis) }),
  padBehind: (x, counts) => b.op('Pad', [x, b.int64s([...counts.map(() => 0), ...counts])]),
});
