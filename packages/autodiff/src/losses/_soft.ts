/** Cross-entropy against a distribution over the classes. */
import { type GraphBuilder, int } from '@topiary/onnx';

// L = - 1/N Σ_n Σ_k p[n, k] log q[n, k]
export const softCrossEntropy = (b: GraphBuilder, p: string, logQ: string): string => {
  const each = b.op('ReduceSum', [b.op('Mul', [p, logQ]), b.int64s([1])], { keepdims: int(0) }); // [N]
  return b.op('Neg', [b.op('ReduceMean', [each], { keepdims: int(0) })]);
};
