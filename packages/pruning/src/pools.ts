/** Pools: the channels of one stratum in the order in which they would leave, and how many of them must stay. */
import { TopiaryError } from '@topiary/errors';
import type { Dependencies, Group } from './group.js';
import { ignoredStrata } from './ignore.js';
import type { Scores } from './plan.js';
import { range } from './positions.js';
import { evenStrata, type StrataRule } from './strata.js';
import { topologyOf } from './topology.js';

export interface Pool {
  readonly group: Group;
  /** Place of the group among all groups: part of the order of ties. */
  readonly groupIndex: number;
  /** Equal for channels whose removal takes the same layers away. */
  readonly topology: string;
  /** Channels still there, worst first; ties by channel. */
  readonly order: Int32Array;
  /** Scores in the same order. */
  readonly scores: Float64Array;
  /** Number of channels before any step. */
  readonly initial: number;
  /** Never fewer than these stay. */
  readonly least: number;
}

/** At least one channel stays in every stratum, so that no layer is emptied. */
export const leastOf = (channels: number, protection: number): number =>
  Math.max(1, Math.min(channels, Math.ceil(protection * channels - 1e-9)));

export interface PoolOptions {
  readonly protection: number;
  readonly strata: StrataRule;
  /** Layers that keep all channels: see `ignore.ts`. */
  readonly ignore: readonly string[];
  /** The channels that earlier steps left. */
  readonly present?: ReadonlyMap<string, Int32Array> | undefined;
}

/**
 * One pool per stratum of every group that has scores; ignored ones have none. Scores are given for all channels of a
 * group, those of absent ones are not read.
 */
export const makePools = (
  dependencies: Dependencies,
  scores: Scores,
  { protection, strata, ignore, present }: PoolOptions,
): Pool[] => {
  const isIgnored = ignoredStrata(dependencies, ignore);
  const { graph, groups } = dependencies;
  return groups.flatMap((group, groupIndex) => {
    const there = present?.get(group.id);
    const given = scores.get(group.id);
    // a group that had scores and lost some channels may have none any more: what is left of it stays
    const isSettled = !given && there !== undefined && there.length < group.channels;
    if (!given && !isSettled) return [];
    if (given) checkLength(group, given);
    const raw = given ? Float64Array.from(given) : new Float64Array(group.channels).fill(Number.POSITIVE_INFINITY);
    const stays = there && new Set(there);
    const values = given && strata === 'even' ? evenStrata(group, raw, (k) => stays?.has(k) ?? true) : raw;
    const mayLeave = group.strata.filter((stratum) => !isIgnored(group, stratum));
    return mayLeave.map((stratum): Pool => {
      const { channels } = stratum;
      const order = (stays ? channels.filter((k) => stays.has(k)) : channels.slice()).sort((a, b) =>
        values[a] === values[b] ? a - b : values[a]! - values[b]!,
      );
      const sorted = new Float64Array(order.length);
      for (let i = 0; i < order.length; i += 1) sorted[i] = values[order[i]!]!;
      checkNumbers(group, sorted);
      const least = isSettled ? order.length : leastOf(channels.length, protection);
      const topology = topologyOf(graph, group, stratum);
      return { group, groupIndex, topology, order, scores: sorted, initial: channels.length, least };
    });
  });
};

const checkLength = ({ id, channels }: Group, values: ArrayLike<number>): void => {
  if (values.length === channels) return;
  throw new TopiaryError('TOPIARY_PRUNING_BAD_PLAN', {
    where: `scores of group '${id}'`,
    expected: `${channels} numbers`,
    got: `${values.length}`,
  });
};

const checkNumbers = ({ id }: Group, scores: Float64Array): void => {
  if (!scores.some(Number.isNaN)) return;
  throw new TopiaryError('TOPIARY_PRUNING_BAD_PLAN', { where: `scores of group '${id}'`, got: 'NaN' });
};

/**
 * Channels that stay, rounded down to a multiple (at least one multiple, at least what is protected). A pool that
 * loses nothing, or that never held one multiple, is left alone.
 */
export const roundKept = (pool: Pool, keep: number, roundTo: number): number => {
  if (roundTo <= 1 || keep >= pool.initial || pool.initial < roundTo) return keep;
  const least = Math.ceil(Math.max(pool.least, roundTo) / roundTo) * roundTo;
  const rounded = Math.max(Math.floor(keep / roundTo) * roundTo, least);
  return rounded > pool.order.length ? keep : rounded;
};

/** Kept channels per group, ascending, when pool i keeps `keep[i]` channels; what has no pool is kept. */
export const keptChannels = (
  { groups }: Dependencies,
  { pools, present }: { readonly pools: readonly Pool[]; readonly present?: PoolOptions['present'] },
  keep: ArrayLike<number>,
): Map<string, Int32Array> => {
  const leaving = new Map<string, Set<number>>();
  pools.forEach(({ group, order }, i) => {
    const gone = leaving.get(group.id) ?? new Set<number>();
    for (const k of order.subarray(0, order.length - keep[i]!)) gone.add(k);
    leaving.set(group.id, gone);
  });
  return new Map(
    groups.map(({ id, channels }) => {
      const there = present?.get(id) ?? range(channels);
      const gone = leaving.get(id);
      return [id, gone ? there.filter((k) => !gone.has(k)) : there];
    }),
  );
};
