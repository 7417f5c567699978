/** ScatterND: writes slices at indices into a copy of a tensor. https://onnx.ai/onnx/operators/onnx__ScatterND.html */
import { elements, elementsAt, stringOf } from '@topiary/onnx';
import { moved } from './_cost.js';
import { wholeHelper } from './_helper.js';
import { defineOp, forbidden } from './_op.js';
import { sameAsInput } from './_rules.js';
import { knownNumbers } from './_value.js';

export const ScatterND = defineOp({
  ...wholeHelper,
  type: 'ScatterND',
  since: 18,
  shape: sameAsInput,
  // inputs: data, indices […, k], updates; without a reduction the last write stays
  value: (c) => {
    const [x, indices, updates] = [c.known(0), knownNumbers(c, 1), c.known(2)];
    const k = c.known(1)?.dims.at(-1);
    if (!x || !indices || !updates || !k || stringOf(c.node, 'reduction', 'none') !== 'none') return null;
    const data = [...x.data];
    const width = elements(x.dims.slice(k));
    for (let row = 0; row * k < indices.length; row += 1) {
      const start = x.dims.slice(0, k).reduce((at, dim, axis) => {
        const i = indices[row * k + axis]!;
        return at * dim + (i < 0 ? i + dim : i);
      }, 0);
      for (let i = 0; i < width; i += 1) data[start * width + i] = updates.data[row * width + i]!;
    }
    return [{ type: x.type, dims: x.dims, data }];
  },
  gradient: forbidden,
  // what is written meets what lies there where a reduction is asked for
  cost: (c) => {
    const reduces = stringOf(c.node, 'reduction', 'none') !== 'none';
    const meets = reduces && c.varies(2) ? elementsAt(c.x[2]!.shape) : 0;
    return { ...moved(c), joins: meets, folds: meets, elementwise: meets };
  },
});
