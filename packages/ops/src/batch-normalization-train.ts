/**
 * BatchNormalizationTrain: normalises by the statistics of the batch and renews the running ones.
 *
 * Inputs: x [N, C, …], scale [C], bias [C], running_mean [C], running_var [C].
 * Outputs: y as x, new_mean [C], new_var [C], saved_mean [C], saved_inv [C].
 * Attributes as BatchNormalization has them: epsilon (1e-5); momentum (0.9), the weight of the *old* statistics
 * (PyTorch writes 1 - momentum). Over the M = N·… elements of each channel:
 *   saved_mean = mean(x),  v = mean((x - saved_mean)²),  saved_inv = 1 / √(v + epsilon)
 *   y = (x - saved_mean) · saved_inv · scale + bias
 *   new_mean = momentum · running_mean + (1 - momentum) · saved_mean
 *   new_var  = momentum · running_var + (1 - momentum) · v · M / (M - 1)      (unbiased, as PyTorch keeps it)
 */
import { abstractOperator, abstracts } from './_abstract.js';
import { batchNormalizationRoles } from './_norm.js';
import { defineOp } from './_op.js';
import { required, twoPerInput } from './_rules.js';

export const BatchNormalizationTrain = defineOp({
  ...abstractOperator,
  type: 'BatchNormalizationTrain',
  shape: (c) => {
    const channel = { type: required(c, 0).type, shape: required(c, 1).shape };
    return [required(c, 0), channel, channel, channel, channel];
  },
  gradient: ({ b, x, y, dY }) => {
    if (!dY[0]) return x.map(() => null);
    const inputs = [x[0]!, x[1]!, y[3]!, y[4]!, dY[0]];
    const [dx, dScale, dBias] = abstracts(b, 'BatchNormalizationTrainGrad', inputs, {}, 3);
    return [dx!, dScale!, dBias!, null, null];
  },
  macs: twoPerInput,
  roles: batchNormalizationRoles,
});
