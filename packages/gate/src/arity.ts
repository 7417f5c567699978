/**
 * How many inputs and outputs the operators on the list have, in the form of opset 20 that canonical graphs have:
 * onnxruntime refuses a node with more or fewer, and so do we. https://onnx.ai/onnx/operators/
 */
import type { Node } from '@topiary/onnx';

/** Fewest (those must be given) and most. */
type Range = readonly [number, number];

const ONE: Range = [1, 1];
const ANY_NUMBER: Range = [1, Number.POSITIVE_INFINITY];
const REDUCE: Range = [1, 2];

/** Operators that are not named here have one. */
const INPUTS: Readonly<Record<string, Range>> = {
  Add: [2, 2],
  And: [2, 2],
  BatchNormalization: [5, 5],
  Clip: [1, 3],
  Concat: ANY_NUMBER,
  Constant: [0, 0],
  Conv: [2, 3],
  ConvTranspose: [2, 3],
  CumSum: [2, 2],
  Div: [2, 2],
  Dropout: [1, 3],
  Equal: [2, 2],
  Expand: [2, 2],
  Gather: [2, 2],
  GatherElements: [2, 2],
  Gemm: [2, 3],
  Greater: [2, 2],
  GreaterOrEqual: [2, 2],
  GroupNormalization: [3, 3],
  InstanceNormalization: [3, 3],
  LayerNormalization: [2, 3],
  Less: [2, 2],
  LessOrEqual: [2, 2],
  MatMul: [2, 2],
  Max: ANY_NUMBER,
  Min: ANY_NUMBER,
  Mod: [2, 2],
  Mul: [2, 2],
  OneHot: [3, 3],
  Or: [2, 2],
  PRelu: [2, 2],
  Pad: [2, 4],
  Pow: [2, 2],
  Range: [3, 3],
  ReduceL1: REDUCE,
  ReduceL2: REDUCE,
  ReduceLogSumExp: REDUCE,
  ReduceMax: REDUCE,
  ReduceMean: REDUCE,
  ReduceMin: REDUCE,
  ReduceProd: REDUCE,
  ReduceSum: REDUCE,
  ReduceSumSquare: REDUCE,
  Reshape: [2, 2],
  Resize: [1, 4],
  ScatterND: [3, 3],
  Slice: [3, 5],
  Split: [1, 2],
  Squeeze: [1, 2],
  Sub: [2, 2],
  Tile: [2, 2],
  TopK: [2, 2],
  Trilu: [1, 2],
  Unsqueeze: [2, 2],
  Where: [3, 3],
  Xor: [2, 2],
};

/** Operators that are not named here have one. */
const OUTPUTS: Readonly<Record<string, Range>> = {
  BatchNormalization: [1, 3],
  Dropout: [1, 2],
  LayerNormalization: [1, 3],
  MaxPool: [1, 2],
  Split: ANY_NUMBER,
  TopK: [2, 2],
};

/** Of an operator on the list. */
export const arityOf = (op: string): { readonly inputs: Range; readonly outputs: Range } => ({
  inputs: INPUTS[op] ?? ONE,
  outputs: OUTPUTS[op] ?? ONE,
});

const fits = (values: readonly string[], [fewest, most]: Range): boolean =>
  values.length >= fewest && values.length <= most && !values.slice(0, fewest).includes('');

const words = ([fewest, most]: Range): string => {
  if (most === Number.POSITIVE_INFINITY) return `${fewest} or more`;
  return fewest === most ? `${fewest}` : `${fewest} to ${most}`;
};

export interface WrongArity {
  readonly expected: string;
  readonly got: string;
}

/** null where a node has as many inputs and outputs as its operator takes. */
export const wrongArity = ({ op, inputs, outputs }: Node): WrongArity | null => {
  const { inputs: taken, outputs: given } = arityOf(op);
  const inputsFit = fits(inputs, taken);
  if (inputsFit && fits(outputs, given)) return null;
  const [what, values, range] = inputsFit ? (['output', outputs, given] as const) : (['input', inputs, taken] as const);
  return { expected: `${words(range)} ${what}(s)`, got: `${values.length}: ${values.join(', ')}`.slice(0, 120) };
};
