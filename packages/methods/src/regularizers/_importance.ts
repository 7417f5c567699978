/** The group score that two regularizers weigh their pull by: magnitude-l2 with its defaults. */
import type { Params } from '../_method.js';
import { magnitudeScore } from '../criteria/_magnitude.js';
import { NO_STATISTICS } from '../statistics/_statistic.js';
import type { RegularizerContext } from './_regularizer.js';

const PARAMS: Params = { reduce: 'mean', normalise: 'mean', code_compat: false, bias: false };

/** u_k, mean 1 over the group. */
export const importance = ({ group, sums }: Pick<RegularizerContext<unknown>, 'group' | 'sums'>): Float64Array =>
  magnitudeScore('square', {
    group,
    statistics: NO_STATISTICS,
    params: PARAMS,
    rng: () => 0,
    ...(sums ? { sums } : {}),
  }) ?? new Float64Array(group.channels);

/** (max u - u_k) / (max u - min u): 0 for the strongest channel, 1 for the weakest; 0 where all are equal. */
export const weakness = (u: Float64Array): Float64Array => {
  const high = u.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const low = u.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  return u.map((value) => (high > low ? (high - value) / (high - low) : 0));
};
