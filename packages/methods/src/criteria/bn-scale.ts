/**
 * BN scale: channels that BatchNorm scales down go first (Liu et al., Network Slimming, ICCV 2017, arXiv 1708.06519).
 *
 *   s_k = mean over the group's BatchNorms of |γ_k|,
 *
 * divided by the group's mean. A group without BatchNorm has no score and is never pruned.
 */
import { OF_SCALES } from '../_deviations.js';
import { type Criterion, combine, nothing, SHARED } from './_criterion.js';
import { reduceElements } from './_elements.js';

export const BnScale: Criterion = {
  kind: 'criterion',
  id: 'bn-scale',
  title: 'BN scale',
  summary: 'Channels that BatchNorm multiplies by a small number go first.',
  formula: String.raw`s_k = \frac{1}{|B_k|} \sum_{b \in B_k} |\gamma_{b,k}|`,
  paper: {
    title: 'Learning Efficient Convolutional Networks through Network Slimming',
    authors: 'Liu, Li, Shen, Huang, Yan, Zhang',
    year: 2017,
    url: 'https://arxiv.org/abs/1708.06519',
  },
  needs: [],
  cannot: 'Networks without BatchNorm; groups without one are never pruned',
  requires: ['batch-norm'],
  deterministic: true,
  parameters: [...SHARED],
  deviations: [...OF_SCALES],
  solve: 'bisect',
  collects: nothing,
  score: (context) => {
    const members = context.group.members.filter(({ role, op }) => role === 'scale' && op === 'BatchNormalization');
    return combine(
      members.map((member) => ({ member, sums: reduceElements('magnitude', member) })),
      context,
    );
  },
};
