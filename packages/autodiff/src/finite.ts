/**
 * Skips a step inside the graph: where the loss or a gradient is not finite, everything that the step carries stays as it
 * was. A number times zero is zero if it is finite and no number if it is not, and sums hand that on.
 */
import { type GraphBuilder, int } from '@topiary/onnx';

const nothingOf = (b: GraphBuilder, value: string): string =>
  b.op('ReduceSum', [b.op('Mul', [value, b.scalar(0)])], { keepdims: int(0) });

/** A truth: whether the loss and all gradients are finite. */
export const allFinite = (b: GraphBuilder, loss: string, slopes: readonly (string | null)[]): string => {
  const values = [loss, ...slopes.filter((slope) => slope !== null)];
  const sum = values.map((value) => nothingOf(b, value)).reduce((a, c) => b.op('Add', [a, c]));
  return b.op('Equal', [sum, b.scalar(0)]);
};

/** How a new value takes the place of an old one. */
export type Keep = (next: string, old: string) => string;

export const always: Keep = (next) => next;

export const whereFinite =
  (b: GraphBuilder, finite: string): Keep =>
  (next, old) =>
    b.op('Where', [finite, next, old]);
