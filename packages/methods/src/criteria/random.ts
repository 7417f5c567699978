/**
 * Random: the control that every other criterion has to beat (Mittal et al., WACV 2018, arXiv 1801.10447).
 *
 *   s_k ~ U[0, 1)
 *
 * One number per channel from the run's seed; members are not reduced and groups are not normalised.
 */
import { type Criterion, nothing } from './_criterion.js';

export const Random: Criterion = {
  kind: 'criterion',
  id: 'random',
  title: 'Random',
  summary: 'Every channel draws a number: the control that a criterion must beat to be worth anything.',
  formula: String.raw`s_k \sim \mathcal{U}[0, 1)`,
  paper: {
    title: 'Recovering from Random Pruning: On the Plasticity of Deep Convolutional Neural Networks',
    authors: 'Mittal, Bhardwaj, Khapra, Ravindran',
    year: 2018,
    url: 'https://arxiv.org/abs/1801.10447',
  },
  needs: [],
  cannot: null,
  requires: [],
  deterministic: false,
  parameters: [],
  deviations: [],
  solve: 'bisect',
  collects: nothing,
  score: ({ group, rng }) => Float64Array.from({ length: group.channels }, rng),
};
