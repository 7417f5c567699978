/** The short way of a remembered leaderboard, over a real socket: the same answer, under the same limits. */
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { buildApp } from '../../../apps/api/src/app.js';
import { openBoardMemory } from '../../../apps/api/src/board-memory.js';
import type { App } from '../../../apps/api/src/context.js';
import { LimitsEnv, limitsOf } from '../../../apps/api/src/limits.js';
import { startApi, type TestApi } from '../../helpers/api.js';

const MOST = 12;
const PAGE = '/api/v1/boards/classification.resnet-tiny.shapes32/leaderboard';

let api: TestApi;
let app: App;
beforeAll(async () => {
  api = await startApi();
  const { context } = api;
  const boards = openBoardMemory(context.db, context.events, { trustMs: 3_600_000 });
  const limits = limitsOf(LimitsEnv.parse({ RATE_ADDRESS_PER_MINUTE: `${MOST}` }));
  const options = { host: '127.0.0.1', logLevel: 'silent', siteDir: '/nowhere', trustProxy: ['127.0.0.1'] };
  app = await buildApp({ ...context, boards, limits }, options);
  await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await app.close();
  await api.close();
});

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** As a proxy would pass it on for the client `from`. */
const ask = (from: string, headers: Record<string, string> = {}): Promise<Answer> =>
  new Promise((done, fail) => {
    const { port } = app.server.address() as AddressInfo;
    const asked = request({ host: '127.0.0.1', port, path: PAGE, headers: { 'x-forwarded-for': from, ...headers } });
    asked.once('error', fail).once('response', async (response) => {
      const parts: Buffer[] = [];
      for await (const part of response) parts.push(part as Buffer);
      done({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(parts).toString('latin1') });
    });
    asked.end();
  });

/** Only Fastify's hooks count by person, and say so. */
const isShort = ({ headers }: Answer): boolean => headers['ratelimit'] === undefined;

const untilShort = (from: string, headers: Record<string, string> = {}): Promise<Answer> =>
  vi.waitFor(async () => {
    const answer = await ask(from, headers);
    expect(isShort(answer)).toBe(true);
    return answer;
  });

const withoutOwn = ({ status, headers, body }: Answer) => {
  const common = Object.entries(headers).filter(
    ([name]) => name !== 'date' && name !== 'x-request-id' && !name.startsWith('ratelimit'),
  );
  return { status, body, headers: Object.fromEntries(common) };
};

it('answers as the long way does, with an id of its own', async () => {
  for (const headers of [{}, { 'accept-encoding': 'br' }] as Record<string, string>[]) {
    const long = await ask('203.0.113.1', headers);
    expect(long.status).toBe(200);
    expect(isShort(long)).toBe(false);
    const short = await untilShort('203.0.113.1', headers);
    expect(withoutOwn(short)).toEqual(withoutOwn(long));
    expect(short.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(short.headers['x-request-id']).not.toBe(long.headers['x-request-id']);
    const unchanged = await ask('203.0.113.1', { ...headers, 'if-none-match': String(long.headers['etag']) });
    expect([unchanged.status, unchanged.body]).toEqual([304, '']);
  }
});

it('counts for the limit of the address that stands behind a trusted proxy', async () => {
  await untilShort('203.0.113.2');
  const answers: Answer[] = [];
  for (let i = 0; i <= MOST; i += 1) answers.push(await ask('203.0.113.3'));
  expect(answers.map(({ status }) => status)).toEqual([...Array(MOST).fill(200), 429]);
  // Every half minute a page is made anew, the long way.
  expect(answers.slice(0, MOST).filter(isShort).length).toBeGreaterThan(MOST - 3);
  expect(JSON.parse(answers.at(-1)!.body)).toMatchObject({ code: 'TOPIARY_API_RATE_LIMITED' });
  expect((await ask('203.0.113.4')).status).toBe(200);
});

it('is closed to a foreign Host', async () => {
  await untilShort('203.0.113.5');
  const answer = await ask('203.0.113.5', { host: 'elsewhere.example' });
  expect([answer.status, JSON.parse(answer.body).code]).toEqual([403, 'TOPIARY_API_FORBIDDEN']);
});
