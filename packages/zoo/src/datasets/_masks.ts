/** What every data set of masks has in common: an object has neither a class nor a label, and bytes are not scaled. */
import { TopiaryError } from '@topiary/errors';
import type { Dataset, OpenOptions } from '../dataset.js';
import type { MaskSplits } from '../masks.js';

type Facts = Pick<Dataset, 'id' | 'title' | 'summary' | 'input' | 'source' | 'isDrawn'>;

export const ofMasks = (
  facts: Facts,
  state: Dataset['state'],
  masks: (options: OpenOptions) => Promise<MaskSplits>,
): Dataset => ({
  ...facts,
  classes: [],
  anySize: true,
  mean: [0, 0, 0],
  std: [1, 1, 1],
  augmentation: 'the task’s own',
  state,
  classesIn: async () => [],
  open: async () => {
    throw new TopiaryError('TOPIARY_TASKS_SETTINGS', {
      where: facts.id,
      expected: 'pictures with a label each',
      got: 'pictures with masks of objects',
      cure: 'Use a task that cuts objects out',
    });
  },
  masks,
});
