/**
 * Detection: a trained detector is pruned to a share of its MACs and fine-tuned; mean average precision on COCO decides.
 * Targets and trainer are PruningBench's (arXiv 2406.12315), whose numbers are all there is: nothing runs here yet.
 */
import type { Training } from '@topiary/contracts';
import { PRUNE, PRUNING } from './_pruning.js';
import { STAGES } from './_stages.js';
import type { Track } from './_track.js';
import { finetune, sparsify } from './_training.js';

const training: Training = { ...finetune(400), batch: 16 };

export const Detection: Track = {
  id: 'detection',
  title: 'Object detection',
  summary: 'Prune a trained detector to a share of its MACs, fine-tune it, compare mean average precision.',
  stages: STAGES,
  task: 'detection',
  metrics: [
    {
      id: 'map50-95',
      title: 'mAP 50 to 95',
      unit: '',
      direction: 'higher',
      digits: 2,
      estimator: 'set',
      bounds: [0, 100],
    },
  ],
  ...PRUNING,
  protocol: {
    version: 'detection/1',
    counter: 'published',
    options: {},
    augmentation: 'crop 0 and flip',
    evaluationBatch: 16,
    latency: { batch: 1, warmupMs: 300, samples: 200 },
    keeps: 'the detection head',
    prune: PRUNE,
    seeds: 'drawn',
  },
  earlier: [],
  cannot: 'This version trains and evaluates no detectors: the board shows published numbers only.',
  boards: [
    {
      model: { id: 'yolov8m', title: 'YOLOv8m' },
      dataset: { id: 'coco', title: 'COCO' },
      targets: [2, 3, 4].map((value) => ({ axis: 'macs', value, label: `${value}x` })),
      finetune: training,
      sparsify: sparsify(training),
      cost: { fixedSeconds: 0, stepSeconds: 0 },
    },
  ],
};
