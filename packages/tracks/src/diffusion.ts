/**
 * Diffusion: a trained denoiser is made cheaper and trained on for a fixed budget; how well it tells the noise of a fixed bank
 * decides, and what it draws is judged beside. Steps, guidance and sampler are the base model's, the same for every row.
 */
import type { BoardDescription, Training } from '@topiary/contracts';
import { DIFFUSION_METRICS } from '@topiary/tasks/catalogue';
import { PRUNE, PRUNING } from './_pruning.js';
import { STAGES } from './_stages.js';
import type { BoardSpec, Track } from './_track.js';
import { finetune, sparsify } from './_training.js';

const targets: BoardDescription['targets'] = [1.5, 2].map((value) => ({ axis: 'macs', value, label: `${value}x` }));

/** AdamW at an eighth of the rate that the small base was trained at; the moving average is what is judged, as in the field. */
const TRAINING: Training = {
  ...finetune(300),
  optimizer: 'adamw',
  lr: 1e-3,
  weightDecay: 0,
  warmup: 15,
  clip: 1,
  ema: 0.99,
};

const MACS = { unit: '', digits: 3, scale: 'log', perMachine: false } as const;

/** 5,000 samples of twenty guided steps, twice, are most of a run. */
const small = (id: string, title: string): BoardSpec => ({
  model: { id, title },
  dataset: { id: 'shapes16', title: 'shapes16' },
  targets,
  estimates: 10,
  finetune: TRAINING,
  sparsify: sparsify(TRAINING),
  cost: { fixedSeconds: 150, stepSeconds: 0.17 },
});

export const Diffusion: Track = {
  id: 'diffusion',
  title: 'Diffusion',
  summary:
    'Make a trained diffusion model cheaper, train it on for a fixed budget, compare how well it tells noise and what it draws.',
  task: 'diffusion',
  stages: STAGES,
  metrics: DIFFUSION_METRICS,
  ...PRUNING,
  showcase: 'samples',
  controls: [
    ...PRUNING.controls,
    // a procedure that chooses something chooses it by chance: as many sub-layers, as many blocks
    {
      id: 'random',
      title: 'chosen by chance',
      recipe: { 'params.procedure.which': 'random' },
      same: ['*'],
      nearest: 'scope',
    },
    {
      id: 'fewer-steps',
      title: 'fewer steps',
      recipe: { procedure: 'fewer-steps' },
      same: [],
      nearest: 'scope',
      curve: true,
    },
  ],
  axes: [
    { id: 'macs', title: 'MACs a step', ...MACS },
    { id: 'trajectory-macs', title: 'MACs a trajectory', ...MACS },
    { id: 'critical-macs', title: 'MACs on the longest lane', ...MACS },
    { id: 'params', title: 'Parameters', ...MACS },
    { id: 'active-params', title: 'Parameters a step', ...MACS },
    { id: 'slot-bytes', title: 'Bytes kept between steps', unit: '', digits: 3, scale: 'linear', perMachine: false },
    { id: 'steps', title: 'Steps', unit: '', digits: 0, scale: 'linear', perMachine: false },
    { id: 'latency', title: 'Latency of one sampling', unit: 'ms', digits: 3, scale: 'linear', perMachine: true },
  ],
  protocol: {
    version: 'diffusion/1',
    counter: 'pure',
    options: {
      critic: '0faf1846df81769fbdd82bff66c5936cbb4b9f82a0f7930773909375fbc2acbb',
      samples: 5000,
      compared: 250,
      bank: 1000,
    },
    augmentation: 'no augmentation, noise and timesteps drawn anew',
    evaluationBatch: 250,
    latency: { batch: 1, warmupMs: 300, samples: 30 },
    keeps: 'the noise that comes out, and what is told of time and class',
    prune: PRUNE,
    seeds: 'drawn',
  },
  lacks: ['label-odds'],
  earlier: [],
  cannot: null,
  boards: [small('dit-tiny', 'DiT-tiny')],
};
