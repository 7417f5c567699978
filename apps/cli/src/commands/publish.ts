/** `topiary publish`: shows a private submission to everybody; it is not taken back. */
import { answer } from '@topiary/client';
import { defineCommand } from '../command.js';
import { EXIT, UsageError } from '../exit.js';

export const Publish = defineCommand({
  name: 'publish',
  summary: 'shows a private submission of yours to everybody; it is not taken back',
  operands: '<id> …',
  options: {},
  examples: ['topiary publish 0199c1b2-…'],
  run: async ({ api, json, url, out }, operands) => {
    if (operands.length === 0) throw new UsageError('publish takes the id of a submission');
    for (const id of operands) {
      const submission = answer(await api.POST('/api/v1/submissions/{id}/publish', { params: { path: { id } } }));
      out(json ? `${JSON.stringify(submission)}\n` : `${id} is public: ${url}/submissions/${id}\n`);
    }
    return EXIT.ok;
  },
});
