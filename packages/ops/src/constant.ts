/** Constant: a tensor that stands in an attribute. https://onnx.ai/onnx/operators/onnx__Constant.html */
import { floats, int64s, type Node, type Tensor } from '@topiary/onnx';
import { viewed } from './_cost.js';
import { wholeHelper } from './_helper.js';
import { defineOp } from './_op.js';
import { badNode } from './_rules.js';
import { knownOf } from './_value.js';

const tensorIn = (node: Node): Tensor => {
  const { value, value_float, value_floats, value_int, value_ints } = node.attributes;
  if (value?.kind === 'tensor') return value.value;
  if (value_float?.kind === 'float') return floats([value_float.value], []);
  if (value_floats?.kind === 'floats') return floats(value_floats.value);
  if (value_int?.kind === 'int') return int64s([value_int.value], []);
  if (value_ints?.kind === 'ints') return int64s(value_ints.value);
  throw badNode(node, 'a dense tensor of numbers', Object.keys(node.attributes).join() || 'nothing');
};

export const Constant = defineOp({
  ...wholeHelper,
  type: 'Constant',
  since: 13,
  shape: (c) => {
    const { type, dims } = tensorIn(c.node);
    return [{ type, shape: dims }];
  },
  value: (c) => [knownOf(tensorIn(c.node))],
  cost: viewed,
});
