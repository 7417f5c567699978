/**
 * Drops an Expand whose readers stretch by themselves: `x / x.norm().expand_as(x)`, the gate of squeeze-and-excitation.
 * It would pin every channel that it restates.
 */
import { edgesOf, type Graph, type Node, sameShape, type TensorType, tensorOf } from '@topiary/onnx';
import { infer, inferTypes, isElementwise, opOf } from '@topiary/ops';
import { Draft, namesOf, type Pass } from './_pass.js';

type Types = ReadonlyMap<string, TensorType>;

const outputsOf = (graph: Graph, node: Node, types: Types): readonly TensorType[] => {
  const constant = (i: number) => {
    const initializer = graph.initializers.get(node.inputs[i] ?? '');
    return initializer ? tensorOf(initializer) : null;
  };
  return infer(
    node,
    node.inputs.map((input) => types.get(input) ?? null),
    constant,
  );
};

export const dropExpand: Pass = (graph) => {
  if (!graph.nodes.some(({ op, domain }) => op === 'Expand' && domain === '')) return graph;
  const types = inferTypes(graph);
  const { uses } = edgesOf(graph);
  const outputs = namesOf(graph.outputs);
  const draft = new Draft(graph);
  /** Does a reader make what it made when it reads `x` for `y`, and for all that was dropped before? */
  const stretches = (reader: Node, y: string, x: string): boolean => {
    const inputs = reader.inputs.map((input) => draft.resolve(input === y ? x : input));
    const before = reader.outputs.map((output) => types.get(output));
    if (!isElementwise(opOf(reader))) return false;
    return outputsOf(graph, { ...reader, inputs }, types).every(({ shape }, i) => sameShape(shape, before[i]!.shape));
  };
  for (const node of graph.nodes) {
    const [x, y] = [draft.resolve(node.inputs[0] ?? ''), node.outputs[0]!];
    const readers = uses.get(y) ?? [];
    const isIdle = node.op === 'Expand' && node.domain === '' && !outputs.has(y);
    if (isIdle && readers.every((use) => stretches(use.node, y, x))) draft.alias(y, x);
    else draft.nodes.push(node);
  }
  return draft.graph({ nodes: draft.nodes.map((node) => draft.rewire(node)) });
};
