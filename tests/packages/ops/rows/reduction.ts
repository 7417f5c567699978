/** Sums, means and extremes over axes. */
import { int, type Tensor, toNumbers } from '@topiary/onnx';
import type { Row } from '../../../helpers/expect-op.js';
import { data, distinct, ints64, whole } from '../../../helpers/operands.js';

const free = { pure: 0, published: 0 };

/** Folds of [a, b, c] over b, by the formula. */
const overMiddle =
  (fold: (column: readonly number[]) => number) =>
  ([x]: readonly Tensor[]): readonly number[] => {
    const [a, b, c] = x!.dims as [number, number, number];
    const values = toNumbers(x!);
    return Array.from({ length: a * c }, (_, at) => {
      const [i, k] = [Math.floor(at / c), at % c];
      return fold(Array.from({ length: b }, (_unused, j) => values[(i * b + j) * c + k]!));
    });
  };
const total = (column: readonly number[]): number => column.reduce((sum, v) => sum + v, 0);

export const rows: readonly Row[] = [
  {
    op: 'ReduceSum',
    of: 'a middle axis',
    inputs: [data([2, 3, 4]), ints64([1])],
    macs: free,
    atoms: 3,
    cut: 'zeroed',
    linear: true,
  },
  {
    op: 'ReduceSum',
    of: 'all axes but the batch, dropped',
    inputs: [data([2, 3, 4]), ints64([-1, 1])],
    attributes: { keepdims: int(0) },
    macs: free,
    atoms: 3,
    cut: 'zeroed',
    linear: true,
  },
  { op: 'ReduceSum', of: 'integers', inputs: [ints64([1, 2, 3, 4], [2, 2]), ints64([0])], macs: free, atoms: 0 },
  {
    op: 'ReduceMean',
    of: 'a middle axis',
    inputs: [data([2, 3, 4]), ints64([1])],
    attributes: { keepdims: int(0) },
    macs: free,
    atoms: 3,
    cut: overMiddle((column) => total(column) / column.length),
    linear: true,
  },
  {
    op: 'ReduceMean',
    of: 'places of a picture, kept',
    inputs: [data([2, 3, 4]), ints64([2])],
    macs: free,
    atoms: 3,
    cut: ([x]) => {
      const width = x!.dims[2]!;
      const values = toNumbers(x!);
      return Array.from(
        { length: values.length / width },
        (_, i) => total(values.slice(i * width, (i + 1) * width)) / width,
      );
    },
    linear: true,
  },
  {
    op: 'ReduceMax',
    of: 'a middle axis',
    inputs: [distinct([2, 3, 4]), ints64([1])],
    macs: free,
    atoms: 3,
    cut: overMiddle((column) => Math.max(...column)),
  },
  {
    op: 'ReduceL2',
    of: 'a middle axis',
    inputs: [data([2, 3, 4]), ints64([1])],
    macs: free,
    atoms: 3,
    cut: overMiddle((column) => Math.hypot(...column)),
  },
  {
    op: 'ReduceMin',
    of: 'a middle axis, dropped',
    inputs: [distinct([2, 3, 4]), ints64([1])],
    attributes: { keepdims: int(0) },
    macs: free,
    atoms: 3,
    cut: overMiddle((column) => Math.min(...column)),
  },
  { op: 'ReduceMin', of: 'integers', inputs: [ints64([3, 1, 2, 4], [2, 2]), ints64([1])], macs: free, atoms: 0 },
  {
    op: 'ReduceL1',
    of: 'a middle axis',
    inputs: [data([2, 3, 4], [0]), ints64([1])],
    macs: free,
    atoms: 3,
    cut: overMiddle((column) => total(column.map(Math.abs))),
  },
  {
    op: 'ReduceSumSquare',
    of: 'a middle axis, dropped',
    inputs: [data([2, 3, 4]), ints64([1])],
    attributes: { keepdims: int(0) },
    macs: free,
    atoms: 3,
    cut: overMiddle((column) => total(column.map((x) => x * x))),
  },
  {
    op: 'ReduceLogSumExp',
    of: 'a middle axis',
    inputs: [data([2, 3, 4]), ints64([-2])],
    macs: free,
    atoms: 3,
    cut: overMiddle((column) => Math.log(total(column.map(Math.exp)))),
  },
  {
    op: 'ReduceLogSumExp',
    of: 'everything, dropped',
    inputs: [whole(data([2, 3, 4])), null],
    attributes: { keepdims: int(0) },
    macs: free,
    atoms: 3,
    cut: ([x]) => [Math.log(total(toNumbers(x!).map(Math.exp)))],
  },
  {
    op: 'ReduceProd',
    of: 'integers',
    inputs: [ints64([2, 3, 5]), null],
    attributes: { keepdims: int(0) },
    macs: free,
    atoms: 0,
  },
  {
    op: 'ArgMax',
    of: 'classes',
    inputs: [distinct([3, 5])],
    attributes: { axis: int(-1), keepdims: int(0) },
    macs: free,
    atoms: 0,
  },
  {
    op: 'ArgMin',
    of: 'a middle axis, kept',
    inputs: [distinct([2, 5, 3])],
    attributes: { axis: int(1) },
    macs: free,
    atoms: 0,
  },
  { op: 'CumSum', of: 'a middle axis', inputs: [data([2, 4, 3]), ints64([1], [])], macs: free, atoms: 2, linear: true },
  {
    op: 'CumSum',
    of: 'from the end, without the element itself',
    inputs: [data([2, 4, 3]), ints64([-2], [])],
    attributes: { exclusive: int(1), reverse: int(1) },
    macs: free,
    atoms: 2,
    linear: true,
  },
  ...[0, 1].flatMap((reverse) =>
    [0, 1].map(
      (exclusive): Row => ({
        op: 'CumSum',
        of: `integers, reverse ${reverse}, exclusive ${exclusive}`,
        inputs: [ints64([1, 2, 3, 4, 5, 6], [2, 3]), ints64([reverse], [])],
        attributes: { exclusive: int(exclusive), reverse: int(reverse) },
        macs: free,
        atoms: 0,
      }),
    ),
  ),
  {
    op: 'TopK',
    of: 'the largest along the last axis',
    inputs: [distinct([2, 3, 6]), ints64([2])],
    outputs: 2,
    slopes: 1,
    macs: free,
    atoms: 2,
  },
  {
    op: 'TopK',
    of: 'the smallest along a middle axis',
    inputs: [distinct([2, 5, 3]), ints64([3])],
    attributes: { axis: int(1), largest: int(0) },
    outputs: 2,
    slopes: 1,
    macs: free,
    atoms: 2,
  },
];
