/**
 * Detection: a trained detector is pruned to a share of its MACs and fine-tuned; mean average precision on COCO decides.
 * Targets and trainer are PruningBench's (arXiv 2406.12315), whose numbers are all there is: nothing runs here yet.
 */
import type { Training } from '@topiary/contracts';
import { STAGES } from './_stages.js';
import type { Track } from './_track.js';

const finetune: Training = {
  steps: 400,
  batch: 16,
  optimizer: 'sgd',
  lr: 0.01,
  momentum: 0.9,
  weightDecay: 5e-4,
  schedule: 'cosine',
  warmup: 0,
  clip: 0,
  ema: 0,
  labelSmoothing: 0,
  mixup: 0,
  cutmix: 0,
  distillation: 'none',
  distillationWeight: 0.5,
  temperature: 1,
};

export const Detection: Track = {
  id: 'detection',
  title: 'Object detection',
  summary: 'Prune a trained detector to a share of its MACs, fine-tune it, compare mean average precision.',
  stages: STAGES,
  metrics: [{ id: 'map50-95', title: 'mAP 50 to 95', unit: '', direction: 'higher', digits: 2 }],
  protocol: {
    version: 'detection/1',
    counter: 'published',
    augment: { crop: 0, flip: true },
    evaluationBatch: 16,
    latency: { batch: 1, warmupMs: 300, samples: 200 },
    keeps: 'the detection head',
  },
  cannot: 'This version trains and evaluates no detectors: the board shows published numbers only.',
  boards: [
    {
      model: { id: 'yolov8m', title: 'YOLOv8m' },
      dataset: { id: 'coco', title: 'COCO' },
      targets: [2, 3, 4].map((value) => ({ axis: 'macs', value, label: `${value}x` })),
      finetune,
      sparsify: { ...finetune, weightDecay: 0, schedule: 'step' },
      cost: { fixedSeconds: 0, stepSeconds: 0 },
    },
  ],
};
