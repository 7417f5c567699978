/**
 * What one point of a hundred is on a metric. Shares, and whatever else has a worst and a best value, have a hundred of them
 * between the two. A mean such as an error per pixel has no worst value: 3 of its units may be all that it ever shows, and
 * more. There methods lie between random pruning and the base, so that distance is the scale. On the shipped boards in
 * percent it is 20 points in the median over rankings (3.6 to 42), so one point is a twentieth of it.
 */
import type { MetricScale } from './row-evidence.js';

const DISTANCE = 20;

/** `random`, `base`: the metric of random pruning and of the base network; a base that nobody knows counts as 0. */
export const pointOf = (
  { bounds: [low, high] }: Pick<MetricScale, 'bounds'>,
  { random, base }: { readonly random: number; readonly base: number | null },
): number => (low !== null && high !== null ? (high - low) / 100 : Math.abs(random - (base ?? 0)) / DISTANCE);
