/** The whole server: a run from submission to leaderboard row, and what is left after kill -9 at the worst moments. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Board, Leaderboard, Submission } from '@topiary/contracts';
import { SHIPPED, shippedPath } from '@topiary/zoo/catalogue';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { isAlive } from '../../packages/db/src/embedded/process-facts.js';
import { descendants, TestServer, until } from '../helpers/server.js';

const postmasterOf = (home: string): number => {
  const { elsewhere } = JSON.parse(readFileSync(join(home, 'postgres.json'), 'utf8')) as { elsewhere: string | null };
  return Number(readFileSync(join(elsewhere ?? join(home, 'postgres'), 'postmaster.pid'), 'utf8').split('\n')[0]);
};

const BOARD = 'classification.resnet-tiny.shapes32';
const root = resolve(import.meta.dirname, '../..');

// A dead worker's lease runs for half a minute before anybody else may have the run.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start({ env: { TOPIARY_STARTERS: 'none' } });
});
afterAll(async () => {
  await server.stop();
  rmSync(server.home, { recursive: true, force: true });
});

const submit = (criterion: string, steps: number) =>
  server.call<Submission>('POST', '/submissions', {
    kind: 'recipe',
    board: BOARD,
    recipe: { criterion, finetune: { steps, batch: 64 } },
    targets: ['2x'],
  });

const finetuning = (id: string) =>
  until('fine-tuning to begin', 60_000, async () => {
    const run = (await server.submission(id)).runs[0]!;
    if (run.state === 'failed') throw new Error(run.problem?.detail);
    const stage = run.stages.find((s) => s.id === 'finetune');
    return stage?.state === 'running' && (stage.progress ?? 0) > 0.05;
  });

const done = (id: string) =>
  until('the run to end', 120_000, async () => {
    const submission = await server.submission(id);
    return ['done', 'failed', 'cancelled'].includes(submission.state) && submission;
  });

const rowsOf = async (criterion: string) =>
  (await server.call<Leaderboard>('GET', `/boards/${BOARD}/leaderboard?method=${criterion}&provenance=measured`)).rows;

describe('a run', () => {
  it('ends as a row of the leaderboard with accuracy, parameters, MACs and latency', async () => {
    const { id } = await submit('magnitude-l1', 20);
    const submission = await done(id);
    const run = submission.runs[0]!;
    expect([submission.state, run.problem]).toEqual(['done', null]);
    const result = run.result!;
    expect(result.achieved).toBeGreaterThanOrEqual(2);
    expect(result.macs.published.base / result.macs.published.left).toBeCloseTo(result.achieved, 6);
    expect(result.metrics.map(({ id: metric, phase }) => `${metric}/${phase}`)).toEqual(
      expect.arrayContaining(['top1/base', 'top1/pruned', 'top1/finetuned']),
    );
    expect(result.latency!.p50Ms).toBeGreaterThan(0);
    const [row] = await rowsOf('magnitude-l1');
    expect(row).toMatchObject({ rank: expect.any(Number), submission: id, provenance: 'measured' });
    const model = result.artefacts.find(({ kind }) => kind === 'model')!;
    const file = await fetch(`${server.url}/api/v1/artefacts/${model.sha256}`);
    expect((await file.arrayBuffer()).byteLength).toBe(model.bytes);
    const bits = result.artefacts.find(({ kind }) => kind === 'correct')!;
    expect((await fetch(`${server.url}/api/v1/artefacts/${bits.sha256}`)).status).toBe(404);
  });

  it('is the same twice under the same seed', async () => {
    const [first, second] = [await submit('taylor', 10), await submit('taylor', 10)];
    const metricsOf = async ({ id }: Submission) => (await done(id)).runs[0]!.result!.metrics;
    expect(await metricsOf(second)).toEqual(await metricsOf(first));
  });

  it('is cancelled within seconds while it computes', async () => {
    const { id } = await submit('random', 5000);
    await finetuning(id);
    await server.call('POST', `/submissions/${id}/cancel`);
    expect((await done(id)).state).toBe('cancelled');
    await until('the child to be gone', 10_000, async () => server.child() === null);
    expect(await rowsOf('random')).toEqual([]);
  });
});

it('leaves nothing in its home that another user of the machine can read', () => {
  const { stdout } = spawnSync('find', [
    server.home,
    '-path',
    '*/postgres/*',
    '-prune',
    '-o',
    '-perm',
    '/066',
    '-print',
  ]);
  expect(stdout.toString()).toBe('');
});

describe('a bad file', () => {
  const upload = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> => {
    const headers = { authorization: `Bearer ${server.key}`, 'content-type': 'application/octet-stream' };
    const answer = await fetch(`${server.url}/api/v1/artefacts`, { method: 'POST', headers, body: bytes });
    return ((await answer.json()) as { sha256: string }).sha256;
  };
  const shipped = () => new Uint8Array(readFileSync(shippedPath(SHIPPED[0]!.sha256)));
  const cases: readonly (readonly [string, () => Uint8Array<ArrayBuffer>, string])[] = [
    ['that is no ONNX file', () => new TextEncoder().encode('# a text'), 'TOPIARY_ONNX_NOT_A_MODEL'],
    ['that ends too early', () => shipped().slice(0, 100_000), 'TOPIARY_ONNX_TRUNCATED'],
  ];
  it.each(cases)('%s is refused with its code, and the worker goes on', async (_name, bytes, code) => {
    const model = await upload(bytes());
    const body = { kind: 'import', board: BOARD, model, mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] };
    const { id } = await server.call<Submission>('POST', '/submissions', body);
    const submission = await done(id);
    expect([submission.state, submission.runs[0]!.problem?.code]).toEqual(['failed', code]);
    const { base } = await server.call<Board>('GET', `/boards/${BOARD}`);
    expect(base!.metrics[0]!.value).toBe(SHIPPED[0]!.metrics[0]!.value);
  });
});

describe('after kill -9', () => {
  it('of the child in the middle of training, the run is tried again and scored once', async () => {
    const { id } = await submit('magnitude-l2', 150);
    await finetuning(id);
    process.kill(server.child()!, 'SIGKILL');
    const submission = await done(id);
    expect(submission.state).toBe('done');
    expect(submission.runs[0]!.attempt).toBe(2);
    expect(await rowsOf('magnitude-l2')).toHaveLength(1);
  });

  it('of the whole server, a start on the same home finishes the run, and scores it once', async () => {
    const { id } = await submit('bn-scale', 150);
    await finetuning(id);
    const { home, port } = server;
    await server.killAll();
    server = await TestServer.start({ home, port, env: { TOPIARY_STARTERS: 'none' } });
    const submission = await done(id);
    expect([submission.state, submission.runs[0]!.problem]).toEqual(['done', null]);
    expect(submission.runs[0]!.attempt).toBeGreaterThanOrEqual(2);
    expect(await rowsOf('bn-scale')).toHaveLength(1);
  });
});

describe('under the eyes of the supervisor', () => {
  const processOf = (name: string): number =>
    descendants(server.process.pid!).find(({ command }) => command.includes(name))!.pid;
  const accepts = () =>
    until('the server to take a submission', 30_000, async () => (await submit('random', 5)).state === 'queued');

  it.each([
    ['Postgres', () => JSON.parse(readFileSync(join(server.home, 'postgres.json'), 'utf8')), 'the database ended'],
    ['the API', () => null, 'the API ended'],
    ['the worker', () => null, 'the worker ended'],
  ])('kill -9 of %s costs seconds, and is said', async (name, record, line) => {
    const before = record();
    if (name === 'Postgres') process.kill(postmasterOf(server.home), 'SIGKILL');
    else process.kill(processOf(name === 'the API' ? 'api.mjs' : 'worker.mjs'), 'SIGKILL');
    await until(`'${line}'`, 10_000, async () => server.output.includes(line));
    await accepts();
    expect(record()).toEqual(before);
    await until('a worker', 30_000, async () => processOf('worker.mjs') > 0);
  });
});

it('kill -9 of the supervisor in the middle of its start leaves no process that lives on', async () => {
  const { home, port } = server;
  await server.stop();
  const broken = TestServer.launch({ home, port, env: { TOPIARY_STARTERS: 'none' } });
  const api = () => descendants(broken.process.pid!).find(({ command }) => command.includes('api.mjs'));
  await until('the API to be there', 20_000, async () => api() !== undefined);
  const { pid } = api()!;
  broken.process.kill('SIGKILL');
  await until('the API to end', 25_000, async () => !isAlive(pid));
  server = await TestServer.start({ home, port, env: { TOPIARY_STARTERS: 'none' } });
});

it('a second start on the same home says so and ends', () => {
  const second = spawnSync(process.execPath, [join(root, 'dist/supervisor.mjs')], {
    cwd: root,
    encoding: 'utf8',
    timeout: 20_000,
    env: { ...process.env, TOPIARY_ROOT: root, TOPIARY_HOME: server.home, PORT: '0' },
  });
  expect(second.status).toBe(1);
  expect(second.stderr).toMatch(/TOPIARY_START_ALREADY_RUNNING/);
});

it('Ctrl-C stops everything in order and leaves no process behind', async () => {
  const pids = descendants(server.process.pid!).map(({ pid }) => pid);
  expect(pids.length).toBeGreaterThan(1);
  // while it runs, its home says where
  const address = join(server.home, 'address');
  expect(readFileSync(address, 'utf8')).toBe(`${server.url}\n`);
  process.kill(-server.process.pid!, 'SIGINT');
  await server.ended();
  expect(server.process.exitCode).toBe(0);
  expect(existsSync(address)).toBe(false);
  expect(pids.filter(isAlive)).toEqual([]);
});
