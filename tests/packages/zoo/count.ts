/** Learned parameters and multiply-accumulates of a graph, summed over its operators' own rules. */
import { elements, type Graph } from '@topiary/onnx';
import { inferTypes, opOf } from '@topiary/ops';

export const countOf = (graph: Graph) => {
  const types = inferTypes(graph);
  const learned = new Set<string>();
  const macs = { pure: 0, published: 0 };
  for (const node of graph.nodes) {
    const op = opOf(node);
    const x = node.inputs.map((input) => types.get(input) ?? null);
    const y = node.outputs.map((output) => types.get(output)!);
    const one = op.macs({ node, x, y, isWeight: (i) => graph.initializers.has(node.inputs[i] ?? '') });
    macs.pure += one.pure;
    macs.published += one.published;
    for (const [i, { role }] of Object.entries(op.roles(node, x))) {
      const name = node.inputs[Number(i)] ?? '';
      if (role !== 'statistic' && graph.initializers.has(name)) learned.add(name);
    }
  }
  const params = [...learned].reduce((sum, name) => sum + elements(graph.initializers.get(name)!.dims), 0);
  return { params, macs };
};
