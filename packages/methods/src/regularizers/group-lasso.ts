/**
 * Group LASSO: pulls whole channels towards zero, each by its norm over the group (Friedman, Hastie and Tibshirani,
 * arXiv 1001.0736).
 *
 *   on weights:  penalty λ Σ_k N_k,  N_k = (Σ over output rows, input columns and norm scales w²)^½,  c_k = λ / N_k
 *   on norms:    u_k = mean over the group's BatchNorms of γ²,                                         c_k = λ / u_k^½
 *
 * PruningBench pairs the first with magnitude-l2 and the second with bn-scale.
 */
import { choice, textOf } from '../_method.js';
import { reduceElements } from '../criteria/_elements.js';
import type { GroupView, MemberView } from '../criteria/_group-view.js';
import {
  isNormScale,
  isWeight,
  PACE,
  type Regularizer,
  SHORT_TRAINING,
  spread,
  stateless,
  strength,
} from './_regularizer.js';

/** Keeps a channel of zeros from dividing by zero. */
const EPSILON = 1e-9;

const ON = choice('on', 'Acts on', 'The weights of the group with its norm scales, or the scales of BatchNorm alone.', [
  'weights',
  'norms',
]);

/** Σ of squares per channel over the members given. */
const squares = (
  { channels }: GroupView,
  members: readonly MemberView[],
  sums: Parameters<typeof reduceElements>[3],
): Float64Array => {
  const total = new Float64Array(channels);
  for (const member of members) {
    const found = reduceElements('square', member, undefined, sums);
    for (let k = 0; k < channels; k += 1) {
      for (let i = member.offsets[k]!; i < member.offsets[k + 1]!; i += 1) total[k]! += found[member.positions[i]!]!;
    }
  }
  return total;
};

export const GroupLasso: Regularizer<null> = {
  kind: 'regularizer',
  id: 'group-lasso',
  title: 'Group LASSO',
  summary: 'A penalty on the norm of each channel over its whole group, which lets channels reach zero as one.',
  formula: String.raw`\lambda \sum_k \Big( \sum_{m \in M_k} \lVert w_{m,k} \rVert_2^2 \Big)^{1/2}`,
  paper: {
    title: 'A note on the group lasso and a sparse group lasso',
    authors: 'Friedman, Hastie, Tibshirani',
    year: 2010,
    url: 'https://arxiv.org/abs/1001.0736',
  },
  needs: [],
  cannot: null,
  requires: [],
  deterministic: true,
  parameters: [strength(5e-4), ON, PACE],
  deviations: [
    SHORT_TRAINING,
    {
      id: 'on-weights',
      from: 'PruningBench',
      what: 'There is no public code of the penalty on weights. Here it is the slope of the sum of the norms of channels over their groups.',
      why: 'The formula of the group lasso, on the groups that are pruned.',
    },
  ],
  ...stateless,
  coefficients: ({ group, params, sums }) => {
    const lambda = Number(params['lambda']);
    const onNorms = textOf(params, 'on') === 'norms';
    const members = group.members.filter(onNorms ? isNormScale : isWeight);
    const total = squares(group, members, sums);
    const share = onNorms ? Math.max(1, members.length) : 1;
    const perChannel = total.map((square) => lambda / (Math.sqrt(square / share + (onNorms ? EPSILON : 0)) + EPSILON));
    return new Map(members.map((member) => [member, spread(member, perChannel)]));
  },
};
