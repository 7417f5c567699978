/** ConstantOfShape: one number everywhere. https://onnx.ai/onnx/operators/onnx__ConstantOfShape.html */
import { elements, floats, type Node, type Tensor, toNumbers } from '@topiary/onnx';
import { moved } from './_cost.js';
import { wholeHelper } from './_helper.js';
import { defineOp } from './_op.js';
import { requiredSizes } from './_rules.js';
import { knownNumbers } from './_value.js';

const fillOf = (node: Node): Tensor => {
  const { value } = node.attributes;
  return value?.kind === 'tensor' ? value.value : floats([0]);
};

export const ConstantOfShape = defineOp({
  ...wholeHelper,
  type: 'ConstantOfShape',
  since: 9,
  shape: (c) => [{ type: fillOf(c.node).type, shape: requiredSizes(c, 0) }],
  value: (c) => {
    const dims = knownNumbers(c, 0);
    if (!dims) return null;
    const fill = fillOf(c.node);
    return [{ type: fill.type, dims, data: Array<number>(elements(dims)).fill(toNumbers(fill)[0]!) }];
  },
  cost: moved,
});
