/**
 * FusedMatMul of onnxruntime: y = alpha · A' · B', each transposed in its last two axes if asked.
 * https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#commicrosoftfusedmatmul
 */
import { elementsAt, intOf, placeOf, type Shape } from '@topiary/onnx';
import { multiplied } from './_cost.js';
import { defineOp, forbidden, type MacsRule, noRoles, nothing, noValue } from './_op.js';
import { badNode, broadcastShapes, keepsAll, like, required } from './_rules.js';

const swapIf = (swap: boolean, shape: Shape): Shape =>
  swap ? [...shape.slice(0, -2), shape.at(-1)!, shape.at(-2)!] : shape;

const macs: MacsRule = ({ node, x, y }) => {
  const k = x[0]!.shape.at(intOf(node, 'transA', 0) === 1 ? -2 : -1)!;
  const macs = elementsAt(y[0]!.shape) * elementsAt([k]);
  return { pure: macs, published: macs };
};

export const FusedMatMul = defineOp({
  type: 'FusedMatMul',
  domain: 'com.microsoft',
  since: 1,
  shape: (c) => {
    const left = swapIf(intOf(c.node, 'transA', 0) === 1, required(c, 0).shape);
    const right = swapIf(intOf(c.node, 'transB', 0) === 1, required(c, 1).shape);
    if (left.length < 2 || right.length < 2 || left.at(-1) !== right.at(-2)) {
      throw badNode(c.node, 'matrices that multiply', `[${left}] and [${right}]`);
    }
    const batch = broadcastShapes(left.slice(0, -2), right.slice(0, -2), placeOf(c.node));
    return [like(required(c, 0), [...batch, left.at(-2)!, right.at(-1)!])];
  },
  value: noValue,
  gradient: forbidden,
  channels: keepsAll,
  rewrite: nothing,
  macs,
  cost: multiplied(macs),
  roles: noRoles,
  uploads: false,
});
