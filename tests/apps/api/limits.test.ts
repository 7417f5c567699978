/** Limits of rate: by address before anybody is asked who they are, by person afterwards. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildApp } from '../../../apps/api/src/app.js';
import type { App } from '../../../apps/api/src/context.js';
import { LimitsEnv, limitsOf } from '../../../apps/api/src/limits.js';
import { startApi, type TestApi } from '../../helpers/api.js';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const appWith = (env: Record<string, string>): Promise<App> =>
  buildApp(
    { ...api.context, limits: limitsOf(LimitsEnv.parse(env)) },
    { host: '127.0.0.1', logLevel: 'silent', siteDir: '/nowhere', trustProxy: ['127.0.0.1'] },
  );

const statuses = async (app: App, n: number, request: object): Promise<number[]> => {
  const found: number[] = [];
  for (let i = 0; i < n; i += 1) found.push((await app.inject({ url: '/api/v1/methods', ...request })).statusCode);
  return found;
};

it('turns an address away after so many requests, also when each tries another wrong key', async () => {
  const app = await appWith({ RATE_ADDRESS_PER_MINUTE: '3' });
  const guess = { headers: { authorization: 'Bearer topiary_guess' } };
  expect(await statuses(app, 5, guess)).toEqual([401, 401, 401, 429, 429]);
  expect(await statuses(app, 1, { url: '/readyz' })).toEqual([200]);
  await app.close();
});

it('counts a /64 of IPv6 as one address, and other addresses apart, as a trusted proxy names them', async () => {
  const app = await appWith({ RATE_ADDRESS_PER_MINUTE: '2' });
  const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });
  expect(await statuses(app, 2, from('2001:db8:1:2::1'))).toEqual([200, 200]);
  expect(await statuses(app, 1, from('2001:db8:1:2:ffff::9'))).toEqual([429]);
  expect(await statuses(app, 1, from('2001:db8:1:3::1'))).toEqual([200]);
  expect(await statuses(app, 1, from('192.0.2.1'))).toEqual([200]);
  await app.close();
});

it('counts reading and writing of a person apart, and says what is left and when to come again', async () => {
  const app = await appWith({ RATE_READ_PER_MINUTE: '2', RATE_WRITE_PER_MINUTE: '1' });
  const first = await app.inject({ url: '/api/v1/methods', headers: api.member });
  // draft-ietf-httpapi-ratelimit-headers: the quota and its window, what is left and until when
  expect(first.headers['ratelimit-policy']).toBe('"read";q=2;w=60');
  expect(first.headers['ratelimit']).toMatch(/^"read";r=1;t=\d+$/);
  expect(await statuses(app, 2, { headers: api.member })).toEqual([200, 429]);
  const write = { method: 'POST', url: '/api/v1/submissions', payload: {} };
  expect(await statuses(app, 2, { ...write, headers: api.member })).toEqual([400, 429]);
  const refused = await app.inject({ ...write, method: 'POST', headers: api.member });
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  expect(refused.json()).toMatchObject({ status: 429, code: 'TOPIARY_API_RATE_LIMITED' });
  // Another person at the same address is not meant.
  expect(await statuses(app, 1, { headers: api.owner })).toEqual([200]);
  await app.close();
});
