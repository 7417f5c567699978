/** Feeds of a classification network from plain arrays. */
import { LABELS } from '@topiary/autodiff';
import { floats, type Graph, shapeAt, tensor } from '@topiary/onnx';
import type { Feeds } from './tensors.js';

/** `images` holds the examples one after another, normalised; `labels` their classes. */
export const classificationFeeds = (graph: Graph, images: Float32Array, labels: ArrayLike<number>): Feeds => {
  const { name, shape } = graph.inputs[0]!;
  return {
    [name]: floats(images, shapeAt(shape, labels.length)),
    [LABELS]: tensor('int32', [labels.length], Int32Array.from(labels)),
  };
};
