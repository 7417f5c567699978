/**
 * The learning rate, known only once every gradient is. Parameters that are written over in place, as PyTorch does, must
 * not change while the gradient of another layer still reads them; nothing in a graph says "afterwards" but a value that
 * an operator waits for: lr' = lr + 0·(one number of every gradient).
 */
import { type GraphBuilder, int } from '@topiary/onnx';

const firstOf = (b: GraphBuilder, value: string): string => {
  const flat = b.shape(value).length === 1 ? value : b.op('Reshape', [value, b.int64s([-1])]);
  return b.op('Gather', [flat, b.constant({ type: 'int64', dims: [], data: BigInt64Array.of(0n) })], { axis: int(0) });
};

/**
 * `slopes` stand in the order of the layers. onnxruntime goes back from an output to what it needs, the input that was
 * added last first: the sum begins with the last layer, so that a layer's gradients are all taken while what they read
 * is there, and not in a second pass with everything kept.
 */
export const settled = (b: GraphBuilder, lr: string, slopes: readonly (string | null)[]): string => {
  const firsts = slopes.filter((slope) => slope !== null).map((slope) => firstOf(b, slope));
  if (firsts.length === 0) return lr;
  const sum = firsts.reverse().reduce((a, c) => b.op('Add', [a, c]));
  return b.op('Add', [lr, b.op('Mul', [sum, b.scalar(0)])]);
};
