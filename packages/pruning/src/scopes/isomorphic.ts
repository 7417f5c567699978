/**
 * Scope `isomorphic`: channels compete with those of the same topology only, and every class of a topology loses the
 * same ratio. Of T channels in a class, T - ⌊T·(1-r)⌋ leave, whichever layers they stand in.
 */
import type { Pool } from '../pools.js';
import type { Scope } from './_scope.js';
import { global } from './global.js';

const classesOf = (pools: readonly Pool[]): number[][] => {
  const classes = new Map<string, number[]>();
  pools.forEach(({ topology }, i) => {
    const same = classes.get(topology);
    if (same) same.push(i);
    else classes.set(topology, [i]);
  });
  return [...classes.values()];
};

export const isomorphic: Scope = (pools) => {
  const classes = classesOf(pools).map((places) => {
    const own = places.map((i) => pools[i]!);
    return { places, ranking: global(own), size: own.reduce((n, { initial }) => n + initial, 0) };
  });
  // the ratios at which some class loses its next channel
  const ratios = new Set(classes.flatMap(({ size }) => Array.from({ length: size }, (_, i) => (i + 1) / size)));
  const ladder = [0, ...[...ratios].sort((a, b) => a - b)];
  const atRatio = (ratio: number) => {
    const counts = new Int32Array(pools.length);
    let isProtected = false;
    for (const { places, ranking } of classes) {
      const leaving = ranking.atRatio(ratio);
      leaving.counts.forEach((count, i) => {
        counts[places[i]!] = count;
      });
      isProtected ||= leaving.isProtected;
    }
    return { counts, isProtected };
  };
  return { settings: ladder.length - 1, at: (setting) => atRatio(ladder[setting]!), atRatio };
};
