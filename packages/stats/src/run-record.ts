/** What leaderboards are made of: finished runs, and rows of papers in the same shape. */
import type { Correct } from './paired.js';
import type { Direction } from './pareto.js';

/** `base`, then those of the track in their order. */
export type Phase = string;
export type Provenance = 'measured' | 'shipped' | 'reported';

/** Null where a paper does not print it. */
export interface Count {
  readonly base: number | null;
  readonly left: number | null;
}

/** Where a printed number stands. */
export interface Source {
  readonly title: string;
  readonly url: string;
  readonly table: string;
  readonly year: number;
}

/** The flag of a run whose machine never became calm while it was timed. */
export const UNSTEADY = 'latency-unsteady';

/** One finished run, as the database gives it, or one printed outcome of a paper. */
export interface RunRecord {
  readonly run: string;
  readonly submission: string | null;
  /** Who made the submission, where somebody did. */
  readonly submitter?: { readonly id: string; readonly name: string } | null;
  /** Against the submission, not answered yet. */
  readonly openDisputes?: number;
  readonly label: string;
  readonly division: 'closed' | 'open';
  readonly recipe: Readonly<Record<string, unknown>>;
  readonly recipeHash: string;
  readonly provenance: Provenance;
  readonly target: { readonly axis: string; readonly value: number; readonly label: string };
  /** Null in a paper, which gives one number for an unknown number of seeds. */
  readonly seed: number | null;
  readonly achieved: number;
  readonly flags: readonly string[];
  /** `n` = number of test examples; null where a paper is all there is. */
  readonly metrics: readonly {
    readonly id: string;
    readonly phase: Phase;
    readonly value: number;
    readonly n: number | null;
  }[];
  readonly params: Count;
  readonly macs: { readonly pure: Count; readonly published: Count };
  /** By axis of the track; absent in runs of version 1, which counted parameters and MACs. */
  readonly costs?: Readonly<Record<string, Count>>;
  /** Axes that the method changes, where they are not the track's own. */
  readonly axes?: readonly string[];
  readonly latency: {
    readonly p50Ms: number;
    readonly p99Ms: number;
    readonly baseP50Ms: number;
    readonly batch: number;
  } | null;
  readonly machine: string;
  readonly protocol: string;
  readonly splitHash: string;
  /** Of the whole run, of one pruning step, and of one pass over the training data with a regularizer. */
  readonly seconds: number | null;
  readonly stepSeconds: number | null;
  readonly epochSeconds: number | null;
  readonly finishedAt: string | null;
  /** Correctness per test example of the final model, where it is at hand: tiers then rest on a paired test. */
  readonly correct?: Correct | null;
  /** Of a metric of the whole set: its value for the final model on each of the task's resamples of the test examples. */
  readonly answers?: ArrayLike<number> | null;
  /** A paper's table that ranks rows with a regularizer and rows without one together. */
  readonly ranksTogether?: boolean;
  readonly source?: Source | null;
  readonly note?: string | null;
}

/** What kind of number a metric is: a share of the examples, a mean over them, or one of all of them together. */
export type Estimator = 'share' | 'mean' | 'set';

/** What a track says of a metric. Shares are in percent. */
export interface MetricDescriptor {
  readonly id: string;
  readonly direction: Direction;
  readonly estimator: Estimator;
  /** The least and the most that it can be; null: without end. */
  readonly bounds: readonly [number | null, number | null];
}

/** A row that shows what chance would have done, recognised by its recipe. */
export interface ControlRule {
  readonly id: string;
  /** What its recipe says, by field or `field.part`; null: it is null or absent. */
  readonly recipe: Readonly<Record<string, unknown>>;
  /** Fields of the recipe that it shares with the row that it belongs to; `*`: all but those of `recipe`. */
  readonly same: readonly string[];
  /** Of several, the one that shares this field, too. */
  readonly nearest: string;
}

/** Rows with and without a field of the recipe are ranked apart. */
export interface ApartRule {
  readonly field: string;
  readonly present: string;
  readonly absent: string;
}

/** What the network costs on each axis that the run names. */
export const costsOf = ({ costs, params, macs, latency }: RunRecord): Readonly<Record<string, Count>> => ({
  params,
  macs: macs.published,
  ...costs,
  ...(latency === null ? {} : { latency: { base: latency.baseP50Ms, left: latency.p50Ms } }),
});
