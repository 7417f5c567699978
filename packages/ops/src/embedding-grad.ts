/**
 * EmbeddingGrad: gradient of Gather with respect to its table.
 *
 * Inputs: indices […i] (integers in [0, rows)), dy […i, …rest]. Output: dtable [rows, …rest]. Attribute: rows.
 * dtable[r] = Σ dy[j] over the positions j with indices[j] = r.
 */
import { intOf } from '@topiary/onnx';
import { abstractOperator } from './_abstract.js';
import { defineOp } from './_op.js';
import { like, required } from './_rules.js';

export const EmbeddingGrad = defineOp({
  ...abstractOperator,
  type: 'EmbeddingGrad',
  shape: (c) => {
    const dy = required(c, 1);
    return [like(dy, [intOf(c.node, 'rows', 0), ...dy.shape.slice(required(c, 0).shape.length)])];
  },
});
