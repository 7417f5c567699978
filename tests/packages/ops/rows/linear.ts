/** Matrix products. Multiply-accumulates: output elements · contracted size. */
import { float, int } from '@topiary/onnx';
import type { Row } from '../../../helpers/expect-op.js';
import { data, weight, whole } from '../../../helpers/operands.js';

export const rows: readonly Row[] = [
  {
    op: 'Gemm',
    of: 'a linear layer as PyTorch exports it',
    inputs: [data([3, 5]), weight([4, 5]), weight([4])],
    attributes: { transB: int(1) },
    macs: { pure: 20, published: 24 },
    atoms: 3, // rows, in, out
    cut: 'zeroed',
    linear: true,
  },
  {
    op: 'Gemm',
    of: 'both transposed, scaled, a bias for each row',
    inputs: [whole(data([5, 3])), weight([4, 5]), weight([3, 1])],
    attributes: { transA: int(1), transB: int(1), alpha: float(0.5), beta: float(2) },
    macs: { pure: 60, published: 64 },
    atoms: 3,
    cut: 'zeroed',
    linear: true,
  },
  {
    op: 'Gemm',
    of: 'nothing transposed, no bias',
    inputs: [data([3, 5]), weight([5, 4])],
    macs: { pure: 20, published: 20 },
    atoms: 3,
    cut: 'zeroed',
    linear: true,
  },
  {
    op: 'Gemm',
    of: 'left transposed',
    inputs: [whole(data([5, 3])), weight([5, 4])],
    attributes: { transA: int(1), alpha: float(3) },
    macs: { pure: 60, published: 60 },
    atoms: 3,
    cut: 'zeroed',
    linear: true,
  },
  {
    op: 'MatMul',
    of: 'two matrices',
    inputs: [data([3, 5]), weight([5, 4])],
    macs: { pure: 20, published: 20 },
    atoms: 3,
    cut: 'zeroed',
    linear: true,
  },
  {
    op: 'MatMul',
    of: 'tokens and a weight',
    inputs: [data([2, 3, 5]), weight([5, 4])],
    macs: { pure: 3 * 20, published: 3 * 20 },
    atoms: 4, // batch, tokens, in, out
    cut: 'zeroed',
    linear: true,
  },
  {
    op: 'MatMul',
    of: 'attention: two activations with heads',
    inputs: [data([2, 3, 4, 5]), data([2, 3, 5, 4])],
    macs: { pure: 3 * 16 * 5, published: 3 * 16 * 5 },
    atoms: 5, // batch, heads, rows, contracted, columns
    cut: 'zeroed',
    linear: true,
  },
  {
    op: 'MatMul',
    of: 'batch broadcast on the left',
    inputs: [weight([3, 4, 5]), data([2, 3, 5, 2])],
    macs: { pure: 3 * 8 * 5, published: 3 * 8 * 5 },
    atoms: 5,
    cut: 'zeroed',
    linear: true,
  },
  {
    op: 'FusedMatMul',
    domain: 'com.microsoft',
    of: 'right transposed',
    inputs: [data([2, 4, 5]), data([2, 3, 5])],
    attributes: { transB: int(1), alpha: float(0.5) },
    macs: { pure: 60, published: 60 },
    atoms: 0,
  },
];
