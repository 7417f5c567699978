/**
 * Disturbed root: the root of the mean square of the same slopes (see `disturbed-gradient`). A slope has no mean: added up with
 * its sign it stays as random however many batches there are, its square converges to the diagonal of Jᵀ J.
 */
import { batchForGradients } from './_memory.js';
import { byInitializer, type Statistic } from './_statistic.js';
import { DisturbedGradient } from './disturbed-gradient.js';

/** Noise of different examples is independent: a batch's slope is as good a draw as one example's. */
const MOST = 8;

export const DisturbedRoot: Statistic = {
  ...DisturbedGradient,
  id: 'disturbed-root',
  title: 'Root mean square of the gradient of the distance to itself with noise',
  batch: (forward) => batchForGradients(forward, MOST),
  accumulate: (total, { data }) => {
    for (let i = 0; i < total.length; i += 1) total[i]! += Number(data[i]) ** 2;
  },
  finish: (collected) => byInitializer(collected, (total) => Math.sqrt(total / collected.batches)),
};
