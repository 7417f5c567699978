/** How much better than random pruning: the difference to the control at the same target, with its interval. */
import { mean } from './descriptive.js';
import { type Estimate, newcombeInterval, studentInterval, welchInterval } from './intervals.js';
import type { Correct } from './paired.js';
import type { Direction } from './pareto.js';

/** The outcome of a method, or of its control: one value per seed. */
export interface ControlSample {
  readonly values: readonly number[];
  /** Test examples behind each value; null where a paper is all there is. */
  readonly examples: number | null;
  /** Correctness per seed and example, where it is at hand. */
  readonly correct: readonly Correct[] | null;
  /** Of a metric of the whole set: each seed's values on the task's resamples of the examples, where they are at hand. */
  readonly resamples?: readonly ArrayLike<number>[] | null;
  /** The values are percentages of the examples. */
  readonly share: boolean;
}

const perExample = (runs: readonly Correct[]): Float64Array =>
  Float64Array.from({ length: runs[0]!.length }, (_, i) => runs.reduce((sum, run) => sum + run[i]!, 0) / runs.length);

const proportion = (values: readonly number[], n: number) => ({ successes: Math.round((mean(values) / 100) * n), n });

const times = (bound: number | null, by: number): number | null => (bound === null ? null : by * bound);

const scale = ({ value, low, high }: Estimate, by: number): Estimate => {
  const [least, most] = by < 0 ? [high, low] : [low, high];
  return { value: by * value, low: times(least, by), high: times(most, by) };
};

/**
 * The first that the data allow: over seeds (Welch, two seeds or more on both sides), over the shared test examples
 * (Student on the per-example differences), over examples taken as independent (Newcombe), without bounds.
 */
const differenceOf = (a: ControlSample, b: ControlSample): Estimate => {
  if (a.values.length > 1 && b.values.length > 1) return welchInterval(a.values, b.values);
  const value = mean(a.values) - mean(b.values);
  if (!a.share || !a.examples || !b.examples) return { value, low: null, high: null };
  if (a.correct && b.correct && a.correct[0]?.length === b.correct[0]?.length) {
    const right = perExample(b.correct);
    return scale(studentInterval(perExample(a.correct).map((correct, i) => correct - right[i]!)), 100);
  }
  return { ...scale(newcombeInterval(proportion(a.values, a.examples), proportion(b.values, b.examples)), 100), value };
};

/** Positive = better than the control, whatever the metric's direction. */
export const gainOver = (row: ControlSample, control: ControlSample, direction: Direction): Estimate =>
  scale(differenceOf(row, control), direction === 'higher' ? 1 : -1);
