/**
 * Large diffusion models as papers report them: FID of 50,000 pictures of ImageNet, or of 5,000 captions of COCO. Nothing runs
 * here; small models are trained and judged on the track Diffusion.
 */
import type { BoardDescription } from '@topiary/contracts';
import { parseTarget } from '@topiary/contracts';
import type { BoardSpec, Track } from './_track.js';
import { finetune, sparsify } from './_training.js';
import { Diffusion } from './diffusion.js';

const training = { ...finetune(400), batch: 256 };

const board = (id: string, title: string, dataset: BoardSpec['dataset'], ...targets: readonly string[]): BoardSpec => ({
  model: { id, title },
  dataset,
  targets: targets.map((label): BoardDescription['targets'][number] => parseTarget(label)),
  finetune: training,
  sparsify: sparsify(training),
  cost: { fixedSeconds: 0, stepSeconds: 0 },
});

const SMALL = { id: 'imagenet256', title: 'ImageNet 256' };
const LARGE = { id: 'imagenet512', title: 'ImageNet 512' };
const COCO = { id: 'coco2017', title: 'COCO 2017' };
const LANES = ['critical-macs:2x', 'critical-macs:3x', 'critical-macs:4x', 'critical-macs:6x'] as const;

export const Generation: Track = {
  ...Diffusion,
  id: 'generation',
  title: 'Image generation',
  summary:
    'What papers report of large diffusion models that were made cheaper: FID by MACs a step, a trajectory, a device.',
  metrics: [{ id: 'fid', title: 'FID', unit: '', direction: 'lower', digits: 2, estimator: 'set', bounds: [0, null] }],
  protocol: { ...Diffusion.protocol, version: 'generation/1', options: {} },
  cannot: 'This version samples no latents of pictures: the board shows published numbers only.',
  boards: [
    board('dit-xl-2', 'DiT-XL/2', SMALL, '1.5x', '2x', '4x', 'trajectory-macs:1.1x', 'trajectory-macs:1.3x'),
    board('dit-l-2', 'DiT-L/2', SMALL, 'trajectory-macs:1.3x', 'free'),
    board('dit-b-2', 'DiT-B/2', SMALL, 'free'),
    board('dit-s-2', 'DiT-S/2', SMALL, 'free'),
    board('u-vit-h-2', 'U-ViT-H/2', SMALL, 'trajectory-macs:1.3x', 'trajectory-macs:1.7x'),
    board('dit-xl-2', 'DiT-XL/2', LARGE, 'trajectory-macs:1.6x'),
    board('sd-2-1', 'Stable Diffusion 2.1', COCO, ...LANES),
    board('sd-1-5', 'Stable Diffusion 1.5', COCO, ...LANES),
    board('sdxl', 'Stable Diffusion XL', COCO, ...LANES),
  ],
};
