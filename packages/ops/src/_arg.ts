/** What ArgMax and ArgMin share: a position along an axis. */
import { type Dim, intOf } from '@topiary/onnx';
import { folded, WEIGHTS } from './_cost.js';
import { wholeHelper } from './_helper.js';
import { noValue, type ShapeRule } from './_op.js';
import { fromFront, required } from './_rules.js';

const shape: ShapeRule = (c) => {
  const { shape } = required(c, 0);
  const axis = fromFront(intOf(c.node, 'axis', 0), shape.length, c.node);
  const kept = shape.map((dim, i): Dim => (i === axis ? 1 : dim));
  return [{ type: 'int64', shape: intOf(c.node, 'keepdims', 1) === 1 ? kept : shape.filter((_, i) => i !== axis) }];
};

/** Everything but type and since. */
export const position = { ...wholeHelper, shape, value: noValue, cost: folded(WEIGHTS.plain) } as const;
