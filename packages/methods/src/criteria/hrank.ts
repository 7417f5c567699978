/**
 * HRank: channels whose maps have the lowest rank say least (Lin et al., CVPR 2020, arXiv 2002.10179).
 *
 *   s_k = mean over the layers that make channel k of the mean over pictures of rank(map of k)
 *
 * of the map behind a fresh BatchNorm and ReLU, as in the code that PruningBench ran, or as it leaves the network's own norm
 * and activation (`form`); singular values count above max(H, W) · ε · the largest.
 */

import type { ParameterDescription } from '@topiary/contracts';
import { DEPTHWISE, OF_SCALES } from '../_deviations.js';
import { choice, type Params, textOf } from '../_method.js';
import { COMPAT, type Criterion, collected, combine, NORMALISE, REDUCE } from './_criterion.js';

/** The paper takes 500. */
const PICTURES = 64;

const EXAMPLES: ParameterDescription = {
  id: 'examples',
  title: 'Pictures',
  meaning:
    'As many of the pictures for statistics are looked at; a rank costs far more than a sum (the paper takes 500).',
  type: 'integer',
  default: PICTURES,
  min: 1,
  max: 8192,
};

/** `network` is what version 1 of the boards ran. */
const FORM: ParameterDescription = {
  ...choice(
    'form',
    'Maps',
    "Behind a BatchNorm and a ReLU that are put there afresh, as in the published code, or behind the network's own norm and activation.",
    ['fresh', 'network'],
  ),
  before: 'network',
};

const statisticOf = (params: Params): string => (textOf(params, 'form') === 'fresh' ? 'fresh-map-rank' : 'map-rank');

export const Hrank: Criterion = {
  kind: 'criterion',
  id: 'hrank',
  title: 'HRank',
  summary: 'Channels whose maps have the lowest rank, averaged over pictures, go first.',
  formula: String.raw`s_k = \frac{1}{|M_k|} \sum_{m \in M_k} \frac{1}{N} \sum_n \operatorname{rank} x_{m,n,k}`,
  paper: {
    title: 'HRank: Filter Pruning using High-Rank Feature Map',
    authors: 'Lin, Ji, Wang, Zhang, Zhang, Tian, Shao',
    year: 2020,
    url: 'https://arxiv.org/abs/2002.10179',
  },
  needs: ['map-rank'],
  cannot: 'Networks of tokens, which have no maps',
  requires: ['maps'],
  deterministic: true,
  parameters: [REDUCE, NORMALISE, COMPAT, EXAMPLES, FORM],
  deviations: [
    ...OF_SCALES,
    DEPTHWISE,
    {
      id: 'few-pictures',
      from: 'PruningBench',
      what: 'A fresh BatchNorm takes its mean over the whole batch. Here it is over as many pictures of it as fit into memory, 32 at most.',
      why: 'Maps of large networks do not fit.',
    },
    {
      id: 'own-norm',
      from: 'paper',
      what: "The paper ranks maps behind the network's own norm and activation. Here, as in PruningBench, a fresh BatchNorm and a ReLU are put behind the layer.",
      why: 'Rows of PruningBench are what a row is compared with. `form` network does as the paper.',
    },
    {
      id: 'pictures',
      from: 'paper',
      what: `The paper averages ranks over 500 pictures. Here they are averaged over ${PICTURES} by default.`,
      why: 'A rank costs far more than a sum, and is taken anew at each estimate. `examples` takes more.',
    },
  ],
  solve: 'first-crossing',
  collects: (params) => [{ statistic: statisticOf(params), examples: Number(params['examples']) }],
  score: (context) => {
    const ranks = collected(context, 'hrank', statisticOf(context.params));
    const items = context.group.members.flatMap((member) => {
      const found = member.role === 'out' ? ranks.get(member.initializer) : undefined;
      return found ? [{ member, sums: Float64Array.from(found) }] : [];
    });
    return combine(items, context);
  },
};
