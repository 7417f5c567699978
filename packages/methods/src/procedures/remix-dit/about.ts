/** Remix-DiT, in words. */
import type { AboutProcedure } from '../_procedure.js';

export const REMIX_DIT: AboutProcedure = {
  kind: 'procedure',
  id: 'remix-dit',
  title: 'Remix-DiT',
  summary:
    'Trains a few bases on, whose mixtures are the experts of stretches of the diffusion. Experts are mixed before anything is drawn: a step costs what it did, and weights for all of them are stored.',
  formula: String.raw`\theta_i = \sum_{k=1}^{K} \mathrm{softmax}(\pi_i)_k\, \beta_k`,
  paper: {
    title: 'Remix-DiT: Mixing Diffusion Transformers for Multi-Expert Denoising',
    authors: 'Fang et al.',
    year: 2024,
    url: 'https://arxiv.org/abs/2412.05628',
  },
  needs: [],
  cannot: 'Networks without residual blocks, of several parts, and tasks without a loop',
  requires: [],
  deterministic: true,
  parameters: [
    {
      id: 'bases',
      title: 'Bases',
      meaning: 'Networks that are mixed; all begin as the one that is given. One basis is training on.',
      type: 'integer',
      default: 4,
      min: 1,
      max: 64,
    },
    {
      id: 'experts',
      title: 'Experts',
      meaning:
        'Stretches of the diffusion, each with a mixture of its own; a multiple of the bases, and a divisor of the steps.',
      type: 'integer',
      default: 20,
      min: 1,
      max: 1000,
    },
    {
      id: 'mixer',
      title: 'Mixer',
      meaning:
        'Shares of the bases: a softmax that is learned, any numbers that are learned, or for each expert the basis of its neighbourhood. As many bases as experts and no learning are independent experts, which share embedders, modulation and the last layer.',
      type: 'choice',
      default: 'softmax',
      choices: ['softmax', 'raw', 'one-hot'],
    },
    {
      id: 'mixer-rate',
      title: 'Rate of the mixer',
      meaning: 'Of AdamW, for shares that learn; it follows the schedule of the recipe.',
      type: 'number',
      default: 1e-2,
      min: 0,
    },
    {
      id: 'prior',
      title: 'Prior',
      meaning: 'Pull of each share towards the basis of its neighbourhood at the beginning; it falls to nothing.',
      type: 'number',
      default: 1e-4,
      min: 0,
    },
  ],
  deviations: [
    {
      id: 'annealed-prior',
      from: 'paper',
      what: 'The authors’ code lets the pull of the prior fall from twice its value to its value. Here it falls to nothing, as the paper says.',
      why: 'A slip in the order of operations.',
    },
    {
      id: 'rates-apart',
      from: 'paper',
      what: 'Weights learn at 2e-5 and mixtures five hundred times as fast, without a bound on the gradient. Here weights learn at the recipe’s rate, its bound holds, and mixtures learn at 1e-2 by default.',
      why: 'A training here is hundreds of steps long: at 2e-5 nothing would have moved at its end. The parameter asks for other mixtures’ rates.',
    },
    {
      id: 'one-rate-floor',
      from: 'paper',
      what: 'Both rates fall as a cosine to the same 1e-5. Here both follow the recipe’s schedule.',
      why: 'A recipe has one schedule.',
    },
    {
      id: 'stored-experts',
      from: 'paper',
      what: 'Parameters are counted as those of the bases. Here they are those of all experts, with what is not mixed once.',
      why: 'Experts are parts of the pipeline, and files that people download.',
    },
  ],
  axes: ['active-params', 'params'],
  reaches: [],
  stages: [
    { id: 'finetune', title: 'Train bases and mixtures' },
    { id: 'mix', title: 'Mix the experts' },
  ],
};
