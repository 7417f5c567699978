/** Feeds of a classification network from plain arrays. */
import { LABELS, PARTNERS, SHARES } from '@topiary/autodiff';
import { floats, type Graph, shapeAt, tensor } from '@topiary/onnx';
import type { Feeds } from '@topiary/pipeline';

/** Of pictures that are mixed from two: the other class, and the share of the class that `labels` names. */
export interface Mixture {
  readonly partners: ArrayLike<number>;
  readonly shares: Float32Array;
}

/** `images` holds the examples one after another, normalised; `labels` their classes. */
export const classificationFeeds = (
  graph: Graph,
  images: Float32Array,
  labels: ArrayLike<number>,
  mixture?: Mixture,
): Feeds => {
  const { name, shape } = graph.inputs[0]!;
  const classes = (values: ArrayLike<number>) => tensor('int32', [values.length], Int32Array.from(values));
  return {
    [name]: floats(images, shapeAt(shape, labels.length)),
    [LABELS]: classes(labels),
    ...(mixture ? { [PARTNERS]: classes(mixture.partners), [SHARES]: floats(mixture.shares) } : {}),
  };
};
