/** Recognises SiLU as exporters write it, x · Sigmoid(x), and writes it as the one operator Silu. */
import type { Node } from '@topiary/onnx';
import type { Pass } from './_pass.js';
import { Pattern, replaceNodes } from './_pattern.js';

export const recogniseSilu: Pass = (graph) => {
  const pattern = new Pattern(graph);
  const replacements = new Map<Node, Node>();
  for (const node of graph.nodes) {
    if (node.domain !== '' || node.op !== 'Sigmoid') continue;
    const y = node.outputs[0]!;
    const product = pattern.reader(y, 'Mul');
    const x = node.inputs[0]!;
    if (product && pattern.other(product, y) === x)
      replacements.set(product, { ...product, op: 'Silu', domain: 'topiary', inputs: [x], attributes: {} });
  }
  return replaceNodes(graph, replacements);
};
