/** Mod: remainder with the divisor's sign, or with the dividend's for fmod. https://onnx.ai/onnx/operators/onnx__Mod.html */
import { intOf } from '@topiary/onnx';
import { each, WEIGHTS } from './_cost.js';
import { elementwiseHelper } from './_helper.js';
import { defineOp } from './_op.js';
import { broadcast } from './_rules.js';
import { onNumbers, pointwise } from './_value.js';

const remainder = pointwise(onNumbers((a, b) => a % b));
const modulo = pointwise(onNumbers((a, b) => a - b * Math.floor(a / b)));

export const Mod = defineOp({
  ...elementwiseHelper,
  type: 'Mod',
  since: 13,
  shape: broadcast,
  value: (c) => (intOf(c.node, 'fmod', 0) === 1 ? remainder(c) : modulo(c)),
  cost: each(WEIGHTS.remainder),
});
