/** Removes nodes and initialisers that no output needs. The inputs stay: they are the graph's interface. */
import type { Graph } from '@topiary/onnx';

export const drop = (graph: Graph): Graph => {
  const needed = new Set(graph.outputs.map(({ name }) => name));
  const kept = graph.nodes.toReversed().filter((node) => {
    if (!node.outputs.some((output) => needed.has(output))) return false;
    for (const input of node.inputs) needed.add(input);
    return true;
  });
  const initializers = new Map([...graph.initializers].filter(([name]) => needed.has(name)));
  return { ...graph, nodes: kept.reverse(), initializers };
};
