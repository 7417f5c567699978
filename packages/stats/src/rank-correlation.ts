/** Spearman's rank correlation: that of the places, of which equal values share the mean. */
import { mean } from './descriptive.js';
import { sharedPlaces } from './shared-places.js';

/** From -1 to 1; NaN where all of one side are equal. */
export const rankCorrelation = (x: readonly number[], y: readonly number[]): number => {
  const [p, q] = [sharedPlaces(x), sharedPlaces(y)];
  const [a, b] = [mean(p), mean(q)];
  const sum = (of: (i: number) => number) => p.reduce((total, _, i) => total + of(i), 0);
  const covariance = sum((i) => (p[i]! - a) * (q[i]! - b));
  return covariance / Math.sqrt(sum((i) => (p[i]! - a) ** 2) * sum((i) => (q[i]! - b) ** 2));
};
