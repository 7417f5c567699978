/**
 * Which initialisers are one parameter with several readers. Exporters merge tensors that are equal, and those are
 * constant: zeros, ones, an epsilon. A tensor whose numbers differ is equal to another only because it *is* the other:
 * a layer that is called twice, an embedding table that is also the output projection, a table of relative positions.
 */
import { dataOf, edgesOf, type Graph, type Initializer, type TypedArray, type Use } from '@topiary/onnx';

const isConstant = (data: TypedArray): boolean => {
  const first = data[0];
  for (let i = 1; i < data.length; i += 1) if (data[i] !== first) return false;
  return true;
};

/** Random numbers that are still to be drawn differ; zeros and ones do not. */
const isConstantValued = (initializer: Initializer): boolean => {
  const { source } = initializer;
  if (source.kind === 'init') return source.init.rule in { zeros: 0, ones: 0, constant: 0 };
  return isConstant(dataOf(initializer)!);
};

/** Real numbers that are not all the same: what training made, or a table. */
export const isTrained = (initializer: Initializer | undefined): initializer is Initializer =>
  initializer?.type.startsWith('float') === true && !isConstantValued(initializer);

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
  for (const [name, initializer] of graph.initializers) {
    if (readersOf(name, uses).length > 1 && isTrained(initializer)) ties.add(name);
  }
  return ties;
};
