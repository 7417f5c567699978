/** How much memory activations need at once, when each lives from the node that makes it to its last reader. */
import { bytesPerElement, elementsAt, type Graph } from '@topiary/onnx';
import { inferTypes } from './infer-types.js';

/** Inputs live from the start, outputs to the end; every value has its own memory, parameters are not counted. */
export const peakActivationBytes = (graph: Graph, batch = 1): number => {
  const types = inferTypes(graph);
  const bytesOf = (name: string): number => {
    const type = types.get(name);
    return type ? elementsAt(type.shape, batch) * bytesPerElement(type.type) : 0;
  };
  const last = new Map<string, number>();
  graph.nodes.forEach(({ inputs }, i) => {
    for (const input of inputs) last.set(input, i);
  });
  for (const { name } of graph.outputs) last.set(name, graph.nodes.length);
  const live = new Set(graph.inputs.map(({ name }) => name));
  let now = [...live].reduce((sum, name) => sum + bytesOf(name), 0);
  let peak = now;
  graph.nodes.forEach((node, i) => {
    for (const output of node.outputs) {
      if (output === '') continue;
      live.add(output);
      now += bytesOf(output);
    }
    peak = Math.max(peak, now);
    for (const name of new Set([...node.inputs, ...node.outputs])) {
      if (!live.has(name) || (last.get(name) ?? i) > i) continue;
      live.delete(name);
      now -= bytesOf(name);
    }
  });
  return peak;
};
