/**
 * LayerNormalizationGrad: gradients of LayerNormalization.
 *
 * Inputs: x, scale (shape of the normalised axes), mean and inv_std (as x, normalised axes of size one), dy as x.
 * Outputs: dx as x, dscale and dbias as scale. Attribute: axis (-1), the first normalised axis.
 * With x̂ = (x - mean) · inv_std, d = dy · scale and means over the normalised axes:
 *   dx = inv_std · (d - mean(d) - x̂ · mean(d · x̂)),  dscale = Σ dy · x̂,  dbias = Σ dy over all other axes.
 */
import { abstractOperator } from './_abstract.js';
import { defineOp } from './_op.js';
import { required } from './_rules.js';

export const LayerNormalizationGrad = defineOp({
  ...abstractOperator,
  type: 'LayerNormalizationGrad',
  shape: (c) => [required(c, 0), required(c, 1), required(c, 1)],
});
