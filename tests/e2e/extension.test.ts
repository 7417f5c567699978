/**
 * A track that is no classification, from form to row: a denoiser in two parts that share weights, with an int64 timestep,
 * judged by its squared error. It is added as an installation adds its own; through API, worker, ranks and pages.
 */
import { spawnSync } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import type { Leaderboard, Row, Submission } from '@topiary/contracts';
import { decode, encode, int64s } from '@topiary/onnx';
import { initializersOf, play, readManifest, writeManifest } from '@topiary/pipeline';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runAttempt } from '../../workers/evaluator/src/attempt.js';
import { readEnv } from '../../workers/evaluator/src/env.js';
import { resolveJob } from '../../workers/evaluator/src/job.js';
import { Denoising } from '../extension/denoiser/catalogue.js';
import { denoiser, SCHEDULE } from '../extension/denoiser/network.js';
import { type ListeningApi, listeningApi } from '../helpers/api-server.js';
import { chromiumPath, launchBrowser } from '../helpers/browser.js';
import { runOnnx } from '../helpers/onnxruntime.js';

const root = resolve(import.meta.dirname, '../..');
const BOARD = 'denoising.two-speed.sines';
const DIST = 'node_modules/.topiary/denoiser';
const SILENT = pino({ level: 'silent' });
let api: ListeningApi;

/** Puts the base model where an import would have put it: its parts, and the manifest that names them. */
const openBoard = async (): Promise<void> => {
  const { storage, db } = api.context;
  const { parts } = denoiser(7);
  const shas = await Promise.all(
    [...parts].map(async ([id, { graph }]) => [id, await storage.put(encode(graph))] as const),
  );
  const manifest = await storage.put(
    writeManifest(Object.fromEntries(shas.map(([id, { sha256 }]) => [id, sha256])), SCHEDULE),
  );
  await db.baseModels.activate({
    board: BOARD,
    ...manifest,
    settings: {},
    metrics: [],
    params: 1,
    macs: { pure: 1, published: 1 },
    splitHash: 'none',
    provenance: 'measured',
  });
};

beforeAll(async () => {
  const built = spawnSync(process.execPath, [join(root, 'scripts/bundle.mjs')], {
    env: { ...process.env, TOPIARY_EXTENSION: join(root, 'tests/extension/denoiser'), TOPIARY_DIST: DIST },
    encoding: 'utf8',
  });
  expect(built.status, built.stderr).toBe(0);
  api = await listeningApi({}, { siteDir: join(root, 'apps/web/dist') });
  await openBoard();
}, 120_000);
afterAll(() => api.close());

const post = async (payload: object) =>
  api.app.inject({ method: 'POST', url: '/api/v1/submissions', headers: api.member, payload });

/** What the worker does with each run of a submission. */
const work = async ({ runs }: Pick<Submission, 'runs'>): Promise<string[]> => {
  const { db, dataDir } = api.context;
  const home = dirname(dataDir);
  const env = readEnv({
    DATABASE_URL: 'postgres://h/d',
    QUEUE_URL: 'postgres://h/d',
    TOPIARY_HOME: home,
    STORAGE_URL: `file:${join(home, 'artefacts')}`,
  });
  const outcomes: string[] = [];
  for (const { id } of runs) {
    const run = (await db.runs.claim({ run: id, attempt: 1 }, { worker: 'test', leaseSeconds: 60 }))!;
    const job = await resolveJob(db, run, { ...env, threads: 1 }, 'test');
    const options = { db, log: SILENT, childPath: join(root, DIST, 'worker-child.mjs'), limitSeconds: 60 };
    outcomes.push(await runAttempt(run, job, { ...options, signal: new AbortController().signal }));
  }
  return outcomes;
};

const submitted = async (body: object): Promise<Submission> => {
  const response = await post({ kind: 'recipe', board: BOARD, ...body });
  expect(response.statusCode, response.body).toBe(202);
  const submission = response.json<Submission>();
  const outcomes = await work(submission);
  const after = (await api.app.inject({ url: `/api/v1/submissions/${submission.id}` })).json<Submission>();
  expect(outcomes, JSON.stringify(after.runs.map(({ problem }) => problem))).toEqual(submission.runs.map(() => 'done'));
  return after;
};

const rows = async (): Promise<Row[]> =>
  (await api.app.inject({ url: `/api/v1/boards/${BOARD}/leaderboard?limit=100` })).json<Leaderboard>().rows;

