/**
 * BatchNormalizationTrainGrad: gradients of BatchNormalizationTrain.
 *
 * Inputs: x [N, C, …], scale [C], saved_mean [C], saved_inv [C], dy as x. Outputs: dx as x, dscale [C], dbias [C].
 * No attributes. Over the M = N·… elements of each channel:
 *   dbias = Σ dy,  dscale = saved_inv · (Σ dy·x - saved_mean · dbias)
 *   dx = scale · saved_inv · (dy - dbias / M - (x - saved_mean) · saved_inv · dscale / M)
 */
import { abstractOperator } from './_abstract.js';
import { defineOp } from './_op.js';
import { required } from './_rules.js';

export const BatchNormalizationTrainGrad = defineOp({
  ...abstractOperator,
  type: 'BatchNormalizationTrainGrad',
  shape: (c) => [required(c, 0), required(c, 1), required(c, 1)],
});
