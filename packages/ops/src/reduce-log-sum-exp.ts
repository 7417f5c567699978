/** ReduceLogSumExp: y = log Σ eˣ over axes. https://onnx.ai/onnx/operators/onnx__ReduceLogSumExp.html */
import { folded, WEIGHTS } from './_cost.js';
import { defineOp, noValue } from './_op.js';
import { beside, reduction } from './_reduce.js';

export const ReduceLogSumExp = defineOp({
  ...reduction,
  type: 'ReduceLogSumExp',
  since: 18,
  value: noValue,
  // dX = dY · exp(X - Y)
  gradient: ({ b, node, x, y, dY }) => {
    const share = b.op('Exp', [b.op('Sub', [x[0]!, beside(b, node, x, y[0]!)])]);
    return [b.op('Mul', [beside(b, node, x, dY[0]!), share]), ...x.slice(1).map(() => null)];
  },
  cost: folded(WEIGHTS.log),
});
