/** Fewer steps, in words. */
import type { AboutProcedure } from './_procedure.js';

export const FEWER_STEPS: AboutProcedure = {
  kind: 'procedure',
  id: 'fewer-steps',
  title: 'Fewer steps',
  summary:
    'Takes fewer steps with the network as it is, or another sampler. Nothing is trained: what any other way to a shorter sampling has to beat.',
  formula: String.raw`S' = \lfloor S / \text{target} \rfloor`,
  paper: {
    title: 'Denoising Diffusion Implicit Models',
    authors: 'Song et al.',
    year: 2020,
    url: 'https://arxiv.org/abs/2010.02502',
  },
  needs: [],
  cannot: 'Tasks that take no loop over a network',
  requires: [],
  deterministic: true,
  parameters: [
    {
      id: 'steps',
      title: 'Steps',
      meaning: 'Of a loop, where no target says how many.',
      type: 'integer',
      default: 10,
      min: 2,
    },
    {
      id: 'sampler',
      title: 'Sampler',
      meaning: "From noise to a picture; 'same' is the base's own.",
      type: 'choice',
      default: 'same',
      choices: ['same', 'ddim', 'dpm-solver++'],
    },
  ],
  axes: ['critical-macs', 'latency', 'steps', 'trajectory-macs'],
  reaches: ['trajectory-macs'],
  stages: [{ id: 'schedule', title: 'Set the steps' }],
};
