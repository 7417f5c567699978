/** Functions of one constant (scale factors such as 1/√d): the operators have no value rule for them. */
import { arrayOf, fromHalf, intOf, type Node, type Tensor, tensor, toHalf, toNumbers } from '@topiary/onnx';

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

/** Of ONNX's data types. */
const FLOAT32 = 1;

/** Weights in half precision may be many: no list of numbers between the two arrays. */
const widened = (node: Node, x: Tensor): Tensor | null =>
  node.op === 'Cast' && x.type === 'float16' && intOf(node, 'to', 0) === FLOAT32
    ? tensor('float32', x.dims, Float32Array.from(x.data as Uint16Array, fromHalf))
    : null;

/** The result, or null where the node is not one of these; 64-bit integers are left alone. */
export const evaluate = (node: Node, x: Tensor | null): Tensor | null => {
  if (!x || node.domain !== '') return null;
  const f = FUNCTIONS[node.op];
  if (!f) return widened(node, x);
  if (x.type.endsWith('int64')) return null;
  const numbers = toNumbers(x).map(f);
  if (x.type === 'float16') return { ...x, data: Uint16Array.from(numbers, toHalf) };
  const Type = arrayOf(x.type) as Float64ArrayConstructor;
  return { ...x, data: Type.from(numbers) };
};
