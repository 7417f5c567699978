/** Dropout in its inference form: y = x. https://onnx.ai/onnx/operators/onnx__Dropout.html */
import { viewed } from './_cost.js';
import { defineOp } from './_op.js';
import { unaryOperator } from './_pointwise.js';
import { required } from './_rules.js';

export const Dropout = defineOp({
  ...unaryOperator,
  type: 'Dropout',
  since: 13,
  shape: (c) => [required(c, 0), { type: 'bool', shape: required(c, 0).shape }],
  // dX = dY
  gradient: ({ x, dY }) => [dY[0] ?? null, ...x.slice(1).map(() => null)],
  channels: (c) => c.types.y.map(() => c.x[0]!),
  cost: viewed,
});
