/** Scope `global`: all channels compete by score; ties by group, then channel. Protected channels are passed over. */
import type { Pool } from '../pools.js';
import { keepAt, type Scope } from './_scope.js';

export const global: Scope = (pools) => {
  const ranked = rank(pools);
  const at = (setting: number) => {
    const counts = new Int32Array(pools.length);
    for (let i = 0; i < setting; i += 1) counts[ranked[i]!.pool]! += 1;
    const last = ranked[setting - 1]?.score ?? Number.NEGATIVE_INFINITY;
    const isProtected = pools.some(({ order, scores, least }) => {
      const floor = Math.max(0, order.length - least);
      return scores[floor]! < last;
    });
    return { counts, isProtected };
  };
  const initial = pools.reduce((n, pool) => n + pool.initial, 0);
  const present = pools.reduce((n, pool) => n + pool.order.length, 0);
  return {
    settings: ranked.length,
    at,
    atRatio: (ratio) => at(Math.max(0, Math.min(ranked.length, present - keepAt(initial, ratio)))),
  };
};

interface Candidate {
  readonly pool: number;
  readonly group: number;
  readonly channel: number;
  readonly score: number;
}

/** Channels that may leave, worst first; inside a pool that is the pool's own order, since its scores rise. */
const rank = (pools: readonly Pool[]): Candidate[] => {
  const candidates: Candidate[] = [];
  pools.forEach(({ order, scores, groupIndex, least }, pool) => {
    for (let i = 0; i < order.length - least; i += 1) {
      candidates.push({ pool, group: groupIndex, channel: order[i]!, score: scores[i]! });
    }
  });
  return candidates.sort((a, b) => compare(a.score, b.score) || a.group - b.group || a.channel - b.channel);
};

const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);
