/**
 * ThiNet: channels from which the next layer makes little go first (Luo et al., ICCV 2017, arXiv 1707.06342).
 *
 *   s_k = mean over the layers that read channel k of ‖layer(x with channel k alone)‖_F
 *
 * over examples, places and outputs, without the bias. One shot, as published: the paper's greedy choice, which asks again
 * after each channel, is left out. Several places of one channel in a layer (a flattened map) count as if apart.
 */
import { OF_SCALES } from '../_deviations.js';
import { COMPAT, type Criterion, collected, combine, type Item, NORMALISE, REDUCE, whole } from './_criterion.js';
import type { MemberView } from './_group-view.js';

/** The norm stands at a channel's first place, the others are left at zero: sums over places give it back. */
const itemOf = (member: MemberView, energy: Float32Array): Item => {
  const { dims, axis, offsets, positions } = member;
  const sums = new Float64Array(dims[axis]!);
  for (let k = 0; k + 1 < offsets.length; k += 1) {
    const places = positions.subarray(offsets[k]!, offsets[k + 1]!);
    if (places.length > 0) sums[places[0]!] = Math.sqrt(places.reduce((sum, place) => sum + energy[place]!, 0));
  }
  return { member, sums };
};

export const Thinet: Criterion = {
  kind: 'criterion',
  id: 'thinet',
  title: 'ThiNet',
  summary: 'Channels of which the layers behind them make least go first.',
  formula: String.raw`s_k = \frac{1}{|M_k|} \sum_{m \in M_k} \left\lVert w_{m,k} * x_k \right\rVert_F`,
  paper: {
    title: 'ThiNet: A Filter Level Pruning Method for Deep Neural Network Compression',
    authors: 'Luo, Wu, Lin',
    year: 2017,
    url: 'https://arxiv.org/abs/1707.06342',
  },
  needs: ['channel-energy'],
  cannot: null,
  requires: [],
  deterministic: true,
  parameters: [REDUCE, NORMALISE, COMPAT],
  deviations: [
    ...OF_SCALES,
    {
      id: 'without-bias',
      from: 'PruningBench',
      what: 'What a layer makes of one channel alone includes its bias. Here it does not.',
      why: 'The bias is the same for every channel.',
    },
    {
      id: 'one-shot',
      from: 'paper',
      what: 'The paper asks again after each channel that it chose. Here, as in PruningBench, all channels are asked once.',
      why: 'The greedy choice is an empty list in the published code.',
    },
  ],
  solve: 'first-crossing',
  collects: whole('channel-energy'),
  score: (context) => {
    const energies = collected(context, 'thinet', 'channel-energy');
    const items = context.group.members.flatMap((member) => {
      const energy = member.role === 'in' ? energies.get(member.initializer) : undefined;
      return energy ? [itemOf(member, energy)] : [];
    });
    return combine(items, context);
  },
};
