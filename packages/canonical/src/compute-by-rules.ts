/** Computes a graph of constants by the operators' own value rules, element by element. */
import { type Graph, type Node, type Tensor, type TensorType, tensorOf } from '@topiary/onnx';
import { inferTypes, opOf } from '@topiary/ops';
import type { Budget } from './_budget.js';
import { evaluate } from './evaluate.js';
import { fromTensor, isSmall, toTensor } from './known.js';

const compute = (
  node: Node,
  tensors: ReadonlyMap<string, Tensor>,
  types: ReadonlyMap<string, TensorType>,
): readonly (Tensor | null)[] | null => {
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

/** The outputs, or null where one of the operators has no rule for numbers. */
export const computeByRules = (part: Graph, budget: Budget): readonly Tensor[] | null => {
  const types = inferTypes(part);
  const tensors = new Map<string, Tensor>();
  for (const initializer of part.initializers.values()) tensors.set(initializer.name, tensorOf(initializer)!);
  for (const node of part.nodes) {
    const values = compute(node, tensors, types);
    if (!values?.every((value) => value !== null)) return null;
    node.outputs.forEach((output, i) => {
      budget.spend(node, values[i]!.data.length);
      tensors.set(output, values[i]!);
    });
  }
  return part.outputs.map(({ name }) => tensors.get(name)!);
};
