/** Examples that could not be read: they were left out, and everybody hears of it. */
import type { Result } from '@topiary/contracts';
import type { BoundTask } from '@topiary/tasks';
import type { RunContext } from '../run-context.js';

const SHOWN = 5;

/** What a result says of them; says it in the run's log, too. */
export const damagedExamples = (
  { report }: Pick<RunContext, 'report'>,
  task: Pick<BoundTask, 'damaged'>,
): Pick<Result, 'flags' | 'damagedPictures'> => {
  let sum = 0;
  for (const [split, files] of Object.entries(task.damaged())) {
    if (files.length === 0) continue;
    sum += files.length;
    const shown = `${files.slice(0, SHOWN).join(', ')}${files.length > SHOWN ? ', …' : ''}`;
    report.log(`${files.length} ${split} pictures cannot be decoded and were left out: ${shown}`, 'warn');
  }
  return sum === 0 ? { flags: [] } : { flags: ['damaged-pictures'], damagedPictures: sum };
};
