/** Losses by task, light: the process of an uploaded network trains by them and sees no data set. */
import type { Loss } from '@topiary/autodiff';
import type { Training } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import type { Pipeline } from '@topiary/pipeline';
import { lossOf } from './classification/losses.js';
import { lossOf as detectionLossOf } from './detection/losses.js';
import { lossOf as diffusionLossOf } from './diffusion/losses.js';

type MakeLoss = (
  training: Training | null,
  teachers?: Readonly<Record<string, Pipeline>>,
  facts?: Readonly<Record<string, unknown>>,
) => Loss;

const LOSSES = new Map<string, MakeLoss>([
  ['classification', lossOf],
  ['detection', detectionLossOf],
  ['diffusion', diffusionLossOf],
]);

export const lossOfTask = (task: string): MakeLoss => {
  const found = LOSSES.get(task);
  if (found) return found;
  throw new TopiaryError('TOPIARY_TASKS_UNKNOWN', {
    where: 'the training of an uploaded network',
    expected: `one of ${[...LOSSES.keys()].join(', ')}`,
    got: task,
  });
};
