/** What the planner decides: which channels of each group stay. */
import type { Counts } from './counter.js';

export type Speedup = 'published' | 'pure';

/** Base MACs over MACs left, by one of the two counters. */
export interface PlanTarget {
  readonly value: number;
  readonly counter: Speedup;
}

/**
 * `overshoot`: more than 3 % past the target; `undershoot`: the target was out of reach; `rounded`: rounding removed
 * or kept channels; `protected`: protection kept channels that would have gone.
 */
export type PlanFlag = 'overshoot' | 'undershoot' | 'rounded' | 'protected';

/** One score per channel and group id, low = leaves first. A group without scores is never cut. */
export type Scores = ReadonlyMap<string, ArrayLike<number>>;

export interface Plan {
  /** Kept channels of every group, ascending. */
  readonly kept: ReadonlyMap<string, Int32Array>;
  /** Speed-up reached, by the counter of the target. */
  readonly achieved: number;
  readonly params: { readonly base: number; readonly left: number };
  readonly macs: Readonly<Record<Speedup, { readonly base: number; readonly left: number }>>;
  readonly flags: readonly PlanFlag[];
}

/** A plan with its counts. */
export const asPlan = (
  kept: ReadonlyMap<string, Int32Array>,
  base: Counts,
  left: Counts,
  counter: Speedup,
  flags: readonly PlanFlag[],
): Plan => ({
  kept,
  achieved: speedupOf(base, left, counter),
  params: { base: base.params, left: left.params },
  macs: {
    pure: { base: base.macs.pure, left: left.macs.pure },
    published: { base: base.macs.published, left: left.macs.published },
  },
  flags,
});

export const speedupOf = (base: Counts, left: Counts, counter: Speedup): number =>
  base.macs[counter] / left.macs[counter];
