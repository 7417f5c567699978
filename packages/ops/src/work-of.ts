/** All the work of a graph for one example, by the operators' own costs: what no counter of the literature sees, too. */
import type { Graph, Node, TensorType } from '@topiary/onnx';
import type { Cost, MacsContext } from './_op.js';
import { opOf } from './_registry.js';
import { inferTypes } from './infer-types.js';

export interface NodeWork extends Cost {
  readonly node: Node;
}

export interface Work extends Cost {
  /** In the order of the nodes. */
  readonly byNode: readonly NodeWork[];
}

const typesOf = (names: readonly string[], types: ReadonlyMap<string, TensorType>): readonly (TensorType | null)[] =>
  names.map((name) => types.get(name) ?? null);

/** Names of the values that depend on an input; of a Shape only the sizes do, which are no numbers of the example. */
export const varyingNames = (graph: Graph): ReadonlySet<string> => {
  const names = new Set(graph.inputs.map(({ name }) => name));
  for (const { op, inputs, outputs } of graph.nodes) {
    if (op === 'Shape' || !inputs.some((input) => names.has(input))) continue;
    for (const output of outputs) if (output !== '') names.add(output);
  }
  return names;
};

/** Reads shapes and attributes only. Of a training graph it throws: nobody uploads one. */
export const workOf = (graph: Graph, types = inferTypes(graph)): Work => {
  const varying = varyingNames(graph);
  const byNode = graph.nodes.map((node): NodeWork => {
    const context: MacsContext = {
      node,
      x: typesOf(node.inputs, types),
      y: typesOf(node.outputs, types).filter((type) => type !== null),
      isWeight: (i) => graph.initializers.has(node.inputs[i] ?? ''),
    };
    return { node, ...opOf(node).cost({ ...context, varies: (i) => varying.has(node.inputs[i] ?? '') }) };
  });
  const sum = (of: (cost: Cost) => number) => byNode.reduce((total, cost) => total + of(cost), 0);
  return {
    products: sum(({ products }) => products),
    joins: sum(({ joins }) => joins),
    folds: sum(({ folds }) => folds),
    norms: sum(({ norms }) => norms),
    elementwise: sum(({ elementwise }) => elementwise),
    bytes: sum(({ bytes }) => bytes),
    byNode,
  };
};
