/** Pictures that could not be decoded: they were left out, and everybody hears of it. */
import type { Result } from '@topiary/contracts';
import type { Data, RunContext } from '../run-context.js';

const SHOWN = 5;

/** What a result says of them; says it in the run's log, too. */
export const damagedPictures = (
  { report }: Pick<RunContext, 'report'>,
  { train, test }: Pick<Data, 'train' | 'test'>,
): Pick<Result, 'flags' | 'damagedPictures'> => {
  let sum = 0;
  for (const [name, { pictures }] of Object.entries({ training: train, test })) {
    const files = [...pictures.damaged].sort();
    if (files.length === 0) continue;
    sum += files.length;
    const shown = `${files.slice(0, SHOWN).join(', ')}${files.length > SHOWN ? ', …' : ''}`;
    report.log(`${files.length} ${name} pictures cannot be decoded and were left out: ${shown}`, 'warn');
  }
  return sum === 0 ? { flags: [] } : { flags: ['damaged-pictures'], damagedPictures: sum };
};
