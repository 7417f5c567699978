/** The layers of a network as statistics see them: values that go in and out, and the initialiser that they multiply. */
import { dimAt, type Graph, type GraphBuilder, intOf, isFixed, type Node, type Shape } from '@topiary/onnx';
import { type Convolution, convolutionOf, inferTypes } from '@topiary/ops';

/** Where the examples of a batch lie in a value. */
export interface Examples {
  readonly axis: number;
  /** Places along the axis that one example takes: 64 of `64*N`. */
  readonly each: number;
}

interface Layer {
  readonly node: Node;
  readonly x: string;
  readonly y: string;
  /** Kernel, matrix or scale. */
  readonly weight: string;
  readonly dims: readonly number[];
  /** Of x, and of y, which has the same axes in front of its channels; null: x is the same for all examples. */
  readonly examples: Examples | null;
}

export interface ConvLayer extends Layer {
  readonly form: 'convolution';
  readonly group: number;
}
/** x · W on the last axis; `transposed`: W is [outputs, inputs]. */
export interface LinearLayer extends Layer {
  readonly form: 'linear';
  readonly transposed: boolean;
}
/** Normalisation with a scale along `axis` of x. */
export interface NormLayer extends Layer {
  readonly form: 'norm';
  readonly axis: 1 | -1;
}
export type AnyLayer = ConvLayer | LinearLayer | NormLayer;
export type WeightLayer = ConvLayer | LinearLayer;

type Reader = (layer: Layer) => AnyLayer | null;

/** By operator: what a node is when its second input is an initialiser. */
const READERS: Readonly<Record<string, Reader>> = {
  Conv: (layer) => ({ ...layer, form: 'convolution', group: intOf(layer.node, 'group', 1) }),
  Gemm: (layer) =>
    intOf(layer.node, 'transA', 0) === 1
      ? null
      : { ...layer, form: 'linear', transposed: intOf(layer.node, 'transB', 0) === 1 },
  MatMul: (layer) => (layer.dims.length === 2 ? { ...layer, form: 'linear', transposed: false } : null),
  BatchNormalization: (layer) => ({ ...layer, form: 'norm', axis: 1 }),
  GroupNormalization: (layer) => ({ ...layer, form: 'norm', axis: 1 }),
  InstanceNormalization: (layer) => ({ ...layer, form: 'norm', axis: 1 }),
  LayerNormalization: (layer) => (layer.dims.length === 1 ? { ...layer, form: 'norm', axis: -1 } : null),
};

/** The axis that carries the batch's symbol. */
const examplesIn = (shape: Shape): Examples | null => {
  const axis = shape.findIndex((dim) => !isFixed(dim));
  return axis < 0 ? null : { axis, each: dimAt(shape[axis]!, 1) };
};

/** Of a network for one size of batch: nothing tells examples from places, and they lie in front everywhere. */
const IN_FRONT: Examples = { axis: 0, each: 1 };

/** Every layer whose weight is an initialiser and whose other input is a value, in the order of the nodes. */
export const layersOf = (forward: Graph): AnyLayer[] => {
  const types = inferTypes(forward);
  const anyBatch = forward.inputs.some(({ shape }) => examplesIn(shape) !== null);
  return forward.nodes.flatMap((node) => {
    const [x, weight] = node.inputs;
    const initializer = weight === undefined ? undefined : forward.initializers.get(weight);
    const read = node.domain === '' || node.domain === 'topiary' ? READERS[node.op] : undefined;
    if (!read || !initializer || forward.initializers.has(x!)) return [];
    const examples = anyBatch ? examplesIn(types.get(x!)!.shape) : IN_FRONT;
    const layer = read({ node, x: x!, y: node.outputs[0]!, weight: weight!, dims: initializer.dims, examples });
    return layer ? [layer] : [];
  });
};

export const weightLayersOf = (forward: Graph): WeightLayer[] =>
  layersOf(forward).filter((layer): layer is WeightLayer => layer.form !== 'norm');

/** Layers by the initialiser that they read: a weight that is shared has several. */
export const byWeight = <L extends AnyLayer>(layers: readonly L[]): ReadonlyMap<string, readonly L[]> => {
  const found = new Map<string, L[]>();
  for (const layer of layers) found.set(layer.weight, [...(found.get(layer.weight) ?? []), layer]);
  return found;
};

/** Adds up what is made of each layer that reads one weight. */
export const summed = <L extends AnyLayer>(b: GraphBuilder, layers: readonly L[], make: (layer: L) => string): string =>
  layers.map(make).reduce((sum, one) => b.op('Add', [sum, one]));

/** [inputs, outputs] of a linear layer. */
export const sidesOf = ({ dims, transposed }: LinearLayer): readonly [number, number] =>
  transposed ? [dims[1]!, dims[0]!] : [dims[0]!, dims[1]!];

export const geometryOf = (b: GraphBuilder, { node, x, dims }: ConvLayer): Convolution =>
  convolutionOf(node, b.shape(x), dims);
