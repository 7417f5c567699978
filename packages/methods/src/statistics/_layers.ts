/** The layers of a network as statistics see them: values that go in and out, and the initialiser that they multiply. */
import { type Graph, type GraphBuilder, intOf, type Node } from '@topiary/onnx';
import { type Convolution, convolutionOf } from '@topiary/ops';

interface Layer {
  readonly node: Node;
  readonly x: string;
  readonly y: string;
  /** Kernel, matrix or scale. */
  readonly weight: string;
  readonly dims: readonly number[];
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
  LayerNormalization: (layer) => (layer.dims.length === 1 ? { ...layer, form: 'norm', axis: -1 } : null),
};

/** Every layer whose weight is an initialiser and whose other input is a value, in the order of the nodes. */
export const layersOf = (forward: Graph): AnyLayer[] =>
  forward.nodes.flatMap((node) => {
    const [x, weight] = node.inputs;
    const initializer = weight === undefined ? undefined : forward.initializers.get(weight);
    const read = node.domain === '' ? READERS[node.op] : undefined;
    if (!read || !initializer || forward.initializers.has(x!)) return [];
    const layer = read({ node, x: x!, y: node.outputs[0]!, weight: weight!, dims: initializer.dims });
    return layer ? [layer] : [];
  });

export const weightLayersOf = (forward: Graph): WeightLayer[] =>
  layersOf(forward).filter((layer): layer is WeightLayer => layer.form !== 'norm');

/** [inputs, outputs] of a linear layer. */
export const sidesOf = ({ dims, transposed }: LinearLayer): readonly [number, number] =>
  transposed ? [dims[1]!, dims[0]!] : [dims[0]!, dims[1]!];

export const geometryOf = (b: GraphBuilder, { node, x, dims }: ConvLayer): Convolution =>
  convolutionOf(node, b.shape(x), dims);
