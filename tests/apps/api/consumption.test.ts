/** The page of the status says whether all is well, and what is not. */
import type { Status } from '@topiary/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { METRICS_TOKEN, startApi, type TestApi } from '../../helpers/api.js';

const BOARD = 'classification.resnet-tiny.shapes32';
let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const checks = async () => {
  const { checks: all } = (await api.app.inject({ url: '/api/v1/status' })).json() as Status;
  return Object.fromEntries(all.map(({ id, state }) => [id, state]));
};
const submit = (device: 'cpu' | 'gpu') => {
  const payload = { kind: 'recipe', board: BOARD, device, recipe: {} };
  return api.app.inject({ method: 'POST', url: '/api/v1/submissions', headers: api.owner, payload });
};
const worker = (device: string) => {
  const lastSeen = new Date().toISOString();
  const report = {
    id: device,
    device,
    provider: device === 'gpu' ? 'cuda' : 'cpu',
    machine: 'm',
    busy: false,
    lastSeen,
  };
  return api.context.db.settings.set(`worker:${device}`, report);
};

it('is well while what waits is begun, and not once it has waited for minutes and nothing begins', async () => {
  expect(await checks()).toMatchObject({ queue: 'ok', workers: 'bad' });
  await submit('cpu');
  expect(await checks()).toMatchObject({ queue: 'ok' });
  await api.database.query(`UPDATE runs SET queued_at = now() - interval '6 h'`);
  expect(await checks()).toMatchObject({ queue: 'bad' });
  await worker('cpu');
  await submit('cpu');
  await api.database.query(`UPDATE runs SET queued_at = now() - interval '6 h'`);
  const run = await api.context.db.runs.claimNext('cpu', { worker: 'cpu', leaseSeconds: 60 });
  expect(await checks()).toMatchObject({ queue: 'ok', workers: 'ok' });
  await api.context.db.runs.cancelled(run!);
  // Nobody computes at this moment, but somebody was served a moment ago.
  expect(await checks()).toMatchObject({ queue: 'ok' });
});

it('says that runs wait for a device that no worker has, on the page and to Prometheus', async () => {
  const metric = async (name: string) => {
    const { body } = await api.app.inject({ url: '/metrics', headers: { authorization: `Bearer ${METRICS_TOKEN}` } });
    return Number(
      body
        .split('\n')
        .find((line) => line.startsWith(`${name} `))
        ?.split(' ')[1],
    );
  };
  expect(await metric('topiary_unserved_devices')).toBe(0);
  await submit('gpu');
  expect(await checks()).toMatchObject({ workers: 'bad' });
  expect(await metric('topiary_unserved_devices')).toBe(1);
  await worker('gpu');
  expect(await checks()).toMatchObject({ workers: 'ok' });
  expect(await metric('topiary_served_seconds')).toBeLessThan(60);
});

it('knows how old the newest back-up is', async () => {
  expect(await checks()).toMatchObject({ backup: 'warn' });
  for (const [hours, state] of [
    [3, 'ok'],
    [30, 'bad'],
  ] as const) {
    await api.context.db.settings.set('backup:last', { at: new Date(Date.now() - hours * 3_600_000).toISOString() });
    expect(await checks()).toMatchObject({ backup: state });
  }
});
