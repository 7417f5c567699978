/** What operators cost, in the few ways in which they do. Work is counted for one example; see `Cost` for the words. */
import { bytesPerElement, elementsAt, intsOf, type TensorType } from '@topiary/onnx';
import type { Cost, CostContext, CostRule, MacsRule } from './_op.js';

/**
 * Time for one element against that of an addition: onnxruntime on one core, a megabyte of float32, best of four.
 * What takes less than twice the time (Exp, Erf, Sqrt, Tanh, …) counts as one, for memory is what they wait for.
 */
export const WEIGHTS = { plain: 1, sign: 2, log: 5, power: 10, remainder: 15, softplus: 35 } as const;

const NOTHING: Cost = { products: 0, joins: 0, folds: 0, norms: 0, elementwise: 0, bytes: 0 };

const sizeOf = (type: TensorType | null | undefined): number => (type ? elementsAt(type.shape) : 0);

const bytesOf = ({ x, y }: CostContext): number =>
  [...x, ...y].reduce((sum, type) => sum + (type ? sizeOf(type) * bytesPerElement(type.type) : 0), 0);

/** How many of the inputs from `first` on depend on the example. */
const varying = ({ x, varies }: CostContext, first = 0): number =>
  x.filter((type, i) => i >= first && type !== null && varies(i)).length;

/** The same numbers under another shape: nothing is read. */
export const viewed: CostRule = () => ({ ...NOTHING });

/** Numbers are copied as they are. */
export const moved: CostRule = (c) => ({ ...NOTHING, bytes: bytesOf(c) });

/**
 * A function of the elements that meet: one step for each operand after the first. `own` says how often a number
 * meets one made of itself, as x and Φ(x) do in Gelu.
 */
export const each =
  (weight: number, own = 0): CostRule =>
  (c) => {
    const size = sizeOf(c.y[0]);
    const steps = Math.max(1, c.x.filter((type) => type !== null).length - 1);
    const joins = Math.max(0, varying(c) - 1) + (c.varies(0) ? own : 0);
    return { ...NOTHING, joins: joins * size, elementwise: weight * steps * size, bytes: bytesOf(c) };
  };

/** A factor and a summand for each element, whose number of steps the other inputs do not tell. */
export const scaled: CostRule = (c) => {
  const size = sizeOf(c.x[0]);
  return { ...NOTHING, joins: Math.max(0, varying(c) - 1) * size, elementwise: 2 * size, bytes: bytesOf(c) };
};

/** A reduction: all that is read becomes what is written. */
export const folded =
  (weight: number): CostRule =>
  (c) => {
    const [from, to] = [sizeOf(c.x[0]), sizeOf(c.y[0])];
    const joins = c.varies(0) ? Math.max(0, from - to) : 0;
    return { ...NOTHING, joins, folds: joins, elementwise: weight * from, bytes: bytesOf(c) };
  };

/** Sums of all that comes before, one step for each element. */
export const accumulated: CostRule = (c) => {
  const size = sizeOf(c.x[0]);
  const joins = c.varies(0) ? size : 0;
  return { ...NOTHING, joins, folds: joins, elementwise: size, bytes: bytesOf(c) };
};

/** Each element meets the others of its axis or place, and what was made of them, so many times. */
export const normalized =
  (times: number): CostRule =>
  (c) => {
    const size = sizeOf(c.x[0]);
    const joins = c.varies(0) ? times * size : 0;
    return { ...NOTHING, joins, norms: joins, elementwise: times * size, bytes: bytesOf(c) };
  };

/** Each output is made of so many inputs: a pool's window, the neighbours of an interpolation. */
export const gathered =
  (taps: (c: CostContext) => number): CostRule =>
  (c) => {
    const [size, count] = [sizeOf(c.y[0]), taps(c)];
    const joins = c.varies(0) ? size * Math.max(0, count - 1) : 0;
    return { ...NOTHING, joins, folds: joins, elementwise: size * count, bytes: bytesOf(c) };
  };

/** A pool over windows of the attribute's size. */
export const pooled: CostRule = gathered(({ node }) => (intsOf(node, 'kernel_shape') ?? []).reduce((n, k) => n * k, 1));

/** Multiply-accumulates, as the pure counter has them; inputs after the second are added. */
export const multiplied =
  (macs: MacsRule): CostRule =>
  (c) => ({ ...NOTHING, products: macs(c).pure, joins: varying(c, 2) * sizeOf(c.y[0]), bytes: bytesOf(c) });

/** Numbers of input 0 picked by those of input 1: whoever picks by a computed place makes one number of two. */
export const picked: CostRule = (c) => ({
  ...moved(c),
  joins: c.varies(0) && c.varies(1) ? sizeOf(c.y[0]) : 0,
});
