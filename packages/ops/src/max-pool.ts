/** MaxPool: the largest element of each window. https://onnx.ai/onnx/operators/onnx__MaxPool.html */
import { abstract } from './_abstract.js';
import { pooled } from './_cost.js';
import { defineOp, noRoles, nothing, noValue } from './_op.js';
import { poolAttributes, poolChannels, poolShape } from './_pool.js';
import { onePerInput } from './_rules.js';

export const MaxPool = defineOp({
  type: 'MaxPool',
  domain: '',
  since: 12,
  shape: (c) => poolShape(c).flatMap((y) => [y, { type: 'int64', shape: y.shape }]),
  value: noValue,
  // each window's gradient goes to its maximum
  gradient: ({ b, node, x, y, dY }) => [
    abstract(b, 'MaxPoolGrad', [x[0]!, y[0]!, dY[0]!], poolAttributes(node, b.shape(x[0]!))),
  ],
  channels: poolChannels,
  rewrite: nothing,
  macs: onePerInput,
  cost: pooled,
  roles: noRoles,
  uploads: true,
});
