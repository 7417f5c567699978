/** What a Slice takes along each axis. */
import { type Dim, isFixed, type Node, type Shape, type Tensor } from '@topiary/onnx';
import { badNode, fixedDim, fromFront, optionalInts, requiredInts } from './_rules.js';

export interface Cut {
  readonly axis: number;
  /** Position of the first element taken. */
  readonly start: number;
  readonly step: number;
  /** How many elements are taken. */
  readonly count: number;
  /** How many there are. */
  readonly size: number;
}

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

/** Cuts with starts and ends as ONNX means them: negative counts from the end, beyond the end is the end. */
const cutOf = (axis: number, size: number, start: number, end: number, step: number): Cut => {
  const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
  const from = clamp(start < 0 ? start + size : start, Math.max(low, 0), high);
  const to = clamp(end < 0 ? end + size : end, low, high);
  return { axis, start: from, step, size, count: Math.max(0, Math.ceil((to - from) / step)) };
};

/** Sizes no tensor has: "to the end". */
const FAR = 2 ** 31 - 1;
const isWhole = (start: number, end: number, step: number): boolean => start === 0 && end >= FAR && step === 1;

interface Source {
  readonly node: Node;
  constant(i: number): Tensor | null;
}

/** One cut per sliced axis; an axis taken whole (the batch, too) has none. Inputs: data, starts, ends, axes, steps. */
export const cutsOf = (c: Source, shape: Shape): readonly Cut[] => {
  const starts = requiredInts(c, 1);
  const ends = requiredInts(c, 2);
  const axes = optionalInts(c, 3) ?? starts.map((_, i) => i);
  const steps = optionalInts(c, 4) ?? starts.map(() => 1);
  if (ends.length !== starts.length || axes.length !== starts.length || steps.includes(0)) {
    throw badNode(c.node, 'as many ends, axes and steps as starts', `${ends.length}, ${axes.length}, [${steps}]`);
  }
  return axes.flatMap((given, i) => {
    const axis = fromFront(given, shape.length, c.node);
    const [start, end, step] = [starts[i]!, ends[i]!, steps[i]!];
    if (isWhole(start, end, step)) return [];
    const cut = cutOf(axis, fixedDim(shape[axis], c.node), start, end, step);
    return cut.start === 0 && cut.step === 1 && cut.count === cut.size ? [] : [cut];
  });
};

export const cutShape = (shape: Shape, cuts: readonly Cut[]): Shape => {
  const dims: Dim[] = [...shape];
  for (const { axis, count } of cuts) dims[axis] = count;
  return dims;
};

export const allFixed = (shape: Shape): shape is readonly number[] => shape.every(isFixed);
