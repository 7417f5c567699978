/** Norms as training wants them: by the batch's own statistics, or giving their statistics away to their gradient. */
import type { GraphBuilder, Node } from '@topiary/onnx';

export const isLayerNorm = (node: Node): boolean => node.op === 'LayerNormalization' && node.domain === '';

export const isNorm = (node: Node): boolean => node.op === 'BatchNormalization' && node.domain === '';

/** Into `found`: running statistics and what replaces them. A norm that is called again goes on from what it left. */
export const trainNorm = (b: GraphBuilder, node: Node, found: Map<string, string>): void => {
  const y = b.scoped(node.name, () => [b.fresh('mean'), b.fresh('variance'), b.fresh('batchMean'), b.fresh('inverse')]);
  const inputs = node.inputs.map((input, i) => (i >= 3 ? (found.get(input) ?? input) : input));
  b.append({ ...node, op: 'BatchNormalizationTrain', domain: 'topiary', inputs, outputs: [node.outputs[0]!, ...y] });
  found.set(node.inputs[3]!, y[0]!);
  found.set(node.inputs[4]!, y[1]!);
};

/** Mean and inverse deviation are outputs 1 and 2; onnxruntime computes them anyway. */
export const withStatistics = (b: GraphBuilder, node: Node): Node =>
  b.scoped(node.name, () => ({
    ...node,
    outputs: [node.outputs[0]!, node.outputs[1] || b.fresh('mean'), node.outputs[2] || b.fresh('inverse')],
  }));
