/**
 * BatchNormalization in its inference form: y = (x - mean) / √(variance + epsilon) · scale + bias.
 * https://onnx.ai/onnx/operators/onnx__BatchNormalization.html. A training graph has BatchNormalizationTrain instead.
 */
import { floatOf, floats } from '@topiary/onnx';
import { scaled } from './_cost.js';
import { alongChannels, notChannels, sumOver } from './_emit.js';
import { batchNormalizationRoles } from './_norm.js';
import { defineOp, nothing, noValue } from './_op.js';
import { badNode, required, twoPerInput } from './_rules.js';

export const BatchNormalization = defineOp({
  type: 'BatchNormalization',
  domain: '',
  since: 15,
  shape: (c) => {
    const x = required(c, 0);
    for (let i = 1; i < 5; i += 1) {
      const { shape } = required(c, i);
      if (shape.length !== 1 || shape[0] !== x.shape[1])
        throw badNode(c.node, `[${x.shape[1]}] as input ${i}`, `[${shape}]`);
    }
    return [x];
  },
  value: noValue,
  // the statistics are constants; with inv = 1 / √(variance + epsilon)
  gradient: ({ b, node, x, dY, needs }) => {
    const [input, scale, , mean, variance] = x as [string, string, string, string, string];
    const dy = dY[0]!;
    const rank = b.shape(input).length;
    const axes = notChannels(rank);
    const epsilon = b.constant(floats([floatOf(node, 'epsilon', 1e-5)]));
    const inv = b.op('Reciprocal', [b.op('Sqrt', [b.op('Add', [variance, epsilon])])]);
    // dX = dY · scale · inv
    const dX = needs(0) ? b.op('Mul', [dy, alongChannels(b, b.op('Mul', [scale, inv]), rank)]) : null;
    // dBias = Σ dY
    const dBias = needs(1) || needs(2) ? sumOver(b, dy, axes) : null;
    if (!needs(1)) return [dX, null, dBias, null, null];
    // dScale = inv · (Σ dY · X - mean · Σ dY)
    const product = sumOver(b, b.op('Mul', [dy, input]), axes);
    const dScale = b.op('Mul', [inv, b.op('Sub', [product, b.op('Mul', [mean, dBias!])])]);
    return [dX, dScale, dBias, null, null];
  },
  channels: (c) => {
    const x = c.x[0]!;
    for (const vector of c.x.slice(1)) for (const dim of vector) c.unify(x[1]!, dim);
    return c.types.y.map(() => x);
  },
  rewrite: nothing,
  macs: twoPerInput,
  cost: scaled,
  roles: batchNormalizationRoles,
  uploads: true,
});
