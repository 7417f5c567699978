/** Finds a task by its id. */
import { TopiaryError } from '@topiary/errors';
import type { Task } from './_task.js';
import { Classification } from './classification/classification.js';
import { Detection } from './detection/detection.js';
import { Diffusion } from './diffusion/diffusion.js';
import { Segmentation } from './segmentation/segmentation.js';

const TASKS = new Map<string, Task>(
  [Classification, Detection, Diffusion, Segmentation].map((task) => [task.id, task]),
);

export const taskOf = (id: string): Task => {
  const task = TASKS.get(id);
  if (task) return task;
  throw new TopiaryError('TOPIARY_TASKS_UNKNOWN', {
    where: 'task',
    expected: `one of ${[...TASKS.keys()].join(', ')}`,
    got: id,
  });
};

/** What a folder of pictures per class is for. */
export const FOLDER_TASK = Classification.id;

/** Adds a task of an installation's own; see `scripts/extension.ts`. */
export const addTask = (task: Task): void => {
  TASKS.set(task.id, task);
};
