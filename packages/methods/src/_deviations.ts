/** Differences from Torch-Pruning that several methods share: one text for all of them, so that a table can gather them. */
import type { Deviation } from '@topiary/contracts';

export const PRESENT_MEMBERS: Deviation = {
  id: 'present-members',
  from: 'Torch-Pruning',
  what: 'The mean over the layers of a group is divided by their number, also where a channel is missing from some. Here it is divided by the number of layers that hold the channel.',
  why: 'With padded shortcuts some channels stand in fewer layers than others and would look weak for that alone. `code_compat` divides as they do.',
};

export const DEPTHWISE: Deviation = {
  id: 'depthwise',
  from: 'Torch-Pruning',
  what: 'Kernels of depthwise convolutions are not counted. Here they are a layer of the group like any other.',
  why: 'They leave with the channel, and nothing in the papers sets them apart.',
};

export const REPEATS_FIRST: Deviation = {
  id: 'repeats-first',
  from: 'Torch-Pruning',
  what: 'Heads and the groups of a grouped convolution lose the same channels: the scores of all their places are put on a scale (LAMP: ranked) and then averaged. Here they are averaged first.',
  why: 'What can only leave together is one channel, and has one score before channels are compared. Under the default scale, the mean, both are the same.',
};

export const FLATTENED_MAX: Deviation = {
  id: 'flattened-max',
  from: 'Torch-Pruning',
  what: 'Of a channel that a flatten spreads over many places of a layer, `reduce max` takes the last place alone. Here it takes their sum, as the mean and the sum do.',
  why: 'A slip of the code: places overwrite each other.',
};

export const ZERO_GROUPS: Deviation = {
  id: 'zero-groups',
  from: 'Torch-Pruning',
  what: 'A group whose scores are all zero gives 0 / 0. Here 1e-12 is added to what is divided by.',
  why: 'Scores stay numbers; 1e-12 changes no order.',
};

/** Of criteria whose published code says over how many batches it takes its statistics: a recipe's `prune.batches` is 4. */
export const FEW_BATCHES: Pick<Deviation, 'id' | 'why'> = {
  id: 'few-batches',
  why: 'Statistics over data are most of what a cut costs, and are taken anew at each estimate. A recipe may ask for up to 64 batches.',
};

/** Of every criterion that puts members together and groups on a scale. */
export const OF_SCALES: readonly Deviation[] = [PRESENT_MEMBERS, REPEATS_FIRST, ZERO_GROUPS];

/** Of those that look at weights, too. */
export const OF_WEIGHTS: readonly Deviation[] = [...OF_SCALES, DEPTHWISE, FLATTENED_MAX];

/** Of criteria that the paper defines on single layers. */
export const WHOLE_GROUP: Deviation = {
  id: 'whole-group',
  from: 'paper',
  what: 'The paper scores the filters of one layer. Here, as in PruningBench, whatever leaves with a channel counts: output rows, input columns and norm scales, averaged over the layers of the group.',
  why: 'All criteria are compared on the same groups, which is what PruningBench compares.',
};
