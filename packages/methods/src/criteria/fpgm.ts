/**
 * FPGM: channels close to all others are redundant (He et al., CVPR 2019, arXiv 1811.00250).
 *
 *   s_k = mean over members of Σ_j ‖w_k - w_j‖₂, over the output rows and input columns of the group's layers
 *
 * A channel near the geometric median of its layer has the smallest sum. Norms have no vectors and are left out. The
 * paper compares raw weights, as here; the published code squares every weight first: `code_compat` does the same.
 */
import { OF_WEIGHTS } from '../_deviations.js';
import { isSet } from '../_method.js';
import { COMPAT, type Criterion, combine, type Item, NORMALISE, nothing, REDUCE } from './_criterion.js';
import { distanceSums, slicesOf } from './_distances.js';
import type { MemberView } from './_group-view.js';

const squared = (member: MemberView): MemberView => ({ ...member, data: member.data.map((w) => w * w) });

/** Distances among the places that belong to the group: a layer may hold other groups' channels, too. */
const itemOf = (member: MemberView): Item => {
  const places = Int32Array.from(new Set(member.positions));
  const found = distanceSums(slicesOf(member, places));
  const sums = new Float64Array(member.dims[member.axis]!);
  places.forEach((place, i) => {
    sums[place] = found[i]!;
  });
  return { member, sums };
};

export const Fpgm: Criterion = {
  kind: 'criterion',
  id: 'fpgm',
  title: 'FPGM',
  summary: 'Channels whose weights lie closest to those of all others go first: the others can stand in for them.',
  formula: String.raw`s_k = \frac{1}{|M_k|} \sum_{m \in M_k} \sum_{j} \left\lVert w_{m,k} - w_{m,j} \right\rVert_2`,
  paper: {
    title: 'Filter Pruning via Geometric Median for Deep Convolutional Neural Networks Acceleration',
    authors: 'He, Liu, Wang, Hu, Yang',
    year: 2019,
    url: 'https://arxiv.org/abs/1811.00250',
  },
  needs: [],
  cannot: null,
  requires: [],
  deterministic: true,
  parameters: [
    REDUCE,
    NORMALISE,
    { ...COMPAT, meaning: `${COMPAT.meaning} Weights are squared before they are compared.` },
  ],
  deviations: [
    ...OF_WEIGHTS,
    {
      id: 'raw-weights',
      from: 'Torch-Pruning',
      what: 'Weights are squared before distances are taken. Here distances are between the weights themselves.',
      why: 'The paper compares weights; squares of opposite signs would be equal. `code_compat` squares them.',
    },
  ],
  solve: 'bisect',
  collects: nothing,
  score: (context) => {
    const compat = isSet(context.params, 'code_compat');
    const members = context.group.members.filter(({ role }) => role === 'out' || role === 'in');
    return combine(
      members.map((member) => itemOf(compat ? squared(member) : member)),
      context,
    );
  },
};
