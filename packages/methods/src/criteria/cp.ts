/**
 * CP: channels that the lasso drops first when it rebuilds a layer's responses (He, Zhang and Sun, ICCV 2017, arXiv
 * 1707.06168).
 *
 *   min over β  ½ ‖Y - Σ_c β_c X_c W_cᵀ‖² + λ ‖β‖₁,   s_c = λ under which β_c dies, as a share of the λ that leaves none,
 *
 * averaged over the layers that read the channel. The paper raises λ until as many channels live as it wants; ranked by
 * s_c, the same channels live. X: windows drawn for each picture, the same for all channels. The code that PruningBench
 * ran takes λ = 0, where every β_c is 1. The paper's second step, which fits W anew, is the fine-tuning here.
 */
import { OF_SCALES } from '../_deviations.js';
import { COMPAT, type Criterion, collected, combine, type Item, NORMALISE, REDUCE, whole } from './_criterion.js';
import type { MemberView } from './_group-view.js';
import { deathPenalties } from './_lasso-path.js';

/** The Gram matrix between channels: places of one channel (behind a flatten, over heads) play one part. */
const ofChannels = ({ dims, axis, offsets, positions }: MemberView, gram: Float32Array): Float64Array => {
  const inputs = dims[axis]!;
  const channels = offsets.length - 1;
  const channelOf = new Int32Array(inputs).fill(-1);
  for (let k = 0; k < channels; k += 1) {
    for (let i = offsets[k]!; i < offsets[k + 1]!; i += 1) channelOf[positions[i]!] = k;
  }
  const sums = new Float64Array(channels * channels);
  for (let i = 0; i < inputs; i += 1) {
    const row = channelOf[i]! * channels;
    if (row < 0) continue;
    for (let j = 0; j < inputs; j += 1) {
      if (channelOf[j]! >= 0) sums[row + channelOf[j]!]! += gram[i * inputs + j]!;
    }
  }
  return sums;
};

/** A channel's penalty stands at its first place, so that the sum over its places is the penalty. */
const itemOf = (member: MemberView, gram: Float32Array): Item => {
  const { dims, axis, offsets, positions, divisor } = member;
  const deaths = deathPenalties(ofChannels(member, gram), offsets.length - 1);
  const sums = new Float64Array(dims[axis]!);
  deaths.forEach((penalty, k) => {
    if (offsets[k]! < offsets[k + 1]!) sums[positions[offsets[k]!]!] = penalty * divisor;
  });
  return { member, sums };
};

export const Cp: Criterion = {
  kind: 'criterion',
  id: 'cp',
  title: 'CP',
  summary: 'Channels that the lasso drops first when it rebuilds what the layers behind them compute go first.',
  formula: String.raw`s_k = \sup \{ \lambda : \beta_k(\lambda) \neq 0 \},\quad \beta(\lambda) = \arg\min_\beta \tfrac{1}{2} \Big\lVert Y - \sum_c \beta_c X_c W_c^\top \Big\rVert_F^2 + \lambda \lVert \beta \rVert_1`,
  paper: {
    title: 'Channel Pruning for Accelerating Very Deep Neural Networks',
    authors: 'He, Zhang, Sun',
    year: 2017,
    url: 'https://arxiv.org/abs/1707.06168',
  },
  needs: ['response-gram'],
  cannot: null,
  requires: [],
  deterministic: false,
  parameters: [REDUCE, NORMALISE, COMPAT],
  deviations: [
    ...OF_SCALES,
    {
      id: 'lasso-path',
      from: 'PruningBench',
      what: 'The lasso is solved without a penalty, where every coefficient is 1 unless the solver stops early. Here the penalty rises, and the score is the one under which a channel is dropped.',
      why: "The paper's rule; without a penalty the criterion says nothing.",
    },
    {
      id: 'same-windows',
      from: 'PruningBench',
      what: 'Each channel of a picture is looked at in a window of its own. Here all channels are looked at in the same windows.',
      why: 'Only channels of one window add up to a response.',
    },
    {
      id: 'no-refit',
      from: 'paper',
      what: 'The paper fits the weights that are left anew. Here fine-tuning does.',
      why: 'As in PruningBench: all criteria are followed by the same training.',
    },
  ],
  solve: 'first-crossing',
  collects: whole('response-gram'),
  score: (context) => {
    const grams = collected(context, 'cp', 'response-gram');
    const items = context.group.members.flatMap((member) => {
      const gram = member.role === 'in' ? grams.get(member.initializer) : undefined;
      return gram ? [itemOf(member, gram)] : [];
    });
    return combine(items, context);
  },
};
