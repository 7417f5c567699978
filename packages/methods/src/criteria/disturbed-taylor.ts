/**
 * Disturbed Taylor: how much what the network says hangs on a channel, to first order, without labels (SlimSAM, Chen et al.
 * 2024, arXiv 2312.05284).
 *
 *   s_k = mean over members of Σ |w · g|,  g = ∂/∂w (1/n) ‖y(x) - (y(x) + ε)‖²,  ε ~ N(0, 0.01²),
 *
 * over output rows and input columns. Without noise the slope would be 0: the network is compared with itself. Slopes of
 * single pictures have mean 0; the paper adds them up with their signs, here by default their squares are.
 */
import { OF_WEIGHTS } from '../_deviations.js';
import { choice, textOf } from '../_method.js';
import { COMPAT, type Criterion, collected, combine, NORMALISE, REDUCE } from './_criterion.js';
import { reduceElements } from './_elements.js';

const ACCUMULATE = choice(
  'accumulate',
  'Slopes',
  'How the slopes of batches add up: as the root of their mean square, or with their signs, as the published code does.',
  ['rms', 'signed'],
);

const statisticOf = (params: Parameters<Criterion['collects']>[0]): string =>
  textOf(params, 'accumulate') === 'signed' ? 'disturbed-gradient' : 'disturbed-root';

export const DisturbedTaylor: Criterion = {
  kind: 'criterion',
  id: 'disturbed-taylor',
  title: 'Disturbed Taylor',
  summary: 'Channels on which what the network says hangs least go first; no label is needed.',
  formula: String.raw`s_k = \frac{1}{|M_k|} \sum_{m \in M_k} \sum_{w \in m_k} \left| w \, \frac{\partial}{\partial w} \, \mathrm{MSE}\big(y(x),\, y(x) + \varepsilon\big) \right|`,
  paper: {
    title: 'SlimSAM: 0.1% Data Makes Segment Anything Slim',
    authors: 'Chen, Fang, Ma, Wang',
    year: 2024,
    url: 'https://arxiv.org/abs/2312.05284',
  },
  needs: ['gradient'],
  cannot: null,
  requires: [],
  deterministic: true,
  parameters: [REDUCE, NORMALISE, COMPAT, ACCUMULATE],
  deviations: [
    ...OF_WEIGHTS,
    {
      id: 'squares',
      from: 'paper',
      what: 'Slopes are added up with their signs. Here, by default, their squares are, and the root is taken.',
      why: 'A slope has mean 0: a sum of signed ones stays a random number however many pictures there are. In wide layers it averages out, in narrow ones it does not. `accumulate` signed does as they do.',
    },
  ],
  solve: 'first-crossing',
  collects: (params) => [{ statistic: statisticOf(params), examples: null }],
  score: (context) => {
    const slopes = collected(context, 'disturbed-taylor', statisticOf(context.params));
    const items = context.group.members
      .filter(({ role }) => role === 'out' || role === 'in')
      .map((member) => {
        const slope = slopes.get(member.initializer);
        // what the network says does not depend on it
        const sums = slope
          ? reduceElements('product', member, slope, context.sums)
          : new Float64Array(member.dims[member.axis]!);
        return { member, sums };
      });
    return combine(items, context);
  },
};
