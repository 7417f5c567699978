/** What computes: loaded by the processes that do. */
import { addTask } from '@topiary/tasks';
import { DenoisingTask } from './task.js';

addTask(DenoisingTask);
