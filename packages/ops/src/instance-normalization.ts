/**
 * InstanceNormalization: y = (x - mean) / √(variance + epsilon) · scale + bias, each channel of each example by itself.
 * https://onnx.ai/onnx/operators/onnx__InstanceNormalization.html
 */
import { float, floatOf, int } from '@topiary/onnx';
import { abstracts } from './_abstract.js';
import { normalized } from './_cost.js';
import { defineOp, nothing, noValue } from './_op.js';
import { badNode, fixedDim, required, twoPerInput } from './_rules.js';

export const InstanceNormalization = defineOp({
  type: 'InstanceNormalization',
  domain: '',
  since: 6,
  shape: (c) => {
    const x = required(c, 0);
    if (x.shape.length < 3) throw badNode(c.node, 'an input [N, C, …places]', `[${x.shape}]`);
    for (const i of [1, 2]) {
      const { shape } = required(c, i);
      if (shape.length !== 1 || shape[0] !== x.shape[1])
        throw badNode(c.node, `[${x.shape[1]}] as input ${i}`, `[${shape}]`);
    }
    return [x];
  },
  value: noValue,
  // as many groups as channels
  gradient: ({ b, node, x, dY }) => {
    const attributes = {
      num_groups: int(fixedDim(b.shape(x[0]!)[1], node)),
      epsilon: float(floatOf(node, 'epsilon', 1e-5)),
    };
    return abstracts(b, 'GroupNormalizationGrad', [x[0]!, x[1]!, dY[0]!], attributes, 3);
  },
  // the narrow operator normalises what is left
  channels: (c) => {
    const x = c.x[0]!;
    for (const vector of c.x.slice(1)) for (const dim of vector) c.unify(x[1]!, dim);
    return [x];
  },
  rewrite: nothing,
  macs: twoPerInput,
  // mean, difference, square, mean of squares, quotient
  cost: normalized(5),
  roles: () => ({ 1: { role: 'scale' }, 2: { role: 'shift' } }),
  uploads: true,
});
