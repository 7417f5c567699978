/** `topiary logs`: what happens to a submission, live, and taken up again after a cut. */
import { defineCommand } from '../command.js';
import { UsageError } from '../exit.js';
import { follow } from '../follow.js';

export const Logs = defineCommand({
  name: 'logs',
  summary: 'prints what happens, live, until the runs have ended (exit 1 when one failed)',
  operands: '<id>',
  options: { after: { type: 'string', value: 'event', help: 'only events after this one' } },
  examples: ['topiary logs 0199c1b2-…', 'topiary logs 0199c1b2-… --json | jq -c .event'],
  run: async (context, operands, { after }) => {
    const [id] = operands;
    if (id === undefined || operands.length > 1) throw new UsageError('logs takes the id of one submission');
    if (after !== undefined && !/^\d+$/.test(after))
      throw new UsageError(`--after takes an event's number, not '${after}'`);
    return follow(context, id, after);
  },
});