describe('a track of one’s own', () => {
  let pruned: Submission;
  let halved: Submission;
  beforeAll(async () => {
    pruned = await submitted({ recipe: { criterion: 'taylor' }, seeds: [0, 1] });
    await submitted({ recipe: { criterion: 'random' }, seeds: [0, 1] });
    halved = await submitted({ recipe: { criterion: null, procedure: 'toy-halve' }, targets: ['free'] });
  }, 120_000);

  it('prunes what both parts share once, to the target, and ranks by the squared error with its interval', async () => {
    const found = await rows();
    const taylor = found.find(({ label }) => label === 'taylor · global')!;
    const random = found.find(({ label }) => label === 'random · global')!;
    expect([taylor.achieved, random.achieved].every((x) => x >= 2 && x < 2.3)).toBe(true);
    const mse = taylor.metrics.find(({ id, phase }) => id === 'mse' && phase === 'finetuned')!;
    expect(mse).toMatchObject({ n: 2, interval: 'seeds' });
    expect(taylor.aboveRandom).not.toBeNull();
    expect([taylor.rank, random.rank].sort()).toEqual([1, 2]);
    expect(taylor.costs['trajectory-macs']!.base).toBe(4 * taylor.costs['macs']!.base!);
    expect(taylor.latency!.p50Ms).toBeGreaterThan(0);
    const better = taylor.rank === 1 ? [taylor, random] : [random, taylor];
    const value = (row: Row) => row.metrics.find(({ phase }) => phase === 'finetuned')!.value;
    expect(value(better[0]!)).toBeLessThanOrEqual(value(better[1]!));
  });

  it('leaves a pipeline whose parts still share their weights, and which gives the number that the row shows', async () => {
    const { artefacts, metrics } = pruned.runs[0]!.result!;
    const read = async (sha256: string) => new Uint8Array(await api.context.storage.read(sha256));
    const manifest = readManifest(await read(artefacts.find(({ kind }) => kind === 'pipeline')!.sha256))!;
    const parts = await Promise.all(
      Object.entries(manifest.parts).map(
        async ([id, sha256]) => [id, { graph: decode(await read(sha256)), ports: [] }] as const,
      ),
    );
    const pipeline = { parts: new Map(parts), schedule: manifest.schedule };
    expect([...initializersOf(pipeline).keys()].sort()).toEqual(['E', 'W1', 'W2', 'W3']);
    expect(pipeline.parts.get('late')!.graph.initializers.get('W1')!.dims[1]).toBeLessThan(24);
    // onnxruntime on the published files, the task's own sum in plain code
    const { DenoisingTask } = await import('../extension/denoiser/task.js');
    const task = await DenoisingTask.open({} as never);
    const run = (part: string, feeds: Parameters<typeof runOnnx>[1]) => runOnnx(pipeline.parts.get(part)!.graph, feeds);
    const compute = { open: async () => ({ run, release: async () => undefined }), pause: async () => undefined };
    const { values } = await task.evaluate(pipeline, 'test', compute, { examples: 16 });
    const all = await task.evaluate(pipeline, 'test', compute);
    expect(values['mse']).not.toBe(all.values['mse']);
    expect(all.values['mse']).toBeCloseTo(metrics.find(({ phase }) => phase === 'finetuned')!.value, 5);
    const player = play(pipeline, run);
    const x = { type: 'float32', dims: [1, 16], data: new Float32Array(16).fill(0.5) } as const;
    expect((await player.step({ x, t: int64s([0]) }))['noise']!.dims).toEqual([1, 16]);
  });

  it('keeps answers per example private, and shows the pictures of its own', async () => {
    const { artefacts } = halved.runs[0]!.result!;
    const wave = artefacts.find(({ kind }) => kind === 'wave')!;
    expect(wave.title).toBe('A noised wave');
    const get = (sha256: string) => api.app.inject({ url: `/api/v1/artefacts/${sha256}` });
    expect((await get(wave.sha256)).json()).toMatchObject({ error: expect.any(Number) });
    const answers = artefacts.find(({ kind }) => kind === 'answers')!;
    expect(answers.bytes).toBe(4 * 128);
    expect((await get(answers.sha256)).statusCode).toBe(404);
  });

  it('ranks a procedure among its like, under its own name, with its own stages', async () => {
    const row = (await rows()).find(({ label }) => label === 'toy-halve')!;
    expect(row).toMatchObject({ rank: 1, target: { value: 1, label: 'free' } });
    expect(row.ranking).toContain('axes latency, macs, params');
    expect(row.achieved).toBeGreaterThan(1.5);
    expect(halved.runs[0]!.stages.map(({ id }) => id)).toEqual([
      'prepare',
      'prune',
      'finetune',
      'evaluate',
      'measure',
      'publish',
    ]);
  });

  it('runs several steps, each from what the one before made; the last one reaches the target', async () => {
    const next = [{ criterion: 'magnitude-l2', finetune: { steps: 10 } }];
    const first = { criterion: null, procedure: 'toy-halve', finetune: { steps: 10 } };
    const { runs, label } = await submitted({ recipe: first, next, targets: ['3x'] });
    const [{ result, stages }] = runs as [Submission['runs'][number]];
    expect(label).toBe('toy-halve → magnitude-l2 · global');
    expect(stages.map(({ id, state }) => `${id} ${state}`)).toEqual([
      ...['prepare done', '1-prune done', '1-finetune done'],
      ...['2-sparsify skipped', '2-prune done', '2-finetune done'],
      ...['evaluate done', 'measure done', 'publish done'],
    ]);
    expect(result!.metrics.map(({ phase }) => phase)).toEqual(['base', 'pruned', 'finetuned']);
    // of the base, not of what the first step left
    expect(result!.achieved).toBeGreaterThanOrEqual(3);
    expect(result!.achieved).toBeLessThan(3.5);
  });

  it.each([
    [
      'an axis that the procedure does not change',
      { recipe: { criterion: null, procedure: 'toy-halve' }, targets: ['trajectory-macs:2x'] },
      'TOPIARY_TRACKS_AXIS',
    ],
    [
      'a procedure that there is not',
      { recipe: { criterion: null, procedure: 'tinyfusion-2' } },
      'TOPIARY_METHODS_UNKNOWN',
    ],
    [
      'a method beside a procedure',
      { recipe: { criterion: 'taylor', procedure: 'toy-halve' } },
      'TOPIARY_TRACKS_BAD_RECIPE',
    ],
  ])('refuses %s before anything is queued', async (_, body, code) => {
    const response = await post({ kind: 'recipe', board: BOARD, ...body });
    expect(response.statusCode).toBe(422);
    expect(response.json()).toMatchObject({ code });
  });

  it('refuses a criterion that needs what the task has not, before it computes', async () => {
    const response = await post({ kind: 'recipe', board: BOARD, recipe: { criterion: 'obd-c' } });
    const submission = response.json<Submission>();
    if (response.statusCode === 202) {
      expect(await work(submission)).toEqual(['failed']);
      const { runs } = (await api.app.inject({ url: `/api/v1/submissions/${submission.id}` })).json<Submission>();
      expect(runs[0]!.problem).toMatchObject({ code: 'TOPIARY_METHODS_CANNOT_SERVE' });
    } else expect(response.json()).toMatchObject({ code: 'TOPIARY_METHODS_CANNOT_SERVE' });
  });

  it.skipIf(chromiumPath() === null)('is a board like any other in a browser, from the form to the row', async () => {
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      await page.goto(`${api.url}/boards/${BOARD}?target=2x`);
      await page.getByRole('heading', { level: 1, name: /Two-speed denoiser/ }).waitFor();
      await page.getByText(Denoising.metrics[0]!.title).first().waitFor();
      await page.locator('table').getByText('taylor').first().waitFor();
      // columns of its metric, its control and its axes; a reader chooses among them, and the server sorts by them
      const heads = () => page.locator('table.leaderboard thead th').allInnerTexts();
      expect(await heads()).toEqual(expect.arrayContaining(['Above random', 'MACs']));
      expect(await heads()).not.toContain('MACs of a trajectory');
      await page.getByText(/^Columns: /).click();
      await page.getByRole('checkbox', { name: 'MACs of a trajectory' }).click();
      await page.getByRole('button', { name: 'MACs of a trajectory' }).click();
      await page.waitForURL(/sort=trajectory-macs/);
      await page.locator('table.leaderboard').getByText('taylor').first().waitFor();
      // an earlier version of the protocol stays where it was, and leads to the current one
      await page.goto(`${api.url}/boards/${BOARD}@0`);
      await page.getByText('Version 0 of this board is frozen').waitFor();
      expect(await page.getByRole('link', { name: 'Submit to this board' }).count()).toBe(0);
      await page.getByRole('link', { name: 'Go to the current version' }).click();
      await page.waitForURL(`${api.url}/boards/${BOARD}`);
      await page.getByRole('navigation', { name: 'Version' }).getByRole('link', { name: '0' }).waitFor();
      // a view for what has one, a file for what has none
      await page.goto(`${api.url}/submissions/${halved.id}`);
      await page.getByRole('heading', { name: 'Channels per layer' }).waitFor();
      await page.getByText('2 of 3 layers became narrower').waitFor();
      await page.getByRole('link', { name: 'A noised wave' }).waitFor();
      await page.goto(`${api.url}/submit?board=${BOARD}`);
      await page.getByLabel('Procedure').waitFor();
      expect(await page.content()).toContain('Two-speed denoiser');
      // a procedure decides by itself how much goes, or is asked for a share on an axis that it changes
      await page.getByLabel('Procedure').selectOption('toy-halve');
      await page.getByRole('checkbox', { name: 'free' }).check();
      await page.getByLabel(/^Another target/).fill('3');
      await page.getByLabel('Of what').selectOption('params');
      await page.getByRole('button', { name: 'Add target' }).click();
      await page.getByRole('button', { name: 'Add a step' }).click();
      await page.getByText('JSON', { exact: true }).click();
      const sent = JSON.parse(await page.locator('.same-by-api pre').innerText()) as object;
      expect(sent).toMatchObject({
        recipe: { criterion: null, procedure: 'toy-halve' },
        next: [{ criterion: 'magnitude-l2' }],
        targets: ['2x', 'free', 'params:3x'],
      });
    } finally {
      await browser.close();
    }
  });
});
