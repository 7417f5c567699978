/** How much better than random pruning: the difference to the control at the same target, with its interval. */
import { mean } from './descriptive.js';
import { type Interval, newcombeInterval, studentInterval, welchInterval } from './intervals.js';
import type { Correct } from './paired.js';
import type { Direction } from './pareto.js';

/** The outcome of a method, or of its control: one value per seed. */
export interface ControlSample {
  readonly values: readonly number[];
  /** Test examples behind each value. */
  readonly examples: number;
  /** Correctness per seed and example, where it is at hand. */
  readonly correct: readonly Correct[] | null;
  /** The values are percentages of the examples. */
  readonly share: boolean;
}

const perExample = (runs: readonly Correct[]): Float64Array =>
  Float64Array.from({ length: runs[0]!.length }, (_, i) => runs.reduce((sum, run) => sum + run[i]!, 0) / runs.length);

const proportion = ({ values, examples }: ControlSample) => ({
  successes: Math.round((mean(values) / 100) * examples),
  n: examples,
});

const scale = ({ value, low, high }: Interval, by: number): Interval =>
  by < 0
    ? { value: by * value, low: by * high, high: by * low }
    : { value: by * value, low: by * low, high: by * high };

/**
 * The first that the data allow: over seeds (Welch, two seeds or more on both sides), over the shared test examples
 * (Student on the per-example differences), over examples taken as independent (Newcombe). Null where none applies.
 */
const differenceOf = (a: ControlSample, b: ControlSample): Interval | null => {
  if (a.values.length > 1 && b.values.length > 1) return welchInterval(a.values, b.values);
  if (!a.share || a.examples < 1 || b.examples < 1) return null;
  if (a.correct && b.correct && a.correct[0]?.length === b.correct[0]?.length) {
    const right = perExample(b.correct);
    return scale(studentInterval(perExample(a.correct).map((value, i) => value - right[i]!)), 100);
  }
  return { ...scale(newcombeInterval(proportion(a), proportion(b)), 100), value: mean(a.values) - mean(b.values) };
};

/** Positive = better than the control, whatever the metric's direction. */
export const gainOver = (row: ControlSample, control: ControlSample, direction: Direction): Interval | null => {
  const difference = differenceOf(row, control);
  return difference && scale(difference, direction === 'higher' ? 1 : -1);
};
