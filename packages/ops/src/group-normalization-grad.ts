/**
 * GroupNormalizationGrad: gradients of GroupNormalization, and of InstanceNormalization, where every channel is a group.
 *
 * Inputs: x [N, C, …places], scale [C], dy as x. Outputs: dx as x, dscale [C], dbias [C].
 * Attributes, all present: num_groups, epsilon. With x̂ = (x - mean) · inv, inv = 1 / √(variance + epsilon),
 * d = dy · scale and means over the channels of a group and all places:
 *   dx = inv · (d - mean(d) - x̂ · mean(d · x̂)),  dscale = Σ dy · x̂,  dbias = Σ dy over examples and places.
 */
import { abstractOperator } from './_abstract.js';
import { defineOp } from './_op.js';
import { required } from './_rules.js';

export const GroupNormalizationGrad = defineOp({
  ...abstractOperator,
  type: 'GroupNormalizationGrad',
  shape: (c) => [required(c, 0), required(c, 1), required(c, 1)],
});
