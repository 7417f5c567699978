/**
 * GroupNorm: DepGraph's sparse learning, a decay that is stronger for weaker channels (Fang et al., CVPR 2023,
 * arXiv 2301.12900).
 *
 *   c_k = λ · 2^{α (max I - I_k) / (max I - min I)},  I_k = u_k^½,  u = magnitude-l2's score of the group,  α = 4
 *
 * From λ for the strongest channel to 16 λ for the weakest, found anew before every step. Where all channels are
 * equally strong the published code divides zero by zero; here the pull is λ then.
 */
import { importance, weakness } from './_importance.js';
import { isWeight, PACE, type Regularizer, SHORT_TRAINING, spread, stateless, strength } from './_regularizer.js';

const ALPHA = 4;

export const GroupNorm: Regularizer<null> = {
  kind: 'regularizer',
  id: 'group-norm',
  title: 'GroupNorm',
  summary: 'A weight decay that grows, inside each group, from the strongest channel to the weakest.',
  formula: String.raw`c_k = \lambda \, 2^{\alpha \frac{\max I - I_k}{\max I - \min I}}`,
  paper: {
    title: 'DepGraph: Towards Any Structural Pruning',
    authors: 'Fang, Ma, Song, Mi, Wang',
    year: 2023,
    url: 'https://arxiv.org/abs/2301.12900',
  },
  needs: [],
  cannot: null,
  requires: [],
  deterministic: true,
  parameters: [strength(5e-4), PACE],
  deviations: [
    SHORT_TRAINING,
    {
      id: 'equal-channels',
      from: 'Torch-Pruning',
      what: 'Where all channels of a group are equally strong, 0 / 0 makes the gradient NaN. Here the pull is the strength itself.',
      why: 'The limit for channels that are almost equal on the strong side, and a number.',
    },
    {
      id: 'grouped-convolutions',
      from: 'Torch-Pruning',
      what: 'Coefficients are cut short at a grouped convolution, also for the layers that come after it. Here every layer gets those of its own channels.',
      why: 'A slip of the code.',
    },
  ],
  ...stateless,
  coefficients: (context) => {
    const lambda = Number(context.params['lambda']);
    const strengths = importance(context).map(Math.sqrt);
    const perChannel = weakness(strengths).map((share) => lambda * 2 ** (ALPHA * share));
    return new Map(context.group.members.filter(isWeight).map((member) => [member, spread(member, perChannel)]));
  },
};
