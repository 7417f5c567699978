/**
 * Magnitude L2: channels with little energy in their weights go first (Li et al., ICLR 2017, arXiv 1608.08710).
 *
 *   s_k = mean over members of Σ w², over the output rows, input columns and norm scales of channel k,
 *
 * divided by the group's mean. The squared norm: no root is taken, which matters once groups compete.
 */
import { OF_WEIGHTS, WHOLE_GROUP } from '../_deviations.js';
import { type Criterion, nothing, SHARED } from './_criterion.js';
import { BIAS, magnitudeScore } from './_magnitude.js';

export const MagnitudeL2: Criterion = {
  kind: 'criterion',
  id: 'magnitude-l2',
  title: 'Magnitude L2',
  summary: 'Channels whose weights have a small squared norm go first.',
  formula: String.raw`s_k = \frac{1}{|M_k|} \sum_{m \in M_k} \sum_{w \in m_k} w^2`,
  paper: {
    title: 'Pruning Filters for Efficient ConvNets',
    authors: 'Li, Kadav, Durdanovic, Samet, Graf',
    year: 2017,
    url: 'https://arxiv.org/abs/1608.08710',
  },
  needs: [],
  cannot: null,
  requires: [],
  deterministic: true,
  parameters: [...SHARED, BIAS],
  deviations: [...OF_WEIGHTS, WHOLE_GROUP],
  solve: 'bisect',
  collects: nothing,
  score: (context) => magnitudeScore('square', context),
};
