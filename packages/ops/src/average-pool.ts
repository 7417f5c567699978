/** AveragePool: the mean of each window. https://onnx.ai/onnx/operators/onnx__AveragePool.html */
import { int, intOf, ints } from '@topiary/onnx';
import { abstract } from './_abstract.js';
import { spatialOf } from './_conv.js';
import { pooled } from './_cost.js';
import { defineOp, noRoles, nothing, noValue } from './_op.js';
import { poolAttributes, poolChannels, poolShape } from './_pool.js';
import { onePerInput } from './_rules.js';

export const AveragePool = defineOp({
  type: 'AveragePool',
  domain: '',
  since: 19,
  shape: poolShape,
  value: noValue,
  // each window's gradient is shared by its elements
  gradient: ({ b, node, x, dY }) => {
    const shape = b.shape(x[0]!);
    const attributes = {
      ...poolAttributes(node, shape),
      count_include_pad: int(intOf(node, 'count_include_pad', 0)),
      input_shape: ints(spatialOf(shape, node)),
    };
    return [abstract(b, 'AveragePoolGrad', [dY[0]!], attributes)];
  },
  channels: poolChannels,
  rewrite: nothing,
  macs: onePerInput,
  cost: pooled,
  roles: noRoles,
  uploads: true,
});
