/** Computes constant nodes by the operators' own value rules, element by element and each node once. */
import { elementsAt, type Graph, type Node, type Tensor, type TensorType, tensorOf } from '@topiary/onnx';
import { opOf } from '@topiary/ops';
import type { Budget } from './_budget.js';
import { evaluate } from './evaluate.js';
import { fromTensor, isSmall, toTensor } from './known.js';

interface Given {
  readonly graph: Graph;
  readonly types: ReadonlyMap<string, TensorType>;
  readonly budget: Budget;
  /** A node that reads and writes more elements than this is left to somebody faster. */
  readonly most: number;
}

type Tensors = ReadonlyMap<string, Tensor>;

const compute = (node: Node, tensors: Tensors, types: Given['types']): readonly (Tensor | null)[] | null => {
  const known = (i: number) => {
    const tensor = tensors.get(node.inputs[i] ?? '');
    return tensor ? fromTensor(tensor) : null;
  };
  const x = node.inputs.map((input) => types.get(input) ?? null);
  const small = node.outputs.every((output) => isSmall(types.get(output)?.shape ?? []));
  const values = small ? opOf(node).value({ node, x, known }) : null;
  if (values) return values.map(toTensor);
  const result = evaluate(node, tensors.get(node.inputs[0] ?? '') ?? null);
  return result && [result];
};

/** Every value of the nodes (in their order) that can be had; what reads one that cannot is left out, too. */
export const computeByRules = (nodes: readonly Node[], { graph, types, budget, most }: Given): Tensors => {
  const tensors = new Map<string, Tensor>();
  const isAtHand = (value: string): boolean => {
    if (value === '' || tensors.has(value)) return true;
    const initializer = graph.initializers.get(value);
    const tensor = initializer ? tensorOf(initializer) : null;
    if (tensor) tensors.set(value, tensor);
    return tensor !== null;
  };
  for (const node of nodes) {
    const sizes = [...node.inputs, ...node.outputs].map((value) => elementsAt(types.get(value)?.shape ?? [0]));
    const elements = Math.max(...sizes);
    if (elements > most || !node.inputs.every(isAtHand)) continue;
    const values = compute(node, tensors, types);
    if (!values?.every((value) => value !== null)) continue;
    budget.spend(node, elements);
    node.outputs.forEach((output, i) => {
      tensors.set(output, values[i]!);
    });
  }
  return tensors;
};
