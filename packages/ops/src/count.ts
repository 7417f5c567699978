/** Counts a graph by the operators' own rules: parameters and multiply-accumulates for one example. */
import { elements, type Graph, type Initializer, type Node, type TensorType } from '@topiary/onnx';
import type { Macs } from './_op.js';
import { byRule, macsAs, type PublishedAs } from './_published.js';
import { opOf } from './_registry.js';
import { inferTypes } from './infer-types.js';

export interface CountOptions {
  /** How the published counter sees a node, where it is not by the operator's rule; a zoo model tells. */
  readonly published?: PublishedAs;
}

export interface NodeCount extends Macs {
  readonly node: Node;
}

export interface Count extends Macs {
  /** Elements of the trainable initialisers. */
  readonly params: number;
  /** In the order of the nodes. */
  readonly byNode: readonly NodeCount[];
}

const typesOf = (names: readonly string[], types: ReadonlyMap<string, TensorType>): readonly (TensorType | null)[] =>
  names.map((name) => types.get(name) ?? null);

/** Attention masks that an exporter folded say "never" with this or less. */
const NEVER = -50;

/** Zeros and one large negative number: it hides positions from attention and is not learned. Weights fail at once. */
const isMask = ({ source }: Initializer): boolean => {
  if (source.kind !== 'data') return false;
  let hides = false;
  for (const value of source.data) {
    if (value !== 0 && !(value <= NEVER)) return false;
    hides ||= value !== 0;
  }
  return hides;
};

/** Names of the initialisers that some operator reads in a trainable role; running statistics are not trained. */
export const trainableNames = (graph: Graph, types = inferTypes(graph)): ReadonlySet<string> => {
  const names = new Set<string>();
  for (const node of graph.nodes) {
    const roles = opOf(node).roles(node, typesOf(node.inputs, types));
    for (const [i, { role }] of Object.entries(roles)) {
      const initializer = graph.initializers.get(node.inputs[Number(i)] ?? '');
      if (!initializer?.type.startsWith('float') || role === 'statistic') continue;
      if (role !== 'parameter' || !isMask(initializer)) names.add(initializer.name);
    }
  }
  return names;
};

/** Reads shapes only: a model whose weights were never loaded costs nothing. */
export const count = (graph: Graph, { published: as = byRule }: CountOptions = {}): Count => {
  const types = inferTypes(graph);
  const byNode = graph.nodes.map((node): NodeCount => {
    const { pure, published } = macsAs(
      opOf(node).macs,
      as(node),
    )({
      node,
      x: typesOf(node.inputs, types),
      y: typesOf(node.outputs, types).filter((type) => type !== null),
      isWeight: (i) => graph.initializers.has(node.inputs[i] ?? ''),
    });
    return { node, pure, published };
  });
  const sum = (of: (count: NodeCount) => number) => byNode.reduce((total, count) => total + of(count), 0);
  const params = [...trainableNames(graph, types)].reduce(
    (total, name) => total + elements(graph.initializers.get(name)!.dims),
    0,
  );
  return { params, pure: sum(({ pure }) => pure), published: sum(({ published }) => published), byNode };
};
