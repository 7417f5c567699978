/** Shape: the dimensions of a tensor as integers. https://onnx.ai/onnx/operators/onnx__Shape.html */
import { intOf, type Node } from '@topiary/onnx';
import { viewed } from './_cost.js';
import { wholeHelper } from './_helper.js';
import { defineOp } from './_op.js';
import { required } from './_rules.js';
import { knownInts } from './_value.js';

const rangeOf = (node: Node, rank: number): readonly [number, number] => {
  const at = (given: number) => Math.min(Math.max(given < 0 ? given + rank : given, 0), rank);
  return [at(intOf(node, 'start', 0)), at(intOf(node, 'end', rank))];
};

export const Shape = defineOp({
  ...wholeHelper,
  type: 'Shape',
  since: 15,
  shape: (c) => {
    const [start, end] = rangeOf(c.node, required(c, 0).shape.length);
    return [{ type: 'int64', shape: [Math.max(0, end - start)] }];
  },
  value: (c) => {
    const dims = c.x[0]?.shape;
    return dims ? [knownInts(dims.slice(...rangeOf(c.node, dims.length)))] : null;
  },
  cost: viewed,
});
