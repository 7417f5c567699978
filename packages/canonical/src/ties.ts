/**
 * The one tie that is meant: an embedding table that is also the output projection. Everything else that shares an
 * initialiser is a merger of the exporter.
 */
import { edgesOf, type Graph, intOf, type Use } from '@topiary/onnx';

const isEmbedding = (graph: Graph, { node, index }: Use): boolean =>
  node.op === 'Gather' && index === 0 && intOf(node, 'axis', 0) === 0 && !graph.initializers.has(node.inputs[1]!);

const isProjection = ({ node, index }: Use): boolean =>
  (node.op === 'MatMul' || node.op === 'Gemm' || node.op === 'Transpose') && index <= 1;

/** Who reads a value, seen through Identity nodes. */
const readersOf = (value: string, uses: ReadonlyMap<string, readonly Use[]>): readonly Use[] => {
  const readers: Use[] = [];
  const pending = [value];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    for (const use of uses.get(at) ?? []) {
      if (use.node.op === 'Identity') pending.push(use.node.outputs[0] ?? '');
      else readers.push(use);
    }
  }
  return readers;
};

/** Names of the initialisers that are tied. */
export const tiesOf = (graph: Graph): Set<string> => {
  const { uses } = edgesOf(graph);
  const ties = new Set<string>();
  for (const name of graph.initializers.keys()) {
    const all = readersOf(name, uses);
    const others = all.filter((use) => !isEmbedding(graph, use));
    if (others.length > 0 && others.length < all.length && others.every(isProjection)) ties.add(name);
  }
  return ties;
};
