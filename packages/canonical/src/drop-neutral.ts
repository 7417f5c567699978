/** Drops nodes that hand their input on as it is: a Pad by nothing, a Cast to the same type, a Concat of one value. */
import { type Graph, intsOf, type Node, sameShape, type TensorType, tensorOf, toNumbers } from '@topiary/onnx';
import { inferTypes } from '@topiary/ops';
import type { Pass } from './_pass.js';
import { dropCopies } from './drop-identity.js';

type Types = ReadonlyMap<string, TensorType>;
type IsNeutral = (node: Node, graph: Graph) => boolean;

const constant = (graph: Graph, value: string | undefined): number[] | null => {
  const initializer = graph.initializers.get(value ?? '');
  const tensor = initializer ? tensorOf(initializer) : null;
  return tensor && toNumbers(tensor);
};

const always: IsNeutral = () => true;
const every =
  (test: (n: number) => boolean): ((numbers: number[] | null) => boolean) =>
  (numbers) =>
    numbers?.every(test) ?? false;
const zeros = every((n) => n === 0);
const positive = every((n) => n > 0);

/** Is a node of this kind neutral, given that its output has the type of its input 0? */
const NEUTRAL: Readonly<Record<string, IsNeutral>> = {
  Cast: always,
  CastLike: always,
  Concat: (node) => node.inputs.length === 1,
  Expand: always,
  Flatten: always,
  Identity: always,
  Pad: (node, graph) => zeros(constant(graph, node.inputs[1])),
  Reshape: always,
  Slice: (node, graph) => !node.inputs[4] || positive(constant(graph, node.inputs[4])),
  Tile: always,
  Transpose: (node) => intsOf(node, 'perm')?.every((axis, i) => axis === i) ?? false,
};

const isNeutral = (node: Node, graph: Graph, types: Types): boolean => {
  const [x, y] = [types.get(node.inputs[0] ?? ''), types.get(node.outputs[0] ?? '')];
  if (node.domain !== '' || !x || !y || x.type !== y.type || !sameShape(x.shape, y.shape)) return false;
  return NEUTRAL[node.op]?.(node, graph) ?? false;
};

/** Pad with mode wrap or reflect by nothing is nothing, too; a Slice that keeps every element in order keeps all. */
export const dropNeutral: Pass = (graph) => {
  const types = inferTypes(graph);
  const neutral = graph.nodes.filter((node) => isNeutral(node, graph, types));
  return neutral.length === 0 ? graph : dropCopies(graph, new Set(neutral));
};
