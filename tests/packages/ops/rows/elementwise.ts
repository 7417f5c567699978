/** Functions of one element, and of two with broadcasting. The published counter sees activations: one per output. */
import { DATA_TYPES, float, floats, int, string } from '@topiary/onnx';
import { ABSTRACT, type Row } from '../../../helpers/expect-op.js';
import {
  data,
  distinct,
  indices,
  ints64,
  type Operand,
  positive,
  positiveWeight,
  real,
  truths,
  weight,
  whole,
} from '../../../helpers/operands.js';

const free = { pure: 0, published: 0 };
const DIMS = [2, 3, 4] as const;
/** Halfway between two of `distinct`'s numbers. */
const BETWEEN: Operand = { value: floats([0.075], [1, 1, 1]), kind: 'data', batched: false };
const counted = { pure: 0, published: 12 };

/** Of one tensor: channels pass, three atoms. */
const unary = (op: string, x = data(DIMS), macs = free): Row => ({ op, of: 'a tensor', inputs: [x], macs, atoms: 3 });

const binary = (op: string, of: string, inputs: Row['inputs'], atoms: number, macs = free): Row => ({
  op,
  of,
  inputs,
  atoms,
  macs,
});

export const rows: readonly Row[] = [
  unary('Relu', data(DIMS, [0]), counted),
  unary('Gelu', data(DIMS), counted),
  { ...unary('Gelu', data(DIMS), counted), of: 'by tanh', attributes: { approximate: string('tanh') } },
  unary('Sigmoid'),
  unary('Tanh'),
  unary('Erf'),
  unary('HardSwish', data([2, 3, 8], [])),
  { ...unary('HardSigmoid', data(DIMS, [-1, 1])), attributes: { alpha: float(0.5), beta: float(0.5) } },
  { ...unary('LeakyRelu', data(DIMS, [0]), counted), attributes: { alpha: float(0.1) } },
  { ...unary('LeakyRelu', data(DIMS, [0]), counted), of: 'steeper below zero', attributes: { alpha: float(-1.5) } },
  unary('Elu', data(DIMS, [0]), counted),
  { ...unary('Elu', data(DIMS, [0]), counted), of: 'to -2', attributes: { alpha: float(2) } },
  unary('Selu', data(DIMS, [0])),
  unary('Softplus'),
  { ...unary('Silu'), domain: ABSTRACT },
  { ...unary('PRelu', data(DIMS, [0]), counted), inputs: [data(DIMS, [0]), weight([3, 1])] },
  { ...unary('PRelu', data(DIMS, [0]), counted), of: 'one slope for all', inputs: [data(DIMS, [0]), weight([1])] },
  unary('Sin'),
  unary('Cos'),
  unary('Atan'),
  unary('Neg'),
  unary('Exp'),
  unary('Abs', data(DIMS, [0])),
  unary('Sqrt', positive(DIMS)),
  unary('Log', positive(DIMS)),
  unary('Reciprocal', positive(DIMS)),
  unary('Identity'),
  unary('Dropout'),
  unary('Sign'),
  unary('Floor'),
  unary('Ceil'),
  unary('Round', {
    value: floats([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, -0.2, 0.7], [2, 2, 2]),
    kind: 'data',
    batched: true,
  }),
  { ...unary('Clip', data(DIMS, [-1, 1]), counted), inputs: [data(DIMS, [-1, 1]), real(-1), real(1)] },
  { ...unary('Clip', data(DIMS, [0.5]), counted), of: 'from below', inputs: [data(DIMS, [0.5]), real(0.5)] },
  { ...unary('Clip', data(DIMS, [0.5]), counted), of: 'from above', inputs: [data(DIMS, [0.5]), null, real(0.5)] },
  unary('Cast', data(DIMS)),
  binary('Add', 'two branches', [data(DIMS), data(DIMS)], 3),
  // a MatMul's bias counts once per output channel
  binary('Add', 'a bias', [data(DIMS), weight([4])], 3, { pure: 0, published: 4 }),
  binary('Add', 'positions', [data(DIMS), weight([1, 3, 4])], 3),
  binary('Add', 'integers', [ints64([1, -2, 3]), ints64([4])], 0),
  binary(
    'Sub',
    'two branches',
    [data(DIMS), data([3, 1])].map((x) => x && whole(x)),
    3,
  ),
  binary('Sub', 'integers', [ints64([1, -2, 3]), ints64([4])], 0),
  binary('Mul', 'a gate [N, C, 1]', [data(DIMS), data([2, 3, 1])], 3),
  binary('Mul', 'a scale', [data(DIMS), weight([3, 1])], 3),
  binary('Mul', 'integers', [ints64([1, -2, 3], [3, 1]), ints64([4, 5])], 0),
  binary('Div', 'two branches', [data(DIMS), positive(DIMS)], 3),
  binary('Div', 'by a vector', [data(DIMS), positiveWeight([4])], 3),
  binary('Div', 'integers, towards zero', [ints64([7, -7, 8]), ints64([2])], 0),
  binary('Pow', 'square', [data(DIMS), real(2)], 3),
  binary('Pow', 'learned exponents', [positive(DIMS), weight([4])], 3),
  binary('Max', 'two branches', [distinct(DIMS), BETWEEN], 3),
  binary('Min', 'two branches', [distinct(DIMS), BETWEEN], 3),
  binary('Max', 'integers', [ints64([1, -2, 3]), ints64([2])], 0),
  binary('Min', 'integers', [ints64([1, -2, 3]), ints64([2])], 0),
  binary('Mod', 'sign of the divisor', [ints64([7, -7, 8]), ints64([3])], 0),
  { ...binary('Mod', 'sign of the dividend', [ints64([7, -7, 8]), ints64([3])], 0), attributes: { fmod: int(1) } },
  binary('Equal', 'integers', [ints64([1, -2, 3]), ints64([3])], 0),
  binary('Greater', 'numbers', [data(DIMS), data([2, 3, 1])], 3),
  binary('Less', 'numbers', [data(DIMS), weight([4])], 3),
  binary('GreaterOrEqual', 'integers', [ints64([1, 2, 3]), ints64([2])], 0),
  binary('GreaterOrEqual', 'numbers', [data(DIMS), data([2, 3, 1])], 3),
  binary('LessOrEqual', 'integers', [ints64([1, 2, 3]), ints64([2])], 0),
  binary('LessOrEqual', 'numbers', [data(DIMS), weight([4])], 3),
  binary(
    'Where',
    'a mask',
    [truths([1, 0, 1, 0], [4]), data(DIMS), whole(data([3, 1]))].map((x) => x && whole(x)),
    3,
  ),
  binary(
    'Where',
    'integers',
    [truths([1, 0, 1]), ints64([1, 2, 3]), ints64([-1])].map((x) => whole(x)),
    0,
  ),
  binary('And', 'truths', [truths([1, 0, 1, 0]), truths([1, 1, 0, 0])], 1),
  binary('Or', 'truths', [truths([1, 0, 1, 0]), truths([1, 1, 0, 0])], 1),
  binary('Xor', 'truths', [truths([1, 0, 1, 0]), truths([1, 1, 0, 0])], 1),
  binary('Not', 'truths', [truths([1, 0, 1, 0])], 1),
  binary('Cast', 'to a smaller integer', [indices([1, -2, 3])], 1),
].map((row) => {
  if (row.op !== 'Cast') return row;
  const to = row.of === 'a tensor' ? DATA_TYPES.float32 : DATA_TYPES.int32;
  return { ...row, attributes: { to: int(to) } };
});
