/**
 * y = a ± s x over large tensors, s a number, in one pass over memory in the place of two: a depthwise convolution of 1 × 1 in
 * blocks, all of whose filters are ±s, that adds its result to a where a lies. Any tensor that fills whole blocks is taken
 * for one of B channels, since the order of its elements does not matter. So an update of SGD with decay and momentum takes
 * 11 reads and writes of a weight in the place of 15: 11.5 instead of 16.6 ms for four filters of 512 × 512 × 3 × 3, one thread.
 *
 * a must be nobody else's any more: a value that is made in the graph, or what y is the next time.
 */
import { edgesOf, type Graph, GraphBuilder, type Infer, type Node } from '@topiary/onnx';
import { blockedConv, reshape } from '../blocked/_nchwc.js';
import type { Pair } from './store.js';

/** Below this all lies in a cache. */
const FEWEST = 2 ** 16;
/** Rows of places, which threads share. */
const ROWS = 64;

const gcd = (a: number, c: number): number => (c === 0 ? a : gcd(c, a % c));

/** [1, B, H, W] with as many elements. */
const asBlocks = (length: number, block: number): readonly number[] => {
  const places = length / block;
  const rows = gcd(places, ROWS);
  return [1, block, rows, places / rows];
};

interface ScaledSum {
  readonly a: string;
  readonly x: string;
  readonly s: string;
  readonly isMinus: boolean;
  readonly length: number;
}

export interface ScaledSumOptions {
  readonly pairs: readonly Pair[];
  readonly block: number;
  readonly infer: Infer;
}

/** Nodes that are such sums, by their output, and the products that vanish in them. */
const sumsOf = (graph: Graph, types: GraphBuilder, { pairs, block }: ScaledSumOptions) => {
  const { producer, uses } = edgesOf(graph);
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const before = new Map(pairs.map(({ input, output }) => [output, input]));
  const lengthOf = (value: string) => types.shape(value).reduce<number>((n, dim) => n * Number(dim), 1);
  const isFree = (a: string, y: string): boolean =>
    outputs.has(y) ? before.get(y) === a : producer.has(a) && !outputs.has(a);
  const scaled = (product: string): readonly [x: string, s: string] | null => {
    const node = producer.get(product);
    if (node?.op !== 'Mul' || node.domain !== '' || outputs.has(product) || uses.get(product)?.length !== 1)
      return null;
    const [x, s] = node.inputs as [string, string];
    return lengthOf(s) === 1 ? [x, s] : null;
  };
  const sumOf = ({ op, domain, inputs, outputs: [y] }: Node): ScaledSum | null => {
    if (domain !== '' || (op !== 'Add' && op !== 'Sub')) return null;
    if (types.type(y!).type !== 'float32') return null;
    const shape = types.shape(y!).join();
    const length = lengthOf(y!);
    if (!(length >= FEWEST && length % block === 0)) return null;
    const orders = op === 'Add' ? [inputs, inputs.toReversed()] : [inputs];
    for (const [a, product] of orders as [string, string][]) {
      const found = scaled(product);
      const alike = found && [a, found[0]].every((value) => types.shape(value).join() === shape);
      if (alike && a !== found[0] && isFree(a, y!))
        return { a, x: found[0], s: found[1], isMinus: op === 'Sub', length };
    }
    return null;
  };
  const sums = new Map<string, ScaledSum>();
  for (const node of graph.nodes) {
    const sum = sumOf(node);
    if (sum) sums.set(node.outputs[0]!, sum);
  }
  return { sums, outputs };
};

/** Outputs that are such sums have the shape of their blocks; what else reads one sees its own. */
export const fuseScaledSums = (graph: Graph, options: ScaledSumOptions): Graph => {
  const { block, infer } = options;
  const types = GraphBuilder.from(graph, infer);
  const { sums, outputs } = sumsOf(graph, types, options);
  if (sums.size === 0) return graph;
  const b = GraphBuilder.beside(graph, infer);
  const renamed = new Map<string, string>();
  const named = (value: string): string => renamed.get(value) ?? value;
  const lower = (y: string, { a, x, s, isMinus, length }: ScaledSum): void => {
    const dims = asBlocks(length, block);
    const factor = isMinus ? b.op('Neg', [named(s)]) : named(s);
    const filter = b.op('Expand', [reshape(b, factor, [1, 1, 1, 1]), b.int64s([block, 1, 1, 1])]);
    const places = blockedConv(b, reshape(b, named(x), dims), filter, {
      ...{ kernel: [1, 1], group: block },
      sum: reshape(b, named(a), dims),
    });
    if (outputs.has(y)) made.set(y, places);
    renamed.set(y, reshape(b, places, types.shape(y).map(Number)));
  };
  const made = new Map<string, string>();
  for (const node of graph.nodes) {
    const sum = sums.get(node.outputs[0]!);
    if (sum) b.scoped(node.name, () => lower(node.outputs[0]!, sum));
    else b.append({ ...node, inputs: node.inputs.map(named) });
  }
  const built = b.build(graph.name, graph.metadata);
  // an output keeps its name, wherever it is made
  const back = new Map([...made].map(([y, places]) => [places, y]));
  const renameBack = (value: string): string => back.get(value) ?? value;
  return {
    ...built,
    nodes: built.nodes.map((node) => ({
      ...node,
      inputs: node.inputs.map(renameBack),
      outputs: node.outputs.map(renameBack),
    })),
    outputs: graph.outputs.map((value) => {
      const sum = sums.get(value.name);
      return sum ? { ...value, shape: asBlocks(sum.length, block) } : value;
    }),
  };
};
