/** `topiary status`: one submission, or the newest ones and how busy the server is. */
import { ApiProblem, answer, type HeldRun } from '@topiary/client';
import { type Context, defineCommand } from '../command.js';
import { EXIT, UsageError } from '../exit.js';
import { describe, hasFailed, list } from '../submission-text.js';

/** Nothing for whoever may not know: a visitor, a key that may not read; and of a server that holds no results yet. */
const heldOf = async ({ api }: Context, submission: string): Promise<readonly HeldRun[]> => {
  try {
    return answer(await api.GET('/api/v1/held', { params: { query: { submission } } })).items;
  } catch (error) {
    if (error instanceof ApiProblem && [401, 403, 404].includes(error.problem.status)) return [];
    throw error;
  }
};

const one = async (context: Context, id: string): Promise<number> => {
  const { api, url, json, out } = context;
  const submission = answer(await api.GET('/api/v1/submissions/{id}', { params: { path: { id } } }));
  out(json ? `${JSON.stringify(submission)}\n` : describe(submission, url, await heldOf(context, id)));
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
