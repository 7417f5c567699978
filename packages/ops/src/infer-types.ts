/** Types of every value of a graph. */
import { type Graph, type TensorType, tensorOf } from '@topiary/onnx';
import { infer } from './_registry.js';

/** Throws with the node's place where a shape cannot be resolved. */
export const inferTypes = (graph: Graph): Map<string, TensorType> => {
  const types = new Map<string, TensorType>();
  for (const { name, type, shape } of graph.inputs) types.set(name, { type, shape });
  for (const { name, type, dims } of graph.initializers.values()) types.set(name, { type, shape: dims });
  for (const node of graph.nodes) {
    const x = node.inputs.map((input) => (input === '' ? null : (types.get(input) ?? null)));
    const y = infer(node, x, (i) => {
      const initializer = graph.initializers.get(node.inputs[i] ?? '');
      return initializer ? tensorOf(initializer) : null;
    });
    node.outputs.forEach((output, i) => {
      const type = y[i];
      if (output !== '' && type) types.set(output, type);
    });
  }
  return types;
};
