/** Operands of operator tests: seeded numbers of a given kind, as graph inputs, initialisers or constants. */
import { elements, floats, int64s, type Tensor, type TypedArray, tensor } from '@topiary/onnx';

export interface Operand {
  readonly value: Tensor;
  /** `data`: an activation; `weight`: an initialiser that learns; `statistic`: one that only has channels; `constant`: neither. */
  readonly kind: 'data' | 'weight' | 'statistic' | 'constant';
  /** The first dimension is the batch. */
  readonly batched: boolean;
}

/** Mulberry32, uniform in [0, 1). */
export const uniform = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
};

let seed = 0;
const made = (dims: readonly number[], of: (u: number) => number): Tensor => {
  seed += 1;
  const next = uniform(seed * 7919);
  return floats(
    Float32Array.from({ length: elements(dims) }, () => of(next())),
    dims,
  );
};

/** An activation [N, …], uniform in [-2, 2), no closer than 0.05 to a kink. */
export const data = (dims: readonly number[], kinks: readonly number[] = []): Operand => ({
  value: made(dims, (u) => awayFrom(4 * u - 2, kinks)),
  kind: 'data',
  batched: true,
});

const awayFrom = (x: number, kinks: readonly number[]): number => {
  const near = kinks.find((kink) => Math.abs(x - kink) < 0.06);
  return near === undefined ? x : near + (x < near ? -0.1 : 0.1);
};

/** An activation of positive numbers, uniform in [0.5, 2). */
export const positive = (dims: readonly number[]): Operand => ({
  value: made(dims, (u) => 0.5 + 1.5 * u),
  kind: 'data',
  batched: true,
});

/** An activation of shuffled multiples of 0.15, so that no two elements change places within a small step. */
export const distinct = (dims: readonly number[]): Operand => {
  const keys = made([elements(dims)], (u) => u).data as Float32Array;
  const order = [...keys.keys()].sort((a, b) => keys[a]! - keys[b]!);
  const half = order.length / 2;
  return {
    value: floats(
      order.map((i) => 0.15 * (i - half)),
      dims,
    ),
    kind: 'data',
    batched: true,
  };
};

/** The same activation without a batch: its first dimension is a number in every graph. */
export const whole = (operand: Operand): Operand => ({ ...operand, batched: false });

export const weight = (dims: readonly number[]): Operand => ({
  value: made(dims, (u) => 2 * u - 1),
  kind: 'weight',
  batched: false,
});

export const positiveWeight = (dims: readonly number[]): Operand => ({
  ...positive(dims),
  kind: 'weight',
  batched: false,
});

export const statistic = (operand: Operand): Operand => ({ ...operand, kind: 'statistic', batched: false });

export const constant = (value: Tensor): Operand => ({ value, kind: 'constant', batched: false });
export const ints64 = (values: readonly number[], dims?: readonly number[]): Operand =>
  constant(dims ? int64s(values, dims) : int64s(values));
export const real = (value: number): Operand => constant(floats([value], []));

/** Integers that reach the operator as an activation (labels, indices). */
export const indices = (values: readonly number[], dims: readonly number[] = [values.length]): Operand => ({
  value: int64s(values, dims),
  kind: 'data',
  batched: true,
});
export const truths = (values: readonly number[], dims: readonly number[] = [values.length]): Operand => ({
  value: tensor('bool', dims, Uint8Array.from(values) as TypedArray),
  kind: 'data',
  batched: true,
});
