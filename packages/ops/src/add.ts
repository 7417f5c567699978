/** Add: y = a + b with broadcasting. https://onnx.ai/onnx/operators/onnx__Add.html */
import { elementsAt } from '@topiary/onnx';
import { each, WEIGHTS } from './_cost.js';
import { defineOp, nothing } from './_op.js';
import { broadcast, elementwise, pointwiseRoles } from './_rules.js';
import { addElements, pointwise } from './_value.js';

export const Add = defineOp({
  type: 'Add',
  domain: '',
  since: 14,
  shape: broadcast,
  value: pointwise(addElements),
  // dA = dY, dB = dY
  gradient: ({ dY }) => [dY[0]!, dY[0]!],
  channels: elementwise,
  rewrite: nothing,
  // the bias of a linear layer written as MatMul and Add counts once per output channel (spec pruningbench 2.8)
  macs: ({ x, isWeight }) => {
    const isBias = (i: number) => x[i]?.shape.length === 1 && x[i].type.startsWith('float') && isWeight(i);
    const bias = x.find((_, i) => isBias(i));
    return { pure: 0, published: bias && elementsAt(bias.shape) > 1 ? elementsAt(bias.shape) : 0 };
  },
  cost: each(WEIGHTS.plain),
  roles: pointwiseRoles({ role: 'bias' }),
  uploads: true,
});
