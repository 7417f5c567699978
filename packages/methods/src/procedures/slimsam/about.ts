/** SlimSAM, in words. */
import type { AboutProcedure } from '../_procedure.js';

export const SLIMSAM: AboutProcedure = {
  kind: 'procedure',
  id: 'slimsam',
  title: 'SlimSAM',
  summary:
    'Makes the tokens of a transformer narrower and aligns what stays, then its attention and MLPs, each time by disturbed Taylor and without labels.',
  formula: String.raw`\alpha\, \mathrm{MSE}(H, H_0) + (1 - \alpha)\, \mathrm{MSE}(t, t_0), \quad \alpha\, [\mathrm{MSE}(E, E_1) + \mathrm{MSE}(t, t_1)] + (1 - \alpha)\, \mathrm{MSE}(t, t_0)`,
  paper: {
    title: 'SlimSAM: 0.1% Data Makes Segment Anything Slim',
    authors: 'Chen, Fang, Ma, Wang',
    year: 2024,
    url: 'https://arxiv.org/abs/2312.05284',
  },
  needs: [],
  cannot: 'Networks without blocks of attention and MLP on one stream',
  requires: [],
  deterministic: true,
  parameters: [
    {
      id: 'ratio',
      title: 'Share',
      meaning: 'Of the channels that leaves in each of the two steps, where no target is given.',
      type: 'number',
      default: 0.5,
      min: 0.05,
      max: 0.95,
    },
    {
      id: 'scope',
      title: 'Scope',
      meaning:
        'Who competes within attention and within MLPs: all blocks, after scores were brought to one scale, or each by itself.',
      type: 'choice',
      default: 'global',
      choices: ['global', 'local'],
    },
    {
      id: 'multiple',
      title: 'Multiple',
      meaning: 'The width of tokens and of MLPs is rounded down to a multiple of this, as in the released networks.',
      type: 'integer',
      default: 1,
      min: 1,
      max: 64,
    },
    {
      id: 'intermediate',
      title: 'Inner values',
      meaning: 'After which cut inner values are aligned at first, not the last one alone.',
      type: 'choice',
      default: 'both',
      choices: ['both', 'first', 'second', 'none'],
    },
    {
      id: 'accumulate',
      title: 'Slopes',
      meaning: 'How slopes add up in disturbed Taylor: as the root of their mean square, or with their signs.',
      type: 'choice',
      default: 'rms',
      choices: ['rms', 'signed'],
    },
    {
      id: 'which',
      title: 'Which',
      meaning:
        'The criterion that chooses what leaves: without labels (disturbed-taylor), by slopes of the loss on masks (taylor, obd-hessian), by the weights alone, or by chance.',
      type: 'choice',
      default: 'disturbed-taylor',
      choices: ['disturbed-taylor', 'taylor', 'obd-hessian', 'magnitude-l2', 'random'],
      before: 'disturbed-taylor',
    },
    {
      id: 'order',
      title: 'Order',
      meaning:
        'Tokens and blocks in turn with an alignment after each, or all at once; then what comes out is aligned alone, over all steps.',
      type: 'choice',
      default: 'alternate',
      choices: ['alternate', 'once'],
      before: 'alternate',
    },
    {
      id: 'begin',
      title: 'Begin',
      meaning: 'Where all is cut at once: the weights that the alignment begins with, those that stay or new ones.',
      type: 'choice',
      default: 'kept',
      choices: ['kept', 'scratch'],
      before: 'kept',
    },
  ],
  deviations: [
    {
      id: 'positions-stay',
      from: 'paper',
      what: 'In its code, tables of relative positions are thrown away and begin as zeros after each cut. Here they lose the channels that leave and keep the others.',
      why: 'Their channels are those of queries and keys.',
    },
    {
      id: 'values-apart',
      from: 'paper',
      what: 'Queries, keys and values lose the same channels of a head. Here values may lose others than queries and keys, and with a global scope more or fewer.',
      why: 'Nothing ties them.',
    },
    {
      id: 'all-blocks-aligned',
      from: 'paper',
      what: 'In its code, attention over the whole picture is compared with itself, so that it is not aligned. Here it is compared with the teacher, as the text says.',
      why: 'A slip of the code.',
    },
    {
      id: 'last-weights',
      from: 'paper',
      what: 'The weights with the best mIoU on held-out pictures go on. Here the last ones do, or their moving average.',
      why: 'No labels are looked at.',
    },
  ],
  axes: ['macs', 'params', 'latency'],
  reaches: ['macs'],
  stages: [
    { id: 'embedding', title: 'Cut the tokens' },
    { id: 'align-bottleneck', title: 'Align attention and MLPs' },
    { id: 'bottleneck', title: 'Cut attention and MLPs' },
    { id: 'align-embedding', title: 'Align the tokens' },
  ],
};
