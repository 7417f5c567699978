/** Matrix products with transposed operands: one FusedMatMul where onnxruntime has it, else Transpose and MatMul. */
import { type GraphBuilder, int, ints } from '@topiary/onnx';

export interface MatMulOptions {
  readonly transA?: boolean;
  readonly transB?: boolean;
  readonly standardOnly: boolean;
}

const swapLast = (b: GraphBuilder, x: string): string => {
  const perm = b.shape(x).map((_, i) => i);
  perm.push(...perm.splice(-2).reverse());
  return b.op('Transpose', [x], { perm: ints(perm) });
};

export const matMul = (b: GraphBuilder, x: string, y: string, options: MatMulOptions): string => {
  const { transA = false, transB = false, standardOnly } = options;
  if (!transA && !transB) return b.op('MatMul', [x, y]);
  if (standardOnly) return b.op('MatMul', [transA ? swapLast(b, x) : x, transB ? swapLast(b, y) : y]);
  const attributes = { transA: int(transA ? 1 : 0), transB: int(transB ? 1 : 0) };
  return b.op('FusedMatMul', [x, y], attributes, { domain: 'com.microsoft' });
};
