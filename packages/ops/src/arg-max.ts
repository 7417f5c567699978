/** ArgMax: position of the largest element along an axis. https://onnx.ai/onnx/operators/onnx__ArgMax.html */
import { type Dim, intOf } from '@topiary/onnx';
import { folded, WEIGHTS } from './_cost.js';
import { wholeHelper } from './_helper.js';
import { defineOp, noValue } from './_op.js';
import { fromFront, required } from './_rules.js';

export const ArgMax = defineOp({
  ...wholeHelper,
  type: 'ArgMax',
  since: 13,
  shape: (c) => {
    const { shape } = required(c, 0);
    const axis = fromFront(intOf(c.node, 'axis', 0), shape.length, c.node);
    const kept = shape.map((dim, i): Dim => (i === axis ? 1 : dim));
    return [{ type: 'int64', shape: intOf(c.node, 'keepdims', 1) === 1 ? kept : shape.filter((_, i) => i !== axis) }];
  },
  value: noValue,
  cost: folded(WEIGHTS.plain),
});
