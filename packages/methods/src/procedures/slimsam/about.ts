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
      meaning: 'Inner values are aligned at first, not the last one alone.',
      type: 'boolean',
      default: true,
    },
    {
      id: 'accumulate',
      title: 'Slopes',
      meaning: 'How slopes add up in disturbed Taylor: as the root of their mean square, or with their signs.',
      type: 'choice',
      default: 'rms',
      choices: ['rms', 'signed'],
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
