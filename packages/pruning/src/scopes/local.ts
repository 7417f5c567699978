/** Scope `local`: every stratum loses the same ratio of its channels, exactly its lowest ones. */
import { keepAt, type Scope } from './_scope.js';

export const local: Scope = (pools) => {
  // the ratios at which some pool loses its next channel
  const sizes = new Set(pools.map(({ initial }) => initial));
  const ratios = new Set([...sizes].flatMap((size) => Array.from({ length: size }, (_, i) => (i + 1) / size)));
  const ladder = [0, ...[...ratios].sort((a, b) => a - b)];
  const atRatio = (ratio: number) => ({
    counts: Int32Array.from(pools, ({ initial, least, order }) =>
      Math.max(0, order.length - Math.max(keepAt(initial, ratio), least)),
    ),
    isProtected: pools.some(({ initial, least }) => keepAt(initial, ratio) < least),
  });
  return { settings: ladder.length - 1, at: (setting) => atRatio(ladder[setting]!), atRatio };
};
