/**
 * Detection: a trained detector is pruned to a share of its MACs and fine-tuned; mean average precision decides, by COCO's
 * rules on every board. Targets are PruningBench's (arXiv 2406.12315); what that leaves open is said here: the last
 * convolutions of the head stay and all else may leave, the average of the weights is scored, and no epoch is chosen.
 */
import type { Training } from '@topiary/contracts';
import { DETECTION_METRICS } from '@topiary/tasks/catalogue';
import { PRUNE, PRUNING, speedups } from './_pruning.js';
import { STAGES } from './_stages.js';
import type { BoardSpec, Track } from './_track.js';
import { finetune, sparsify } from './_training.js';
import { extrapolatedCost } from './cost.js';

/** AdamW after a cut, with the averages that detectors are scored by. */
const adamw = (steps: number, batch: number): Training => ({
  ...finetune(steps),
  batch,
  optimizer: 'adamw',
  lr: 2e-3,
  weightDecay: 5e-4,
  warmup: Math.round(0.1 * steps),
  clip: 10,
  ema: 0.999,
});

/** Towards sparsity as on the other tracks: no decay, steps of the rate. */
const board = (spec: Pick<BoardSpec, 'model' | 'dataset' | 'finetune' | 'cost' | 'estimates'>): BoardSpec => ({
  ...spec,
  scope: 'local',
  targets: speedups(2, 3),
  sparsify: sparsify(spec.finetune),
});

/** PruningBench's detector and its trainer's own optimiser, a short stretch of it. */
const coco: Training = { ...finetune(400), batch: 16, clip: 10, ema: 0.999 };

export const Detection: Track = {
  id: 'detection',
  title: 'Object detection',
  summary: 'Prune a trained detector to a share of its MACs, fine-tune it, compare mean average precision.',
  stages: STAGES,
  task: 'detection',
  metrics: DETECTION_METRICS,
  ...PRUNING,
  showcase: 'boxes',
  protocol: {
    version: 'detection/1',
    counter: 'published',
    options: {
      augmentation: {
        'shapes-det': { flip: 0.5 },
        // cells have no upright
        bccd: { flip: 0.5, flipVertical: 0.5, scale: [0.7, 1.4], shift: 0.1 },
        other: { flip: 0.5, scale: [0.5, 1.5], shift: 0.1, hsv: [0.015, 0.7, 0.4], mosaic: 1 },
      },
    },
    augmentation: 'mosaic, scale .5 to 1.5, shift .1, colours and flip',
    evaluationBatch: 16,
    latency: { batch: 1, warmupMs: 300, samples: 200 },
    keeps: 'the last convolutions of the head',
    prune: PRUNE,
    seeds: 'drawn',
  },
  // a sigmoid scores each class for itself
  lacks: ['label-odds'],
  published: { training: 'Fine-tuning takes 90 epochs of the detector’s own trainer on COCO.' },
  earlier: [],
  cannot: null,
  boards: [
    board({
      model: { id: 'anchorfree-tiny', title: 'Anchorfree-tiny' },
      dataset: { id: 'shapes-det', title: 'Shapes-det', augmentation: 'flip' },
      // after 300 steps the best criterion is 2.5 points above random pruning, after 1,000 all are alike
      finetune: adamw(100, 16),
      cost: { fixedSeconds: 20, stepSeconds: 1 },
      // the slowest criterion, of second order, takes 4.1 s an estimate, all else 26 s: within 90 s of one core
      // (scripts/experiments/run-parts.ts)
      estimates: 10,
    }),
    board({
      model: { id: 'anchorfree-tiny-bccd', title: 'Anchorfree-tiny' },
      dataset: { id: 'bccd', title: 'BCCD', augmentation: 'both flips, scale .7 to 1.4 and shift .1' },
      finetune: adamw(300, 8),
      cost: { fixedSeconds: 20, stepSeconds: 11 },
      estimates: 8,
    }),
    {
      model: { id: 'yolov8m', title: 'YOLOv8m' },
      dataset: { id: 'coco', title: 'COCO' },
      targets: speedups(2, 3, 4),
      targetsBecause: 'They are those of PruningBench on COCO.',
      finetune: coco,
      sparsify: sparsify(coco),
      cost: extrapolatedCost(39_567_532_800, 5000),
    },
  ],
};
