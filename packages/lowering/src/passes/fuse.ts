/** Patterns of the abstract graph that onnxruntime has one kernel for. */
import { edgesOf, type Graph, int, intsOf, type Node } from '@topiary/onnx';

export interface FuseOptions {
  readonly standardOnly: boolean;
}

/** Whether a Transpose swaps the last two axes and nothing else. */
const swapsLast = (node: Node | undefined): node is Node => {
  if (node?.op !== 'Transpose' || node.domain !== '') return false;
  const perm = intsOf(node, 'perm');
  const rank = perm?.length ?? 0;
  return perm !== undefined && rank >= 2 && perm.every((axis, i) => axis === (i < rank - 2 ? i : 2 * rank - 3 - i));
};

// MatMul(Transpose(x), y) = FusedMatMul(x, y, transA): the transposed copy is never made.
const fuseTransposes = (graph: Graph): Graph => {
  const { producer } = edgesOf(graph);
  const nodes = graph.nodes.map((node): Node => {
    if (node.op !== 'MatMul' || node.domain !== '') return node;
    const sources = node.inputs.map((input) => producer.get(input));
    const [transA, transB] = sources.map(swapsLast);
    if (!transA && !transB) return node;
    return {
      ...node,
      op: 'FusedMatMul',
      domain: 'com.microsoft',
      inputs: sources.map((source, i) => (swapsLast(source) ? source.inputs[0]! : node.inputs[i]!)),
      attributes: { transA: int(transA ? 1 : 0), transB: int(transB ? 1 : 0) },
    };
  });
  return { ...graph, nodes };
};

export const fuse = (graph: Graph, { standardOnly }: FuseOptions): Graph =>
  standardOnly ? graph : fuseTransposes(graph);
