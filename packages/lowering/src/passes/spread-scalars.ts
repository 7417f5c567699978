/**
 * Gives a scalar operand the rank of the other one where that ends in dimensions of 1, as weights of 1×1 convolutions do:
 * onnxruntime takes such operands element by element else, 1.5 ms for 150,000 where 0.05 are enough.
 */
import { type Graph, GraphBuilder, type Infer, type Node, type Shape } from '@topiary/onnx';

const BINARY = new Set(['Add', 'Sub', 'Mul', 'Div', 'Pow', 'Min', 'Max']);

const isOne = (shape: Shape): boolean => shape.every((dim) => dim === 1);

export const spreadScalars = (graph: Graph, infer: Infer): Graph => {
  const types = GraphBuilder.from(graph, infer);
  const spread = (scalar: string, other: string): string => {
    const [from, to] = [types.shape(scalar), types.shape(other)];
    if (!isOne(from) || from.length >= to.length || to.at(-1) !== 1 || isOne(to)) return scalar;
    return b.op('Reshape', [scalar, b.int64s(to.map(() => 1))]);
  };
  const b = new GraphBuilder(infer);
  for (const node of graph.nodes) for (const output of node.outputs) if (output !== '') b.fresh(output);
  for (const { name, type, shape } of graph.inputs) b.input(name, type, shape);
  for (const initializer of graph.initializers.values()) b.initializer(initializer);
  for (const node of graph.nodes) {
    const [x, y] = node.inputs as [string, string];
    const isBinary = node.domain === '' && BINARY.has(node.op) && node.inputs.length === 2;
    // names of nodes outlive those of values: only what stands under a node's own cannot meet another
    const spreadOut = (): Node => b.scoped(node.name, () => ({ ...node, inputs: [spread(x, y), spread(y, x)] }));
    b.append(isBinary ? spreadOut() : node);
  }
  return { ...b.build(graph.name, graph.metadata), outputs: graph.outputs };
};
