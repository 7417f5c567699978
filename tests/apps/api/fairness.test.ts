/** Quotas and the place in the queue, as a submitter meets them. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildApp } from '../../../apps/api/src/app.js';
import type { App } from '../../../apps/api/src/context.js';
import { LimitsEnv, limitsOf } from '../../../apps/api/src/limits.js';
import { startApi, type TestApi } from '../../helpers/api.js';

const BOARD = 'classification.resnet-tiny.shapes32';

let api: TestApi;
let app: App;
beforeAll(async () => {
  api = await startApi();
  const limits = limitsOf(LimitsEnv.parse({ QUOTA_RUNS_PER_DAY: '5', QUOTA_RUNS_AT_ONCE: '3' }));
  app = await buildApp({ ...api.context, limits }, { host: '127.0.0.1', logLevel: 'silent', siteDir: '/nowhere' });
});
afterAll(async () => {
  await app.close();
  await api.close();
});

const submit = (headers: Record<string, string>, seeds: number[] = [0]) =>
  app.inject({
    method: 'POST',
    url: '/api/v1/submissions',
    headers,
    payload: { kind: 'recipe', board: BOARD, recipe: {}, seeds },
  });

it('tells with each submission what is left of the quotas, and refuses what would be too much', async () => {
  const first = await submit(api.member, [0, 1]);
  expect(first.statusCode).toBe(202);
  expect(first.headers).toMatchObject({
    'x-quota-runs-per-day': '5',
    'x-quota-runs-per-day-remaining': '3',
    'x-quota-runs-at-once': '3',
    'x-quota-runs-at-once-remaining': '1',
  });
  const refused = await submit(api.member, [0, 1]);
  expect(refused.json()).toMatchObject({ status: 429, code: 'TOPIARY_API_QUOTA' });
  const { body } = await app.inject({ url: '/api/v1/quota', headers: api.member });
  expect(JSON.parse(body)).toMatchObject({
    perDay: { limit: 5, used: 2, remaining: 3 },
    atOnce: { limit: 3, used: 2, remaining: 1 },
  });
});

it('sets no quota to who runs the server', async () => {
  const answer = await submit(api.owner, [0, 1, 2, 3]);
  expect(answer.statusCode).toBe(202);
  expect(answer.headers['x-quota-runs-per-day']).toBeUndefined();
  const { body } = await app.inject({ url: '/api/v1/quota', headers: api.owner });
  expect(JSON.parse(body)).toEqual({ perDay: null, atOnce: null, computeSeconds: null, storedBytes: null });
});

it('says where a submission stands, and when it will begin once there is a worker', async () => {
  const made = (await submit(api.owner)).json();
  expect(made.queue.position).toBeGreaterThan(1);
  expect(made.queue.estimatedStart).toBeNull();
  const report = { id: 'w', provider: 'cpu', machine: 'm', busy: false, lastSeen: new Date().toISOString() };
  await api.context.db.settings.set('worker:w', report);
  const look = async () => (await app.inject({ url: `/api/v1/submissions/${made.id}` })).json();
  expect(Date.parse((await look()).queue.estimatedStart)).toBeGreaterThan(Date.now());
  await api.context.db.submissions.cancel(made.id);
  expect((await look()).queue).toBeNull();
});
