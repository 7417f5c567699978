/** Adds a frozen network to a graph under construction: its weights are constants, its norms stay as in inference. */
import type { Graph, GraphBuilder } from '@topiary/onnx';
import { fixBatch } from './fix-batch.js';

/** `inputs` are values of `b` that stand for the network's inputs; returns the values of its outputs. */
export const embed = (b: GraphBuilder, network: Graph, inputs: readonly string[]): readonly string[] => {
  const { nodes, initializers, outputs, ...graph } = fixBatch(network, Number(b.shape(inputs[0]!)[0]));
  const names = new Map([['', '']]);
  graph.inputs.forEach(({ name }, i) => {
    names.set(name, inputs[i]!);
  });
  const fresh = (name: string): string => {
    if (!names.has(name)) names.set(name, b.fresh(name));
    return names.get(name)!;
  };
  for (const initializer of initializers.values()) b.initializer({ ...initializer, name: fresh(initializer.name) });
  for (const node of nodes) {
    b.append({ ...node, name: b.fresh(node.name), inputs: node.inputs.map(fresh), outputs: node.outputs.map(fresh) });
  }
  return outputs.map(({ name }) => fresh(name));
};
