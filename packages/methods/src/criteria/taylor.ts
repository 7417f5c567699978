/**
 * Taylor: the first-order change of the loss when a weight becomes zero (Molchanov et al., CVPR 2019, arXiv 1906.10771).
 *
 *   s_k = mean over members of Σ |w · ∂L/∂w|, over the output rows, input columns and norm scales of channel k,
 *
 * L the cross-entropy averaged over the batches. The paper squares the sum over a filter; the published code sums
 * absolute values, as here. That code also leaves BatchNorm scales out by mistake: `code_compat` does the same.
 */
import { FEW_BATCHES, OF_WEIGHTS } from '../_deviations.js';
import { isSet } from '../_method.js';
import { COMPAT, type Criterion, collected, combine, NORMALISE, REDUCE, whole } from './_criterion.js';
import { reduceElements } from './_elements.js';
import type { MemberView } from './_group-view.js';

const counts = ({ role, op }: MemberView, compat: boolean): boolean =>
  role === 'out' || role === 'in' || (role === 'scale' && !(compat && op === 'BatchNormalization'));

export const Taylor: Criterion = {
  kind: 'criterion',
  id: 'taylor',
  title: 'Taylor',
  summary: 'Channels whose removal changes the loss least, to first order, go first.',
  formula: String.raw`s_k = \frac{1}{|M_k|} \sum_{m \in M_k} \sum_{w \in m_k} \left| w \, \frac{\partial \mathcal{L}}{\partial w} \right|`,
  paper: {
    title: 'Importance Estimation for Neural Network Pruning',
    authors: 'Molchanov, Mallya, Tyree, Frosio, Kautz',
    year: 2019,
    url: 'https://arxiv.org/abs/1906.10771',
  },
  needs: ['gradient'],
  cannot: null,
  requires: [],
  deterministic: true,
  parameters: [REDUCE, NORMALISE, { ...COMPAT, meaning: `${COMPAT.meaning} BatchNorm scales are left out.` }],
  deviations: [
    ...OF_WEIGHTS,
    {
      ...FEW_BATCHES,
      from: 'Torch-Pruning',
      what: 'Its scripts for vision transformers add up the gradients of 10 or 50 batches of 64. Here four batches of 128, others at each estimate, are averaged by default.',
    },
    {
      id: 'norm-scales',
      from: 'Torch-Pruning',
      what: 'Scales of BatchNorm are left out, since a test looks for the wrong layer. Here they count.',
      why: 'The code means to count them. `code_compat` leaves them out.',
    },
    {
      id: 'absolute',
      from: 'paper',
      what: 'The paper squares the sum over a filter. Here, as in PruningBench, absolute values of the products are added up.',
      why: 'Rows of PruningBench are what a row is compared with.',
    },
  ],
  solve: 'first-crossing',
  collects: whole('gradient'),
  score: (context) => {
    const gradients = collected(context, 'taylor', 'gradient');
    const compat = isSet(context.params, 'code_compat');
    const items = context.group.members
      .filter((member) => counts(member, compat))
      .map((member) => {
        const gradient = gradients.get(member.initializer);
        // the loss does not depend on it: every product is zero
        const sums = gradient
          ? reduceElements('product', member, gradient, context.sums)
          : new Float64Array(member.dims[member.axis]!);
        return { member, sums };
      });
    return combine(items, context);
  },
};
