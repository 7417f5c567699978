/** MatMul: numpy's matrix product, batched and broadcast. https://onnx.ai/onnx/operators/onnx__MatMul.html */
import { elementsAt, type GraphBuilder, int, placeOf, type Shape } from '@topiary/onnx';
import { multiplied } from './_cost.js';
import { noGradient, reshapeTo, transposeLast } from './_emit.js';
import { defineOp, type MacsRule, nothing, noValue } from './_op.js';
import { alignRight, badNode, broadcastShapes, required } from './_rules.js';

/** Rows are everything but the last axis. */
const asMatrix = (b: GraphBuilder, value: string): string => {
  const shape = b.shape(value);
  return shape.length === 2 ? value : b.op('Reshape', [value, b.int64s([-1, Number(shape.at(-1))])]);
};

/** dB for a matrix B that every row of A meets: one product of two matrices. dB = Aᵀ · dY */
const weightGradient = (b: GraphBuilder, left: string, dy: string): string =>
  b.op('Gemm', [asMatrix(b, left), asMatrix(b, dy)], { transA: int(1) });

/** dA for a matrix B, over the rows of A. dA = dY · Bᵀ */
const dataGradient = (b: GraphBuilder, dy: string, right: string, to: Shape): string =>
  to.length === 2
    ? b.op('Gemm', [dy, right], { transB: int(1) })
    : reshapeTo(b, b.op('MatMul', [dy, transposeLast(b, right)]), to);

/** Linear layer or attention product alike; a bias is counted by the Add that follows. */
const macs: MacsRule = ({ x, y }) => {
  const macs = elementsAt(y[0]!.shape) * elementsAt(x[0]!.shape.slice(-1));
  return { pure: macs, published: macs };
};

export const MatMul = defineOp({
  type: 'MatMul',
  domain: '',
  since: 13,
  shape: (c) => {
    const [a, w] = [required(c, 0), required(c, 1)];
    // a vector is a row on the left and a column on the right; the added axis is dropped again
    const left = a.shape.length === 1 ? [1, ...a.shape] : a.shape;
    const right = w.shape.length === 1 ? [...w.shape, 1] : w.shape;
    if (left.length < 2 || right.length < 2 || left.at(-1) !== right.at(-2)) {
      throw badNode(c.node, 'matrices that multiply', `[${a.shape}] and [${w.shape}]`);
    }
    const batch = broadcastShapes(left.slice(0, -2), right.slice(0, -2), placeOf(c.node));
    const rows = a.shape.length === 1 ? [] : [left.at(-2)!];
    const columns = w.shape.length === 1 ? [] : [right.at(-1)!];
    return [{ type: a.type, shape: [...batch, ...rows, ...columns] }];
  },
  value: noValue,
  gradient: ({ b, node, x, dY, needs }) => {
    const [left, right, dy] = [x[0]!, x[1]!, dY[0]!];
    const [p, q] = [b.shape(left), b.shape(right)];
    if (p.length < 2 || q.length < 2) throw noGradient(node, 'matrices', `[${p}] and [${q}]`);
    const matrix = q.length === 2;
    // dA = dY · Bᵀ
    const dA = () => (matrix ? dataGradient(b, dy, right, p) : b.op('MatMul', [dy, transposeLast(b, right)]));
    // dB = Aᵀ · dY
    const dB = () => (matrix ? weightGradient(b, left, dy) : b.op('MatMul', [transposeLast(b, left), dy]));
    return [needs(0) ? dA() : null, needs(1) ? dB() : null];
  },
  // the contracted dimensions are one; batch dimensions meet as in any broadcast
  channels: (c) => {
    const [left, right] = [c.x[0]!, c.x[1]!];
    c.unify(left.at(-1)!, right.at(-2) ?? right[0]!);
    const rows = left.length === 1 ? [] : [left.at(-2)!];
    const columns = right.length === 1 ? [] : [right.at(-1)!];
    const rank = c.types.y[0]!.shape.length - rows.length - columns.length;
    return [[...alignRight(c, [left.slice(0, -2), right.slice(0, -2)], rank), ...rows, ...columns]];
  },
  rewrite: nothing,
  macs,
  cost: multiplied(macs),
  roles: (_node, x) => {
    const last = (i: number) => (x[i]?.shape.length ?? 0) - 1;
    return {
      0: { role: 'weight', out: last(0) - 1, in: last(0) },
      1: { role: 'weight', out: last(1), in: last(1) - 1 },
    };
  },
  uploads: true,
});
