/** Drops nodes that no output needs and initialisers that nobody reads. */
import { edgesOf, type Initializer, type Node } from '@topiary/onnx';
import type { Pass } from './_pass.js';

export const dropDead: Pass = (graph) => {
  const { producer } = edgesOf(graph);
  const alive = new Set<string>();
  const pending = graph.outputs.map(({ name }) => name);
  const needed = new Set<Node>();
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (alive.has(value)) continue;
    alive.add(value);
    const node = producer.get(value);
    if (!node || needed.has(node)) continue;
    needed.add(node);
    pending.push(...node.inputs);
  }
  const initializers = new Map<string, Initializer>();
  for (const [name, initializer] of graph.initializers) if (alive.has(name)) initializers.set(name, initializer);
  return { ...graph, nodes: graph.nodes.filter((node) => needed.has(node)), initializers };
};
