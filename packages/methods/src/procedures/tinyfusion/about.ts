/** TinyFusion, in words. */
import type { AboutProcedure } from '../_procedure.js';

export const TINYFUSION: AboutProcedure = {
  kind: 'procedure',
  id: 'tinyfusion',
  title: 'TinyFusion',
  summary:
    'Learns which blocks to keep, N of every M, together with an update of the weights that stands for the training to come; then trains the shallow network.',
  formula: String.raw`\min_{p,\,\Delta\Phi} \mathbb{E}_{x,\,m \sim p}\, \mathcal{L}(x,\, \Phi + \Delta\Phi,\, m)`,
  paper: {
    title: 'TinyFusion: Diffusion Transformers Learned Shallow',
    authors: 'Fang et al.',
    year: 2024,
    url: 'https://arxiv.org/abs/2412.01199',
  },
  needs: [],
  cannot: 'Networks whose residual blocks change the width, or do not come in groups of M',
  requires: [],
  deterministic: true,
  parameters: [
    { id: 'keep', title: 'Keep', meaning: 'Blocks of a group that stay.', type: 'integer', default: 1, min: 1, max: 8 },
    { id: 'of', title: 'Of', meaning: 'Consecutive blocks in a group.', type: 'integer', default: 2, min: 2, max: 14 },
    {
      id: 'steps',
      title: 'Search steps',
      meaning: 'Steps in which the choice is learned, before the fine-tuning.',
      type: 'integer',
      default: 300,
      min: 1,
    },
    {
      id: 'update',
      title: 'Update',
      meaning:
        'What learns beside the choice and is thrown away afterwards: a low-rank update of every matrix, all weights, or nothing.',
      type: 'choice',
      default: 'lora',
      choices: ['lora', 'full', 'frozen'],
    },
    { id: 'rank', title: 'Rank', meaning: 'Of the low-rank update.', type: 'integer', default: 8, min: 1 },
    { id: 'lr', title: 'Rate of the update', meaning: 'Of AdamW.', type: 'number', default: 1e-4, min: 0 },
    {
      id: 'gate-rate',
      title: 'Rate of the gates',
      meaning: 'Of AdamW; a gate counts a hundredfold.',
      type: 'number',
      default: 3e-3,
      min: 0,
    },
    {
      id: 'which',
      title: 'Which',
      meaning:
        'Blocks that stay, as many as the pattern says: those that the search learned; the first of every group in the first half and the last in the second (oracle); those that turn their stream most (shortgpt); those whose loss alone harms most (sensitivity); the mask with the smallest loss; any by chance; the first ones.',
      type: 'choice',
      default: 'learned',
      choices: ['learned', 'oracle', 'shortgpt', 'sensitivity', 'minimum-loss', 'random', 'first-half'],
      before: 'learned',
    },
    {
      id: 'masks',
      title: 'Masks',
      meaning: 'Drawn by chance, among which the smallest loss is looked for.',
      type: 'integer',
      default: 64,
      min: 1,
      before: 64,
    },
    {
      id: 'begin',
      title: 'Begin',
      meaning:
        'The weights that the fine-tuning begins with: those of the blocks that stay, or new ones by Xavier’s rule, also where a diffusion transformer begins at zero.',
      type: 'choice',
      default: 'kept',
      choices: ['kept', 'scratch'],
      before: 'kept',
    },
    {
      id: 'features',
      title: 'Features',
      meaning:
        'What features of the whole network add to the loss at first, falling to nothing; outliers are left out. 0: nothing.',
      type: 'number',
      default: 0,
      min: 0,
      before: 0,
    },
  ],
  deviations: [
    {
      id: 'short-search',
      from: 'paper',
      what: 'Gates learn at 1e-3 over ten thousand steps. Here they learn at 3e-3 by default.',
      why: 'A search here is hundreds of steps long: at 1e-3 the choices would still be open at its end.',
    },
    {
      id: 'features-alone',
      from: 'paper',
      what: 'Distillation is logits, Kullback-Leibler divergence of variances and features together. Here features are a parameter, and logits what a recipe asks for as distillation.',
      why: 'A recipe names its distillation whatever the method.',
    },
  ],
  axes: ['macs', 'params', 'latency'],
  reaches: [],
  stages: [
    { id: 'search', title: 'Learn which blocks stay' },
    { id: 'finetune', title: 'Fine-tune' },
  ],
};
