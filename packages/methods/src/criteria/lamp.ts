/**
 * LAMP: the share of a channel in what would be left if it were the next to go (Lee et al., ICLR 2021, arXiv 2010.07611).
 *
 *   s_(k) = u_(k) / Σ_{j ≥ k} u_(j),   u in rising order, u = magnitude-l2's score of the group
 *
 * The largest channel of every group gets 1. The paper scores single weights of a layer; here, as in PruningBench,
 * channels of a group after its members are reduced. The scale comes with the formula: groups are not normalised again.
 */
import { OF_WEIGHTS } from '../_deviations.js';
import { COMPAT, type Criterion, nothing, REDUCE, reduce } from './_criterion.js';
import { BIAS, magnitudeItems } from './_magnitude.js';

/** Keeps a group of zeros from dividing by zero. */
const EPSILON = 1e-12;

/** [1, 2, 3] -> [1/6, 2/5, 1] */
export const lamp = (u: Float64Array): Float64Array => {
  const order = [...u.keys()].sort((a, b) => u[a]! - u[b]! || a - b);
  const scores = new Float64Array(u.length);
  let rest = 0;
  for (const k of order.reverse()) {
    rest += u[k]!;
    scores[k] = u[k]! / (rest + EPSILON);
  }
  return scores;
};

export const Lamp: Criterion = {
  kind: 'criterion',
  id: 'lamp',
  title: 'LAMP',
  summary: 'Channels that are small beside all that are larger in their group go first.',
  formula: String.raw`s_{(k)} = \frac{u_{(k)}}{\sum_{j \ge k} u_{(j)}}, \quad u_{(1)} \le \dots \le u_{(K)}`,
  paper: {
    title: 'Layer-adaptive Sparsity for the Magnitude-based Pruning',
    authors: 'Lee, Park, Mo, Ahn, Shin',
    year: 2021,
    url: 'https://arxiv.org/abs/2010.07611',
  },
  needs: [],
  cannot: null,
  requires: [],
  deterministic: true,
  parameters: [REDUCE, COMPAT, BIAS],
  deviations: [
    ...OF_WEIGHTS,
    {
      id: 'channels',
      from: 'paper',
      what: 'The paper scores single weights of a layer. Here, as in PruningBench, it scores channels of a group after its layers are put together.',
      why: 'Only whole channels leave.',
    },
  ],
  solve: 'bisect',
  collects: nothing,
  score: (context) => {
    const items = magnitudeItems('square', context);
    return items.length === 0 ? null : lamp(reduce(items, context.group.channels, context.params));
  },
};
