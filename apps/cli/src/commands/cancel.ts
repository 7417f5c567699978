/** `topiary cancel`: queued runs end at once, running ones within seconds. */
import { answer } from '@topiary/client';
import { defineCommand } from '../command.js';
import { EXIT, UsageError } from '../exit.js';

export const Cancel = defineCommand({
  name: 'cancel',
  summary: 'stops the runs of a submission that have not ended',
  operands: '<id> …',
  options: {},
  examples: ['topiary cancel 0199c1b2-…'],
  run: async ({ api, json, out }, operands) => {
    if (operands.length === 0) throw new UsageError('cancel takes the id of a submission');
    for (const id of operands) {
      const submission = answer(await api.POST('/api/v1/submissions/{id}/cancel', { params: { path: { id } } }));
      out(json ? `${JSON.stringify(submission)}\n` : `${id} ${submission.state}\n`);
    }
    return EXIT.ok;
  },
});
