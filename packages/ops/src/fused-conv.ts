/**
 * FusedConv of onnxruntime: a Conv with an activation and an optional tensor added (input 3).
 * https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#commicrosoftfusedconv
 */
import { elementsAt } from '@topiary/onnx';
import { convolutionOf, positions, spatialOf } from './_conv.js';
import { multiplied } from './_cost.js';
import { defineOp, forbidden, type MacsRule, noRoles, nothing, noValue } from './_op.js';
import { keepsAll, like, required } from './_rules.js';

const macs: MacsRule = ({ x, y }) => {
  const outputs = elementsAt(y[0]!.shape);
  const pure = outputs * elementsAt(x[1]!.shape.slice(1));
  return { pure, published: x[2] ? pure + outputs : pure };
};

export const FusedConv = defineOp({
  type: 'FusedConv',
  domain: 'com.microsoft',
  since: 1,
  shape: (c) => {
    const [x, w] = [required(c, 0), required(c, 1)];
    const sizes = positions(c.node, convolutionOf(c.node, x.shape, w.shape), spatialOf(x.shape, c.node));
    return [like(x, [x.shape[0]!, w.shape[0]!, ...sizes])];
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
