/**
 * Strata of one group on one scale. Where shortcuts pad with zeros, channels of one stream stand in layers of different
 * widths, and a sum over a layer's elements grows with its width: the narrow stage's channels would all look weak beside
 * the wide one's. Of stratum t in a group,
 *
 *   s'_k = s_k · mean(group) / mean(t),
 *
 * so that on average no stratum is weaker than another. Scores with a sign have a mean that is no scale: they are moved to
 * the mean and the deviation of their group instead.
 */
import type { Group } from './group.js';

export type StrataRule = 'as-scored' | 'even';

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const deviationOf = (values: readonly number[]): number => {
  const mean = meanOf(values);
  return Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2)));
};

type Move = (value: number) => number;

const same: Move = (value) => value;

const scaled = (own: readonly number[], all: readonly number[]): Move => {
  const mean = meanOf(own);
  return mean > 0 ? (value) => (value * meanOf(all)) / mean : same;
};

const moved = (own: readonly number[], all: readonly number[]): Move => {
  const [mean, spread] = [meanOf(own), deviationOf(own)];
  const share = spread > 0 ? deviationOf(all) / spread : 1;
  return (value) => meanOf(all) + (value - mean) * share;
};

/** New scores; means are over the channels that are still there. */
export const evenStrata = (
  { strata }: Pick<Group, 'strata'>,
  scores: Float64Array,
  isThere: (channel: number) => boolean,
): Float64Array => {
  if (strata.length < 2) return scores;
  const valuesOf = (channels: Iterable<number>) =>
    Array.from(channels)
      .filter(isThere)
      .map((k) => scores[k]!);
  const all = strata.flatMap(({ channels }) => valuesOf(channels));
  const rule = all.some((value) => value < 0) ? moved : scaled;
  const found = scores.slice();
  for (const { channels } of strata) {
    const own = valuesOf(channels);
    if (own.length === 0) continue;
    const move = rule(own, all);
    for (const k of channels) found[k] = move(scores[k]!);
  }
  return found;
};
