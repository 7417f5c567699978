/** AsyncDiff, in words. */
import type { AboutProcedure } from '../_procedure.js';

export const ASYNCDIFF: AboutProcedure = {
  kind: 'procedure',
  id: 'asyncdiff',
  title: 'AsyncDiff',
  summary:
    'Splits a network into components of equal cost that run side by side, each on what the one before it said a step ago. Nothing is trained.',
  formula: String.raw`\hat\epsilon_i = \epsilon^N(\epsilon^{N-1}(\dots\,\epsilon^1(x_{i-N+1}, t_{i-N+1}) \dots, t_{i-1}), t_i)`,
  paper: {
    title: 'AsyncDiff: Parallelizing Diffusion Models by Asynchronous Denoising',
    authors: 'Chen et al.',
    year: 2024,
    url: 'https://arxiv.org/abs/2406.06911',
  },
  needs: [],
  cannot: 'Networks without residual blocks, tasks without a loop, steps of several calls',
  requires: [],
  deterministic: true,
  parameters: [
    {
      id: 'components',
      title: 'Components',
      meaning: 'Parts that run side by side; one is the network as it was.',
      type: 'integer',
      default: 2,
      min: 1,
      max: 32,
    },
    {
      id: 'stride',
      title: 'Stride',
      meaning: 'Steps of the loop that one round of all components serves. Two take one lane more.',
      type: 'integer',
      default: 1,
      min: 1,
      max: 2,
    },
    {
      id: 'warm-up',
      title: 'Warm-up',
      meaning: 'Steps at the beginning that are taken one component after another.',
      type: 'integer',
      default: 1,
      min: 1,
    },
    {
      id: 'remainder',
      title: 'Remainder',
      meaning:
        'Where the stride does not divide the steps after the warm-up: nothing runs, or the last round serves fewer steps.',
      type: 'choice',
      default: 'refuse',
      choices: ['refuse', 'short'],
    },
  ],
  deviations: [
    {
      id: 'rounds-begin-at-once',
      from: 'paper',
      what: 'With a stride of two, rounds of the authors’ code fall on odd steps, so that a warm-up must be odd. Here the first round follows the warm-up, whatever its length.',
      why: 'An even warm-up would begin with a step that nothing was computed for.',
    },
    {
      id: 'cuts-by-macs',
      from: 'paper',
      what: 'Cut points are written down for each network in the authors’ code. Here every network is cut between its blocks, so that the costliest component costs least.',
      why: 'Any network is to be split, pruned ones with blocks of different sizes, too.',
    },
    {
      id: 'no-time-shift',
      from: 'paper',
      what: 'Conditions may be those of the step before, to take out what is left of the noise; off by default. Here they cannot.',
      why: 'No published table uses it.',
    },
    {
      id: 'warm-up-counts',
      from: 'paper',
      what: 'MACs of a device leave the warm-up out. Here the longest lane has it.',
      why: 'It is computed and waited for.',
    },
  ],
  axes: ['critical-macs', 'trajectory-macs', 'latency'],
  reaches: [],
  stages: [{ id: 'split', title: 'Split into components' }],
};
