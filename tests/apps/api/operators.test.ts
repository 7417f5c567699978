/** What operators see: one line of log an answer, ids that join them, and metrics of the queue. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { METRICS_TOKEN, startApi, type TestApi } from '../../helpers/api.js';

const BOARD = 'classification.resnet-tiny.shapes32';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const metric = async (name: string): Promise<number> => {
  const { body } = await api.app.inject({ url: '/metrics', headers: { authorization: `Bearer ${METRICS_TOKEN}` } });
  const line = body.split('\n').find((text) => text.startsWith(`${name} `));
  if (!line) throw new Error(`no metric ${name}`);
  return Number(line.split(' ').at(-1));
};

it('counts runs, workers, and jobs on their way, as Prometheus reads them', async () => {
  const payload = { kind: 'recipe', board: BOARD, recipe: {}, seeds: [0, 1] };
  await api.app.inject({ method: 'POST', url: '/api/v1/submissions', headers: api.owner, payload });
  expect(await metric('topiary_runs{state="queued"}')).toBe(2);
  expect(await metric('topiary_outbox_unsent')).toBe(2);
  await new Promise((next) => setTimeout(next, 50));
  expect(await metric('topiary_outbox_lag_seconds')).toBeGreaterThan(0.04);
  expect(await metric('topiary_queue_wait_seconds')).toBeGreaterThan(0.04);
  await api.context.db.outbox.relay(async () => undefined);
  expect(await metric('topiary_outbox_unsent')).toBe(0);
  expect(await metric('topiary_outbox_lag_seconds')).toBe(0);
  const lastSeen = new Date().toISOString();
  for (const [id, busy] of [
    ['a', true],
    ['b', false],
    ['c', false],
  ] as const)
    await api.context.db.settings.set(`worker:${id}`, { id, provider: 'cpu', machine: 'm', busy, lastSeen });
  expect(await metric('topiary_workers{state="busy"}')).toBe(1);
  expect(await metric('topiary_workers{state="idle"}')).toBe(2);
});

it('shows metrics to the token of the environment and to keys of admins, and takes the token for nothing else', async () => {
  const ask = async (url: string, authorization?: string) =>
    (await api.app.inject({ url, headers: authorization === undefined ? {} : { authorization } })).statusCode;
  const token = `Bearer ${METRICS_TOKEN}`;
  expect(await ask('/metrics', token)).toBe(200);
  expect(await ask('/metrics', api.owner.authorization)).toBe(200);
  expect(await ask('/metrics', api.member.authorization)).toBe(403);
  expect(await ask('/metrics', `${token}r`)).toBe(401);
  expect(await ask('/metrics')).toBe(401);
  expect(await ask('/api/v1/admin/queue', token)).toBe(401);
  expect(await ask('/api/v1/boards', token)).toBe(401);
});

it('measures answers by method, route and status', async () => {
  const name = 'topiary_http_seconds_count{method="GET",route="/api/v1/submissions/:id",status="404"}';
  await api.app.inject({ url: '/api/v1/submissions/none' });
  const before = await metric(name);
  await api.app.inject({ url: '/api/v1/submissions/none' });
  expect(await metric(name)).toBe(before + 1);
});

it('gives each request an id that its answer, its problem and its log carry', async () => {
  const { headers, body } = await api.app.inject({ url: '/api/v1/submissions/none' });
  expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  expect(JSON.parse(body).requestId).toBe(headers['x-request-id']);
});
