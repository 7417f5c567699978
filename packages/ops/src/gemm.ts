/** Gemm: y = alpha · A' · B' + beta · C with optional transposes. https://onnx.ai/onnx/operators/onnx__Gemm.html */
import {
  elementsAt,
  float,
  floatOf,
  type GraphBuilder,
  int,
  intOf,
  type Node,
  placeOf,
  type Shape,
} from '@topiary/onnx';
import { multiplied } from './_cost.js';
import type { Expr } from './_dimension.js';
import { defineOp, type MacsRule, nothing, noValue } from './_op.js';
import { alignRight, badNode, broadcastShapes, required } from './_rules.js';

const swapIf = <T>(swap: boolean, [rows, columns]: readonly T[]): readonly [T, T] =>
  swap ? [columns!, rows!] : [rows!, columns!];

const transposesOf = (node: Node) => ({
  transA: intOf(node, 'transA', 0) === 1,
  transB: intOf(node, 'transB', 0) === 1,
});

const product = (b: GraphBuilder, left: string, right: string, transA: boolean, transB: boolean, alpha: number) =>
  b.op('Gemm', [left, right], { transA: int(Number(transA)), transB: int(Number(transB)), alpha: float(alpha) });

/** Linear layer: inputs · outputs, and once the outputs for the bias in the published counter. */
const macs: MacsRule = ({ node, x, y }) => {
  const k = swapIf(transposesOf(node).transA, x[0]!.shape)[1];
  const pure = elementsAt(y[0]!.shape) * elementsAt([k]);
  return { pure, published: x[2] ? pure + elementsAt(y[0]!.shape.slice(1)) : pure };
};

export const Gemm = defineOp({
  type: 'Gemm',
  domain: '',
  since: 13,
  shape: (c) => {
    const { transA, transB } = transposesOf(c.node);
    const [a, w] = [required(c, 0), required(c, 1)];
    const [rows, k] = swapIf(transA, a.shape);
    const [inner, columns] = swapIf(transB, w.shape);
    if (a.shape.length !== 2 || w.shape.length !== 2 || k !== inner) {
      throw badNode(c.node, 'matrices that multiply', `[${a.shape}] and [${w.shape}]`);
    }
    const shape: Shape = [rows, columns];
    const bias = c.x[2];
    if (bias) broadcastShapes(bias.shape, shape, placeOf(c.node));
    return [{ type: a.type, shape }];
  },
  value: noValue,
  gradient: ({ b, node, x, dY, needs }) => {
    const { transA, transB } = transposesOf(node);
    const [left, right, dy] = [x[0]!, x[1]!, dY[0]!];
    const alpha = floatOf(node, 'alpha', 1);
    const beta = floatOf(node, 'beta', 1);
    // dA' = alpha · dY · B'ᵀ, transposed where A is
    const dA = () =>
      transA ? product(b, right, dy, transB, true, alpha) : product(b, dy, right, false, !transB, alpha);
    // dB' = alpha · A'ᵀ · dY, transposed where B is
    const dB = () => (transB ? product(b, dy, left, true, transA, alpha) : product(b, left, dy, !transA, false, alpha));
    // dC = beta · dY
    const dC = () => (beta === 1 ? dy : b.op('Mul', [dy, b.scalar(beta)]));
    return [dA, dB, dC].slice(0, x.length).map((rule, i) => (needs(i) ? rule() : null));
  },
  // the contracted dimensions are one; C meets [rows, columns]
  channels: (c) => {
    const { transA, transB } = transposesOf(c.node);
    const [rows, k] = swapIf<Expr>(transA, c.x[0]!);
    const [inner, columns] = swapIf<Expr>(transB, c.x[1]!);
    c.unify(k, inner);
    alignRight(c, [[rows, columns], c.x[2] ?? []], 2);
    return [[rows, columns]];
  },
  rewrite: nothing,
  macs,
  cost: multiplied(macs),
  roles: (node) => {
    const { transA, transB } = transposesOf(node);
    return {
      0: { role: 'weight', out: transA ? 1 : 0, in: transA ? 0 : 1 },
      1: { role: 'weight', out: transB ? 0 : 1, in: transB ? 1 : 0 },
      2: { role: 'bias' },
    };
  },
  uploads: true,
});
