/** A worker and what it computes on: it starts only where that loads, takes what fits, and gives back what it cannot do. */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { providers } from '@topiary/runtime';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runAttempt } from '../../../workers/evaluator/src/attempt.js';
import { parseAccelerator } from '../../../workers/evaluator/src/device.js';
import { readEnv } from '../../../workers/evaluator/src/env.js';
import type { Job } from '../../../workers/evaluator/src/messages.js';
import { freshDatabase, type TestDatabase } from '../../helpers/database.js';
import { until } from '../../helpers/server.js';
import { submission } from '../../packages/db/fixtures.js';

const root = resolve(import.meta.dirname, '../../..');
const home = mkdtempSync(join(tmpdir(), 'topiary-device-'));
let test: TestDatabase;
beforeAll(async () => {
  test = await freshDatabase();
});
afterAll(async () => {
  await test.close();
  rmSync(home, { recursive: true, force: true });
});

const startWorker = (env: NodeJS.ProcessEnv): { child: ChildProcess; said: () => string } => {
  let said = '';
  const child = fork(join(root, 'dist/worker.mjs'), [], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      ...process.env,
      TOPIARY_ROOT: root,
      TOPIARY_HOME: home,
      DATABASE_URL: test.url,
      QUEUE_URL: test.url,
      ...env,
    },
  });
  for (const stream of [child.stdout!, child.stderr!]) stream.setEncoding('utf8').on('data', (text) => (said += text));
  return { child, said: () => said };
};

const reports = async () => (await test.db.settings.list('worker:')).map(({ value }) => value);
const stateOf = async (id: string) =>
  (await test.query(`SELECT state, attempt, worker FROM runs WHERE id = '${id}'`))[0];

it('a worker whose provider does not load says so and ends; it reports nothing and takes nothing', async () => {
  const hasCuda = (await providers()).some(({ provider, available }) => provider === 'cuda' && available);
  if (hasCuda) return void console.log('skipped: CUDA loads on this machine');
  const { submission: made } = await test.db.submissions.create(submission());
  const { child, said } = startWorker({ EXECUTION_PROVIDER: 'cuda' });
  const code = await new Promise((done) => child.once('exit', done));
  expect(code).toBe(78);
  expect(said()).toMatch(/TOPIARY_RUNTIME_PROVIDER[\s\S]*provider 'cuda'[\s\S]*EXECUTION_PROVIDER=auto or cpu/);
  expect(await reports()).toEqual([]);
  expect(await stateOf(made.runs[0]!.id)).toEqual({ state: 'queued', attempt: 1, worker: null });
  await test.db.submissions.cancel(made.id);
});

it('a worker reports what really loaded, and what a run may take', async () => {
  const { child } = startWorker({ EXECUTION_PROVIDER: 'cpu', WORKERS: '2' });
  const [report] = await until('a report', 20_000, async () => {
    const found = await reports();
    return found.length > 0 && found;
  });
  child.kill('SIGTERM');
  await new Promise((done) => child.once('exit', done));
  expect(report).toMatchObject({ device: 'cpu', provider: 'cpu', machine: expect.any(String), busy: false });
  expect((report as { memoryBytes: number }).memoryBytes).toBeGreaterThan(2 ** 30);
  expect((report as { threads: number }).threads).toBe(Math.max(1, Math.floor(availableParallelism() / 2)));
});

it('the cores of a machine are divided among its workers, unless the operator says how', () => {
  const base = { DATABASE_URL: 'postgres://h/d', QUEUE_URL: 'postgres://h/d' };
  const threads = (env: NodeJS.ProcessEnv) => readEnv({ ...base, ...env }).threads;
  const cores = threads({});
  expect(cores).toBeGreaterThanOrEqual(1);
  expect(cores).toBeLessThanOrEqual(availableParallelism());
  expect(threads({ WORKERS: '2' })).toBe(Math.max(1, Math.floor(cores / 2)));
  expect(threads({ WORKERS: '200' })).toBe(1);
  expect(threads({ WORKERS: '2', THREADS: '7' })).toBe(7);
});

it('a provider that stops to load in the middle of the day costs no run: it goes back to the queue, uncounted', async () => {
  const { submission: made } = await test.db.submissions.create(submission());
  const ref = { run: made.runs[0]!.id, attempt: 1 };
  const run = (await test.db.runs.claim(ref, { worker: 'w', leaseSeconds: 60 }))!;
  const childPath = join(home, 'child.mjs');
  const problem = { type: '', title: '', status: 503, code: 'TOPIARY_RUNTIME_PROVIDER', detail: 'no CUDA any more' };
  writeFileSync(
    childPath,
    `process.once('message', () => process.send({ type: 'problem', problem: ${JSON.stringify(problem)} }, undefined, {}, () => process.exit(0)));`,
  );
  const options = { db: test.db, log: pino({ level: 'silent' }), childPath, limitSeconds: 30 };
  const outcome = await runAttempt(run, {} as Job, { ...options, signal: new AbortController().signal });
  expect(outcome).toBe('unable');
  expect(await stateOf(ref.run)).toEqual({ state: 'queued', attempt: 2, worker: null });
  expect((await test.query(`SELECT crashes FROM runs WHERE id = '${ref.run}'`))[0]).toEqual({ crashes: 0 });
});

it('reads what nvidia-smi says of a device', () => {
  // The form that `nvidia-smi --query-gpu=uuid,name,memory.total --format=csv,noheader,nounits` documents.
  const line = 'GPU-5fa0a2c8-1c5f-0b6e-6d8e-0f1d3b1c9a77, NVIDIA A100-SXM4-40GB, 40960';
  expect(parseAccelerator(line)).toEqual({
    uuid: 'GPU-5fa0a2c8-1c5f-0b6e-6d8e-0f1d3b1c9a77',
    name: 'NVIDIA A100-SXM4-40GB',
    memoryBytes: 40960 * 2 ** 20,
  });
  expect(parseAccelerator('No devices were found')).toBeNull();
});
