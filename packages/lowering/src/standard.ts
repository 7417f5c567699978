/**
 * A network in standard operators alone, for files that others read: the abstract operators of its forward graph, such
 * as Silu, as exporters write them. Everything else stays as it is, and `canonical` finds the abstract ones again.
 */
import { TopiaryError } from '@topiary/errors';
import { type Graph, GraphBuilder, type Node, placeOf } from '@topiary/onnx';
import { infer } from '@topiary/ops';
import { keyOf } from './_rule.js';
import { plain } from './plain/index.js';

const isAbstract = ({ domain }: Node): boolean => domain === 'topiary';

const written = (b: GraphBuilder, node: Node): readonly string[] => {
  const rule = plain.get(keyOf(node));
  if (!rule) {
    throw new TopiaryError('TOPIARY_LOWERING_NO_RULE', {
      where: placeOf(node),
      expected: 'an operator that can be written in others',
      got: node.op,
    });
  }
  const types = infer(
    node,
    node.inputs.map((input) => (input === '' ? null : b.type(input))),
    (i) => b.constantOf(node.inputs[i] ?? ''),
  );
  return b.scoped(node.name, () =>
    rule({
      b,
      node,
      x: node.inputs,
      reads: (i) => (node.outputs[i] ?? '') !== '',
      type: (i) => b.type(node.inputs[i]!),
      out: (i) => types[i]!,
      constant: (i) => b.constantOf(node.inputs[i] ?? ''),
      standardOnly: true,
    }),
  );
};

export const standard = (graph: Graph): Graph => {
  if (!graph.nodes.some(isAbstract)) return graph;
  const b = GraphBuilder.beside(graph, infer);
  const [made, back] = [new Map<string, string>(), new Map<string, string>()];
  for (const original of graph.nodes) {
    const node = { ...original, inputs: original.inputs.map((input) => made.get(input) ?? input) };
    if (!isAbstract(node)) {
      b.append(node);
      continue;
    }
    written(b, node).forEach((value, i) => {
      made.set(node.outputs[i]!, value);
      back.set(value, node.outputs[i]!);
    });
  }
  // Values keep the names that they had.
  const to = (value: string): string => back.get(value) ?? value;
  const { nodes, initializers } = b.build(graph.name, graph.metadata);
  const renamed = nodes.map((node) => ({ ...node, inputs: node.inputs.map(to), outputs: node.outputs.map(to) }));
  const { topiary: _, ...opsets } = graph.opsets;
  return { ...graph, opsets, nodes: renamed, initializers };
};
