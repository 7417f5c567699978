/** Counts a graph by the operators' own rules: parameters and multiply-accumulates for one example. */
import { bytesPerElement, elements, type Graph, type Node, type TensorType } from '@topiary/onnx';
import type { Macs } from './_op.js';
import { byRule, macsAs, type PublishedAs } from './_published.js';
import { opOf } from './_registry.js';
import { trainableNames } from './_trainable.js';
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
  /** Bytes of all initialisers: tables, statistics and shapes, too. */
  readonly storedBytes: number;
  /** In the order of the nodes. */
  readonly byNode: readonly NodeCount[];
}

const typesOf = (names: readonly string[], types: ReadonlyMap<string, TensorType>): readonly (TensorType | null)[] =>
  names.map((name) => types.get(name) ?? null);

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
  const storedBytes = [...graph.initializers.values()].reduce(
    (total, { type, dims }) => total + elements(dims) * bytesPerElement(type),
    0,
  );
  return { params, storedBytes, pure: sum(({ pure }) => pure), published: sum(({ published }) => published), byNode };
};
