/** From a router to what is reused: by its threshold, by a target, or as many as it says and others in their place. */
import type { Random } from '../_procedure.js';
import type { Reuse } from './reuse.js';

/** By pair of steps and sub-layer. */
export type Table = readonly (readonly number[])[];

export const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));

/** A sub-layer is computed where σ(r) > θ. */
export const byThreshold = (shares: Table, threshold: number): Reuse =>
  shares.map((row) => row.map((share) => share <= threshold));

/** What a target chooses by: gates, the threshold below which one is closed, and how much each reuse changes. */
export interface Ordered {
  readonly shares: Table;
  readonly threshold: number;
  readonly changes: Table;
}

/** How far a closed gate went says where it began: an optimiser moves all of them alike. So does one that is as open. */
const settled = (share: number, threshold: number): number =>
  share <= threshold ? 0 : share >= 1 - threshold ? 1 : share;

/** The `count` with the smallest gates of all steps; of those that are closed, or open, the ones first whose reuse changes least. */
export const smallest = ({ shares, threshold, changes }: Ordered, count: number): Reuse => {
  const order = shares
    .flatMap((row, n) => row.map((share, j) => ({ gate: settled(share, threshold), change: changes[n]![j]!, n, j })))
    .sort((a, b) => a.gate - b.gate || a.change - b.change || a.n - b.n || a.j - b.j);
  const gone = new Set(order.slice(0, count).map(({ n, j }) => `${n}/${j}`));
  return shares.map((row, n) => row.map((_, j) => gone.has(`${n}/${j}`)));
};

/** As few as are enough, in this order; all of them where not even these are. */
export const enough = (ordered: Ordered, isEnough: (reuse: Reuse) => boolean): Reuse => {
  let [low, high] = [0, ordered.shares.reduce((sum, row) => sum + row.length, 0)];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (isEnough(smallest(ordered, middle))) high = middle;
    else low = middle + 1;
  }
  return smallest(ordered, low);
};

/** So many of each step: those that the order names first. */
const first = (reuse: Reuse, orderOf: (row: number) => ArrayLike<number>): Reuse =>
  reuse.map((row, n) => {
    const count = row.filter(Boolean).length;
    const chosen = new Set(Array.from(orderOf(n)).slice(0, count));
    return row.map((_, j) => chosen.has(j));
  });

export interface Rivals {
  readonly random: Random;
  /** How much of the stream changes where a sub-layer is reused. */
  readonly changes: Table;
}

const indices = (count: number): number[] => Array.from({ length: count }, (_, j) => j);

/** As many of each step as the router says, chosen otherwise. */
export const RIVALS: Readonly<Record<string, (reuse: Reuse, rivals: Rivals) => Reuse>> = {
  learned: (reuse) => reuse,
  random: (reuse, { random }) => first(reuse, (n) => random.shuffle(Int32Array.from(indices(reuse[n]!.length)))),
  top: (reuse) => first(reuse, (n) => indices(reuse[n]!.length).reverse()),
  bottom: (reuse) => first(reuse, (n) => indices(reuse[n]!.length)),
  metric: (reuse, { changes }) =>
    first(reuse, (n) => indices(reuse[n]!.length).sort((a, b) => changes[n]![a]! - changes[n]![b]! || a - b)),
};
