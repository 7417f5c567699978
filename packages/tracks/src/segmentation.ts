/**
 * Promptable segmentation: the encoder of a Segment Anything model is made smaller and aligned with the encoder that it was, while
 * what reads prompts and what decodes masks stay (SlimSAM, arXiv 2312.05284). mIoU by one point decides, as there: its hardest
 * prompt. Targets are MACs of the encoder, products of attention included.
 */
import { parseTarget, type Training } from '@topiary/contracts';
import { SEGMENTATION_METRICS } from '@topiary/tasks/catalogue';
import { PRUNE, PRUNING, speedups } from './_pruning.js';
import { STAGES } from './_stages.js';
import type { Track } from './_track.js';
import { finetune, sparsify } from './_training.js';
import { extrapolatedCost } from './cost.js';

/** The embedding of the base is all that is learned from, without a mask; small encoders need a larger rate than large ones. */
const aligned = (steps: number, lr: number): Training => ({
  ...finetune(steps),
  batch: 4,
  optimizer: 'adamw',
  lr,
  weightDecay: 0,
  warmup: Math.round(steps / 20),
  clip: 1,
  distillation: 'soft',
  distillationWeight: 1,
});

/**
 * Few steps, so that rows differ by what was cut: random pruning is 19 points of mIoU behind Taylor at 4x and 4 at 2x; after 400
 * steps less than one at either (one seed).
 */
const SMALL = aligned(60, 1e-3);
const LARGE = aligned(2000, 1e-4);

const LOG = { unit: '', digits: 3, scale: 'log', perMachine: false } as const;

const large = (id: string, title: string, macs: number, ...targets: readonly string[]): Track['boards'][number] => ({
  model: { id, title },
  dataset: { id: 'sa-1b', title: 'SA-1B', augmentation: 'flip' },
  targets: targets.map((label) => parseTarget(label)),
  finetune: LARGE,
  sparsify: sparsify(LARGE),
  cost: extrapolatedCost(macs, 50),
});

export const Segmentation: Track = {
  id: 'segmentation',
  title: 'Segment anything',
  summary:
    'Make the encoder of a promptable segmenter smaller, align it with what it was, compare the masks of one prompt. SAM-tiny is aligned for 60 steps only: after 400, random pruning is within a point of Taylor’s.',
  stages: STAGES,
  task: 'segmentation',
  metrics: SEGMENTATION_METRICS,
  ...PRUNING,
  showcase: 'masks',
  axes: [
    { id: 'macs', title: 'MACs of the encoder', ...LOG },
    { id: 'params', title: 'Parameters of the encoder', ...LOG },
    { id: 'total-macs', title: 'MACs with the decoder', ...LOG },
    { id: 'total-params', title: 'Parameters with the decoder', ...LOG },
    { id: 'latency', title: 'Latency', unit: 'ms', digits: 3, scale: 'linear', perMachine: true },
  ],
  protocol: {
    version: 'segmentation/1',
    counter: 'pure',
    options: { pictures: 500, prompts: 4, flip: 0.5, flipVertical: 0 },
    augmentation: 'flip, 500 pictures',
    evaluationBatch: 16,
    latency: { batch: 1, warmupMs: 300, samples: 100 },
    keeps: 'the channels of the embedding, what reads prompts and what decodes masks',
    prune: PRUNE,
    seeds: 'drawn',
  },
  // a mask is no distribution that labels could be drawn from
  lacks: ['label-odds'],
  earlier: [],
  cannot: null,
  boards: [
    {
      model: { id: 'sam-tiny', title: 'SAM-tiny' },
      dataset: { id: 'scenes64', title: 'scenes64' },
      targets: speedups(2, 4),
      targetsBecause:
        'At 4x the best criterion is 22 points of mIoU above random pruning; at 2x it is four, and most pairs of criteria are told apart all the same.',
      finetune: SMALL,
      sparsify: sparsify(SMALL),
      cost: { fixedSeconds: 12, stepSeconds: 1.1 },
      estimates: 4,
    },
    large('sam-vit-b', 'SAM ViT-B', 486_038_667_264, '4x', 'free'),
    large('sam-vit-h', 'SAM ViT-H', 2_980_541_415_424, '8x', 'free'),
  ],
};
