/** No request carries a character that no text may have, wherever it stands: in the address, the query or the body. */
import { unfitIn } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import type { FastifyRequest } from 'fastify';
import type { App } from '../context.js';

interface Found {
  readonly where: string;
  readonly got: string;
}

/** Goes through values without recursion, since a body may be nested as deep as it is long; streams are not text. */
const firstUnfit = (root: string, value: unknown): Found | null => {
  const waiting: [path: string, value: unknown][] = [[root, value]];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [path, part] = next;
    const got = typeof part === 'string' ? unfitIn(part) : null;
    if (got !== null) return { where: path, got };
    if (part === null || typeof part !== 'object') continue;
    for (const [key, inner] of Object.entries(part).reverse()) {
      const inKey = unfitIn(key);
      if (inKey !== null) return { where: `${path}, a name`, got: inKey };
      waiting.push([`${path}${path === root ? ' ' : '.'}${key}`, inner]);
    }
  }
  return null;
};

const isJson = ({ headers }: FastifyRequest): boolean =>
  /^application\/(.+\+)?json\b/.test(headers['content-type'] ?? '');

export const text = (app: App): void => {
  app.addHook('preValidation', async (request) => {
    const { params, query, body } = request;
    const found =
      firstUnfit('params', params) ??
      firstUnfit('querystring', query) ??
      (isJson(request) ? firstUnfit('body', body) : null);
    if (found) throw new TopiaryError('TOPIARY_API_VALIDATION', { expected: 'text', ...found });
  });
};
