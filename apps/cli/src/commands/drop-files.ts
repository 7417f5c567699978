/** `topiary drop-files`: the files of submissions go, their numbers stay. */
import { answer } from '@topiary/client';
import { defineCommand } from '../command.js';
import { EXIT, UsageError } from '../exit.js';

export const DropFiles = defineCommand({
  name: 'drop-files',
  summary: 'gives up the files of submissions that have ended, for ever; their numbers stay on the boards',
  operands: '<id> …',
  options: {},
  examples: ['topiary drop-files 0199c1b2-…'],
  run: async ({ api, json, out }, operands) => {
    if (operands.length === 0) throw new UsageError('drop-files takes the id of a submission');
    for (const id of operands) {
      const submission = answer(await api.DELETE('/api/v1/submissions/{id}/files', { params: { path: { id } } }));
      out(json ? `${JSON.stringify(submission)}\n` : `${id} has no files any more\n`);
    }
    return EXIT.ok;
  },
});
