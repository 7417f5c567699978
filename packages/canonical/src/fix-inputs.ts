/** The first dimension of every input becomes the batch symbol; every other symbol becomes a number. */
import { TopiaryError } from '@topiary/errors';
import { type Dim, isFixed, isUnknownShape, type Value } from '@topiary/onnx';
import type { Pass, Settings } from './_pass.js';

const fixDim = (dim: Dim, axis: number, value: Value, first: Dim | undefined, settings: Settings): Dim => {
  // The batch: the first dimension where it is a symbol, or the number that the first input has there.
  if (axis === 0 && (!isFixed(dim) || dim === first)) return settings.batch;
  if (isFixed(dim)) return dim;
  if (dim === first) return settings.batch;
  const size = settings.sizes[dim];
  if (size !== undefined) return size;
  throw new TopiaryError('TOPIARY_OPS_UNRESOLVED_SHAPE', {
    where: `input '${value.name}', dimension ${axis}`,
    expected: 'a number',
    got: `'${dim}'`,
    cure: `Give a size for '${dim}', or export the network with fixed dimensions except for the batch.`,
  });
};

export const fixInputs: Pass = (graph, settings) => {
  const first = graph.inputs[0]?.shape[0];
  return {
    ...graph,
    inputs: graph.inputs.map((value) => {
      if (isUnknownShape(value.shape)) {
        throw new TopiaryError('TOPIARY_OPS_UNRESOLVED_SHAPE', { where: `input '${value.name}'`, got: 'no shape' });
      }
      return { ...value, shape: value.shape.map((dim, axis) => fixDim(dim, axis, value, first, settings)) };
    }),
  };
};
