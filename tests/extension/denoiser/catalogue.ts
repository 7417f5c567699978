/**
 * A track of one's own, in words: what the API, the pages and the worker read. A tiny denoiser is judged by its mean
 * squared error; its first steps call one network, its last ones a shallower one that shares the weights.
 */
import type { MetricDescription } from '@topiary/contracts';
import { addMethod } from '@topiary/methods/catalogue';
import {
  addTrack,
  type BoardSpec,
  finetune,
  PRUNE,
  PRUNING,
  type Protocol,
  STAGES,
  sparsify,
  type Track,
} from '@topiary/tracks/catalogue';
import { addDataset, type Dataset } from '@topiary/zoo/catalogue';
import { TOY_HALVE } from '../../../packages/methods/src/procedures/toy-halve-about.js';

export const MSE: MetricDescription = {
  id: 'mse',
  title: 'Squared error of the noise',
  unit: '',
  direction: 'lower',
  digits: 4,
  estimator: 'mean',
  bounds: [0, null],
};

const Sines: Dataset = {
  id: 'sines',
  title: 'sines',
  summary: 'Sampled sine waves of random frequency and phase.',
  classes: [],
  input: [1, 1, 16],
  anySize: false,
  mean: [0],
  std: [1],
  augmentation: 'drawn anew',
  source: 'Made from a seed.',
  state: async () => ({ present: true, reason: null }),
  classesIn: async () => [],
  open: () => Promise.reject(new Error('waves, not pictures: the task makes them')),
};

const training = { ...finetune(40), batch: 32, lr: 0.05, weightDecay: 0 };

const PROTOCOL: Protocol = {
  version: 'denoising/1',
  counter: 'pure',
  options: {},
  augmentation: 'waves and noise drawn anew',
  evaluationBatch: 64,
  latency: { batch: 1, warmupMs: 5, samples: 20 },
  keeps: 'the predicted noise',
  prune: PRUNE,
  seeds: 'drawn',
};

const BOARDS: readonly BoardSpec[] = [
  {
    model: { id: 'two-speed', title: 'Two-speed denoiser' },
    dataset: { id: Sines.id, title: Sines.title },
    targets: [{ axis: 'macs', value: 2, label: '2x' }],
    finetune: training,
    sparsify: sparsify(training),
    cost: { fixedSeconds: 1, stepSeconds: 0.01 },
  },
];

export const Denoising: Track = {
  id: 'denoising',
  title: 'Denoising',
  summary: 'Prune a denoiser of two speeds, fine-tune it, compare the squared error of the noise that it predicts.',
  task: 'denoising',
  stages: STAGES,
  metrics: [MSE],
  ...PRUNING,
  axes: [
    ...PRUNING.axes,
    { id: 'trajectory-macs', title: 'MACs of a trajectory', unit: '', digits: 3, scale: 'linear', perMachine: false },
  ],
  protocol: PROTOCOL,
  lacks: ['label-odds'],
  earlier: [{ protocol: { ...PROTOCOL, version: 'denoising/0' }, boards: BOARDS }],
  cannot: null,
  boards: BOARDS,
};

addDataset(Sines);
addTrack(Denoising);
addMethod(TOY_HALVE);
