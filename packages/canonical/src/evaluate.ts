/** Functions of one constant (scale factors such as 1/√d): the operators have no value rule for them. */
import { arrayOf, type Node, type Tensor, toNumbers } from '@topiary/onnx';

const FUNCTIONS: Readonly<Record<string, (x: number) => number>> = {
  Abs: Math.abs,
  Exp: Math.exp,
  Log: Math.log,
  Neg: (x) => -x,
  Reciprocal: (x) => 1 / x,
  Sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  Sqrt: Math.sqrt,
  Tanh: Math.tanh,
};

/** The result, or null where the node is not one of these; 64-bit integers and half precision are left alone. */
export const evaluate = (node: Node, x: Tensor | null): Tensor | null => {
  const f = FUNCTIONS[node.op];
  if (!x || !f || node.domain !== '' || x.type === 'float16' || x.type.endsWith('int64')) return null;
  const Type = arrayOf(x.type) as Float64ArrayConstructor;
  return { ...x, data: Type.from(toNumbers(x), f) };
};
