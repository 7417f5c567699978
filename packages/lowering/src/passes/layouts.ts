/** Decides which values lie in blocks: convolutions that profit, and whatever follows them and can be computed so. */
import { edgesOf, type Graph, GraphBuilder, type Infer, type Node } from '@topiary/onnx';
import { keyOf } from '../_rule.js';
import type { BlockedRule, Candidate } from '../blocked/_rule.js';

export interface Layouts {
  /** Nodes that their blocked rule lowers, by their first output. */
  readonly nodes: ReadonlySet<string>;
  /** Values that lie in blocks. */
  readonly values: ReadonlySet<string>;
}

export const NO_BLOCKS: Layouts = { nodes: new Set(), values: new Set() };

/** A rule that asks whether its result is wanted sees only nodes that the first round has taken. */
const ROUNDS = 2;

export const assignLayouts = (
  graph: Graph,
  rules: ReadonlyMap<string, BlockedRule>,
  block: number,
  infer: Infer,
): Layouts => {
  const types = GraphBuilder.from(graph, infer);
  const { uses } = edgesOf(graph);
  const nodes = new Set<string>();
  const values = new Set<string>();
  const take = (node: Node): void => {
    const rule = rules.get(keyOf(node));
    const candidate: Candidate = {
      node,
      block,
      shape: (i) => types.shape(node.inputs[i]!),
      outShape: (i) => types.shape(node.outputs[i]!),
      constant: (i) => types.constantOf(node.inputs[i] ?? ''),
      arrives: (i) => values.has(node.inputs[i] ?? ''),
      wanted: () => uses.get(node.outputs[0]!)?.some((use) => nodes.has(use.node.outputs[0]!)) ?? false,
    };
    if (!rule?.takes(candidate)) return;
    nodes.add(node.outputs[0]!);
    if (rule.gives === 'plain') return;
    for (const output of node.outputs) if (output !== '' && types.shape(output).length === 4) values.add(output);
  };
  for (let round = 0; round < ROUNDS; round += 1) for (const node of graph.nodes) take(node);
  return { nodes, values };
};
