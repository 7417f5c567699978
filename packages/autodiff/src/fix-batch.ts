/** Gives the batch symbol of a graph a number; training graphs have a fixed batch. */
import { type Graph, GraphBuilder, shapeAt } from '@topiary/onnx';
import { infer } from '@topiary/ops';

export const fixBatch = (graph: Graph, batch: number): Graph => {
  const inputs = graph.inputs.map((input) => ({ ...input, shape: shapeAt(input.shape, batch) }));
  return GraphBuilder.from({ ...graph, inputs }, infer, { outputs: true }).build(graph.name, graph.metadata);
};
