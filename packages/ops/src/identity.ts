/** Identity: y = x. https://onnx.ai/onnx/operators/onnx__Identity.html */
import { viewed } from './_cost.js';
import { defineOp } from './_op.js';
import { unaryOperator } from './_pointwise.js';

export const Identity = defineOp({
  ...unaryOperator,
  type: 'Identity',
  since: 19,
  value: (c) => {
    const x = c.known(0);
    return x && [x];
  },
  // dX = dY
  gradient: ({ dY }) => [dY[0]!],
  cost: viewed,
});
