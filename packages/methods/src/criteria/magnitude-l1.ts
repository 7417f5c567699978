/**
 * Magnitude L1: channels with small weights go first (Li et al., ICLR 2017, arXiv 1608.08710).
 *
 *   s_k = mean over members of Σ |w|, over the output rows, input columns and norm scales of channel k,
 *
 * divided by the group's mean. The paper looks at output rows alone; here the whole group counts.
 */
import { OF_WEIGHTS, WHOLE_GROUP } from '../_deviations.js';
import { type Criterion, nothing, SHARED } from './_criterion.js';
import { BIAS, magnitudeScore } from './_magnitude.js';

export const MagnitudeL1: Criterion = {
  kind: 'criterion',
  id: 'magnitude-l1',
  title: 'Magnitude L1',
  summary: 'Channels whose weights are small in absolute value go first.',
  formula: String.raw`s_k = \frac{1}{|M_k|} \sum_{m \in M_k} \sum_{w \in m_k} |w|`,
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
  score: (context) => magnitudeScore('magnitude', context),
};
