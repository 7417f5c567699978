/** Finds the parameters of a network: the initialisers that its operators read as weights, scales, biases. */
import type { Graph, Initializer } from '@topiary/onnx';
import { inferTypes, opOf, type Role, trainableNames } from '@topiary/ops';

export interface Parameter {
  readonly initializer: Initializer;
  /** By its first reader. */
  readonly role: Role;
  /** The dimensions that are channels. */
  readonly axes: readonly number[];
}

const axesOf = (role: Role, rank: number): readonly number[] => {
  switch (role.role) {
    case 'weight':
      return [role.out, role.in];
    case 'parameter':
      return Array.from({ length: rank }, (_, axis) => axis);
    default:
      return [0];
  }
};

/** In the order in which the nodes read them; running statistics have the role `statistic`. */
export const parametersOf = (graph: Graph): readonly Parameter[] => {
  const types = inferTypes(graph);
  const trainable = trainableNames(graph, types);
  const found = new Map<string, Parameter>();
  for (const node of graph.nodes) {
    const x = node.inputs.map((input) => types.get(input) ?? null);
    for (const [index, role] of Object.entries(opOf(node).roles(node, x))) {
      const initializer = graph.initializers.get(node.inputs[Number(index)] ?? '');
      if (initializer?.type !== 'float32' || found.has(initializer.name)) continue;
      // A folded attention mask is read like a parameter, but nobody trains it.
      if (role.role !== 'statistic' && !trainable.has(initializer.name)) continue;
      found.set(initializer.name, { initializer, role, axes: axesOf(role, initializer.dims.length) });
    }
  }
  return [...found.values()];
};

export const isTrainable = ({ role }: Parameter): boolean => role.role !== 'statistic';
