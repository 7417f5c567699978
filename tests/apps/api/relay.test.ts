/** What is queued goes to the workers at once, and all of it, however long the relay would wait by itself. */
import type { RunJob } from '@topiary/contracts';
import type { RunQueue } from '@topiary/queue';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { buildApp } from '../../../apps/api/src/app.js';
import type { App } from '../../../apps/api/src/context.js';
import { type Backgrounds, startBackground } from '../../../apps/api/src/relay.js';
import { startApi, type TestApi } from '../../helpers/api.js';
import { submission } from '../../packages/db/fixtures.js';

const HOUR = 3_600_000;

let api: TestApi;
let app: App;
let background: Backgrounds;
const sent: RunJob[] = [];
beforeAll(async () => {
  api = await startApi();
  const queue = { addAll: async (jobs: readonly RunJob[]) => void sent.push(...jobs) } as unknown as RunQueue;
  const { db, storage } = api.context;
  app = await buildApp(
    { ...api.context, onQueued: () => background.relay() },
    { host: '127.0.0.1', logLevel: 'silent', siteDir: '/nowhere' },
  );
  background = startBackground({ db, queue, storage }, app.log, { relayMs: HOUR });
  await vi.waitFor(async () => expect(await db.outbox.relay(async () => undefined)).toBe(0));
});
afterAll(async () => {
  await background.stop();
  await app.close();
  await api.close();
});

it('a submission, though the next turn of the relay is an hour away', async () => {
  const payload = { kind: 'recipe', board: 'classification.resnet-tiny.shapes32', recipe: {}, seeds: [0, 1] };
  const answer = await app.inject({ method: 'POST', url: '/api/v1/submissions', headers: api.owner, payload });
  const runs = answer.json().runs.map(({ id }: { id: string }) => id);
  await vi.waitFor(() => expect(sent.map(({ run }) => run)).toEqual(runs));
  sent.length = 0;
  await app.inject({ method: 'POST', url: `/api/v1/submissions/${answer.json().id}/cancel`, headers: api.owner });
  await app.inject({ method: 'POST', url: `/api/v1/submissions/${answer.json().id}/rerun`, headers: api.owner });
  await vi.waitFor(() => expect(sent).toMatchObject(runs.map((run: string) => ({ run, attempt: 2 }))));
});

it('more than fits into one turn', async () => {
  sent.length = 0;
  const seeds = Array.from({ length: 250 }, (_, i) => i);
  await api.context.db.submissions.create(submission({ seeds }));
  background.relay();
  await vi.waitFor(() => expect(sent).toHaveLength(250));
});
