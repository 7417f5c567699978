/** A pass that puts other nodes in the place of some: what both sides of it know, and the walk over the graph. */
import { edgesOf, type Graph, GraphBuilder, type Infer, type Node, type TensorType } from '@topiary/onnx';

export interface Place {
  readonly b: GraphBuilder;
  /** In the graph as it was. */
  readonly producer: ReadonlyMap<string, Node>;
  /** Of a value of the graph as it was. */
  type(value: string): TensorType;
}

/** `replaces` adds nodes that give the outputs of one under their names, and says whether it did. */
export const rewritten = (graph: Graph, infer: Infer, replaces: (place: Place, node: Node) => boolean): Graph => {
  const types = GraphBuilder.from(graph, infer);
  const b = GraphBuilder.beside(graph, infer);
  const place: Place = { b, producer: edgesOf(graph).producer, type: (value) => types.type(value) };
  for (const node of graph.nodes) if (!b.scoped(node.name, () => replaces(place, node))) b.append(node);
  return { ...b.build(graph.name, graph.metadata), outputs: graph.outputs };
};
