/**
 * Queries, keys and values of one attention keep the same channels of a head. Softmax(Q·Kᵀ)·V alone would let V have a
 * width of its own; the reference of Isomorphic Pruning (arXiv 2407.04616) ties the three, and so do the counts that
 * are published.
 */
import type { Graph, Node, Shape, TensorType } from '@topiary/onnx';
import type { Algebra } from './algebra.js';
import { type Dimension, resolve } from './dimension.js';

type Types = ReadonlyMap<string, TensorType>;

/** Scores keep their last two dimensions on the way through scales, masks and windows. */
const isSameMatrix = (a: Shape, b: Shape): boolean =>
  a.length >= 2 && b.length >= 2 && a.at(-1) === b.at(-1) && a.at(-2) === b.at(-2);

const shapeOf = (types: Types, value: string): Shape => types.get(value)?.shape ?? [];

/** The product of two values that makes the scores. */
const productBefore = (graph: Graph, makers: ReadonlyMap<string, Node>, types: Types, scores: string): Node | null => {
  const node = makers.get(scores);
  if (!node) return null;
  const data = node.inputs.filter((input) => input !== '' && !graph.initializers.has(input));
  if (node.op === 'MatMul') return data.length === 2 ? node : null;
  const from = data.find((input) => isSameMatrix(shapeOf(types, input), shapeOf(types, scores)));
  return from === undefined ? null : productBefore(graph, makers, types, from);
};

/** The product that weighs the values with the scores. */
const productBehind = (readers: ReadonlyMap<string, readonly Node[]>, types: Types, scores: string): Node | null => {
  for (const node of readers.get(scores) ?? []) {
    if (node.op === 'MatMul') return node.inputs[0] === scores ? node : null;
    const to = node.outputs[0]!;
    const found = isSameMatrix(shapeOf(types, to), shapeOf(types, scores)) ? productBehind(readers, types, to) : null;
    if (found) return found;
  }
  return null;
};

const isFree = (e: Dimension): boolean => e.kind === 'atom' && e.fixed === null;

/** Equates the channels of a head in keys and values, wherever both may lose some and have as many. */
export const tieAttention = (
  algebra: Algebra,
  graph: Graph,
  types: Types,
  dims: ReadonlyMap<string, readonly Dimension[]>,
): void => {
  const makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const readers = new Map<string, Node[]>();
  for (const node of graph.nodes) {
    for (const input of node.inputs) readers.set(input, [...(readers.get(input) ?? []), node]);
  }
  const lastOf = (value: string | undefined): Dimension | null => {
    const last = dims.get(value ?? '')?.at(-1);
    return last ? resolve(last) : null;
  };
  for (const softmax of graph.nodes.filter(({ op }) => op === 'Softmax')) {
    const queries = lastOf(productBefore(graph, makers, types, softmax.inputs[0]!)?.inputs[0]);
    const values = lastOf(productBehind(readers, types, softmax.outputs[0]!)?.inputs[1]);
    if (queries && values && queries.size === values.size && isFree(queries) && isFree(values)) {
      algebra.unify(queries, values);
    }
  }
};
