/** `topiary status`: one submission, or the newest ones and how busy the server is. */
import { answer } from '@topiary/client';
import { type Context, defineCommand } from '../command.js';
import { EXIT, UsageError } from '../exit.js';
import { describe, hasFailed, list } from '../submission-text.js';

const one = async ({ api, url, json, out }: Context, id: string): Promise<number> => {
  const submission = answer(await api.GET('/api/v1/submissions/{id}', { params: { path: { id } } }));
  out(json ? `${JSON.stringify(submission)}\n` : describe(submission, url));
  return hasFailed(submission) ? EXIT.failed : EXIT.ok;
};

const overview = async ({ api, url, json, out }: Context, limit: number): Promise<number> => {
  const [page, status] = await Promise.all([
    api.GET('/api/v1/submissions', { params: { query: { limit } } }).then(answer),
    api.GET('/api/v1/status').then(answer),
  ]);
  if (json) out(`${JSON.stringify({ status, submissions: page.items })}\n`);
  else {
    const { queue, workers, version } = status;
    out(`${url} ${version}: ${queue.waiting} waiting, ${queue.active} running, ${workers.length} workers\n\n`);
    out(page.items.length > 0 ? list(page.items) : 'no submissions yet\n');
  }
  return EXIT.ok;
};

export const Status = defineCommand({
  name: 'status',
  summary: 'shows a submission (exit 1 when it failed), or the newest ones',
  operands: '[<id>]',
  options: { limit: { type: 'string', short: 'n', value: 'number', help: 'how many (20)' } },
  examples: ['topiary status', 'topiary status 0199c1b2-… --json'],
  run: async (context, operands, { limit = '20' }) => {
    if (operands.length > 1) throw new UsageError('status takes the id of one submission, or nothing');
    if (!/^[1-9]\d*$/.test(limit)) throw new UsageError(`--limit takes a number, not '${limit}'`);
    return operands[0] === undefined ? overview(context, Number(limit)) : one(context, operands[0]);
  },
});
