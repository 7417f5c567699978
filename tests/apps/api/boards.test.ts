/** What a board shows before and after something was measured: papers, shipped results, paired tests, the base model. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Board, Difference, Findings, Leaderboard, Result, Row, ScopeRun, ShippedRun } from '@topiary/contracts';
import { packBits } from '@topiary/stats';
import { shippedResultsText } from '@topiary/tracks/catalogue';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publishShipped } from '../../../apps/api/src/shipped.js';
import { startApi, type TestApi } from '../../helpers/api.js';
import { finishRun, resultWith, SPLIT } from '../../helpers/finished-run.js';

const SHAPES = 'classification.resnet-tiny.shapes32';
const EXAMPLES = 4000;
let api: TestApi;
let root: string;

const shippedRun = (criterion: string, top1: number, seed: number): ShippedRun => {
  const { achieved, counter, flags, metrics, params, macs, latency, seconds, machine, splitHash } = resultWith(top1);
  return {
    ...{ achieved, counter, flags, metrics, params, macs, latency, seconds, machine, splitHash },
    stepSeconds: 0.5,
    epochSeconds: null,
    recipeHash: `shipped-${criterion}`,
    protocol: '1',
    codeVersion: 'test',
    board: SHAPES,
    label: `${criterion} · global`,
    division: 'closed',
    recipe: { criterion, regularizer: null, procedure: null, scope: 'global' },
    target: { axis: 'macs', value: 8, label: '8x' },
    seed,
    correct: Buffer.from(packBits(bits((EXAMPLES * top1) / 100))).toString('base64'),
    at: '2026-01-01T00:00:00.000Z',
  };
};

/** The first `right` examples are right. */
const bits = (right: number): Uint8Array => Uint8Array.from({ length: EXAMPLES }, (_, i) => Number(i < right));

beforeAll(async () => {
  api = await startApi();
  root = api.context.projectDir;
  await mkdir(join(root, 'packages', 'tracks', 'shipped'), { recursive: true });
  const runs = [0, 1].flatMap((seed) => [shippedRun('random', 70, seed), shippedRun('taylor', 75 + seed, seed)]);
  await writeFile(join(root, 'packages', 'tracks', 'shipped', `${SHAPES}.jsonl`), shippedResultsText(runs));
});
afterAll(async () => {
  await api.close();
});

const get = async <T>(path: string): Promise<T> => (await api.app.inject({ url: `/api/v1${path}` })).json();
const rowsOf = async (board: string, query = ''): Promise<Row[]> =>
  (await get<Leaderboard>(`/boards/${board}/leaderboard?limit=500&${query}`)).rows;
const measure = async (
  criterion: string,
  overrides: (seed: number) => Partial<Result>,
  { top1 = 80, target = '2x', seeds = [0] } = {},
) => {
  const payload = { kind: 'recipe', board: SHAPES, recipe: { criterion }, targets: [target], seeds };
  const request = { method: 'POST' as const, url: '/api/v1/submissions', headers: api.member, payload };
  const { runs } = (await api.app.inject(request)).json();
  for (const [seed, run] of runs.entries()) await finishRun(api.context.db, run.id, resultWith(top1, overrides(seed)));
};

describe('a fresh installation', () => {
  it('shows the published tables: own rankings, own ranks, criteria and regularizers apart, distance to random', async () => {
    const rows = await rowsOf('classification.resnet50.cifar100', 'target=4x');
    expect(rows).toHaveLength(17);
    expect(
      rows.every(({ provenance, tier, seeds }) => provenance === 'reported' && tier === null && !seeds.length),
    ).toBe(true);
    expect(rows.slice(0, 3).map(({ rank, label }) => [rank, label])).toEqual([
      [1, 'FPGM'],
      [2, 'MagnitudeL2'],
      [3, 'BNScale'],
    ]);
    const sparsified = rows.filter(({ recipe }) => recipe['regularizer']);
    expect(sparsified.map(({ rank, label }) => [rank, label]).slice(0, 2)).toEqual([
      [1, 'BNScale + BNScale'],
      [2, 'MagnitudeL2 + GroupLASSO'],
    ]);
    expect(new Set(rows.map(({ ranking }) => ranking)).size).toBe(2);
    // printed: FPGM 78.02, random 77.41, BNScale + BNScale 78.16; nobody printed an interval
    expect(rows[0]!.aboveRandom).toEqual({ value: expect.closeTo(0.61, 9), low: null, high: null });
    expect(sparsified[0]!.aboveRandom!.value).toBeCloseTo(0.75, 9);
    expect(rows[0]).toMatchObject({ base: 78.35, source: { year: 2024 }, at: null, seconds: null });
    const board = await get<Board>('/boards/classification.resnet50.cifar100');
    expect(board.best[1]).toMatchObject({ target: '4x', value: 78.02, label: 'FPGM', provenance: 'reported' });
  });

  it('has reported-only boards that say why, and targets that only papers have', async () => {
    const detection = await get<Board>('/boards/detection.yolov8m.coco');
    expect(detection).toMatchObject({ state: 'reported-only', base: null, methods: 16 });
    expect(detection.reason).toMatch(/coco/i);
    const [row] = await rowsOf('classification.resnet56.cifar10', 'target=2.55x');
    expect(row).toMatchObject({ label: 'GroupNorm with SL', provenance: 'reported', rank: 1 });
  });

  it('tells how it differs from PruningBench, in general and on a board', async () => {
    const all = await get<{ items: Difference[] }>('/differences');
    const { items } = await get<{ items: Difference[] }>(`/differences?board=${SHAPES}`);
    expect(items.map(({ id }) => id)).toEqual(expect.arrayContaining(['training', 'solver', 'last-epoch']));
    const [ours, general] = [items, all.items].map((rows) => rows.find(({ id }) => id === 'training')!.what);
    // the budget that the page of the board names
    expect(ours).toContain('200 steps of 128');
    expect(general).not.toContain('200 steps of 128');
    const unknown = await api.app.inject({ url: '/api/v1/differences?board=none' });
    expect([unknown.statusCode, unknown.json().code]).toEqual([404, 'TOPIARY_TRACKS_UNKNOWN_BOARD']);
  });

  it('shows what the project measured', async () => {
    const rows = await rowsOf(SHAPES, 'target=8x');
    expect(rows.map(({ label, provenance, rank, seeds }) => [label, provenance, rank, seeds])).toEqual([
      ['taylor · global', 'shipped', 1, [0, 1]],
      ['random · global', 'shipped', 2, [0, 1]],
    ]);
    // recipes of nobody's suite: there is nothing to be held against
    expect(rows.map(({ place, tier }) => [place, tier])).toEqual([
      [null, null],
      [null, null],
    ]);
    expect(rows[0]!.aboveRandom!.value).toBeCloseTo(5.5, 9);
    expect(rows[0]!.metrics[0]!.std).toBeCloseTo(Math.SQRT1_2, 9);
  });
});

describe('what is measured here', () => {
  it('gives places by tests over seeds and examples, corrected for their number', async () => {
    const outcome = async (right: number): Promise<Partial<Result>> => {
      const stored = await api.context.storage.put(packBits(bits(right)));
      const top1 = (100 * right) / EXAMPLES;
      return {
        metrics: [{ id: 'top1', phase: 'finetuned', value: top1, n: EXAMPLES }],
        artefacts: [{ kind: 'correct', mediaType: 'application/octet-stream', ...stored }],
      };
    };
    // two that differ by less than their seeds do, and one that is far below both
    const outcomes = { taylor: [3206, 3200], 'magnitude-l2': [3199, 3205], 'magnitude-l1': [2900, 2903] };
    for (const [criterion, rights] of Object.entries(outcomes)) {
      const results = await Promise.all(rights.map(outcome));
      await measure(criterion, (seed) => results[seed]!, { seeds: [0, 1] });
    }
    const rows = await rowsOf(SHAPES, 'target=2x');
    expect(rows.map(({ label, rank, place }) => [label, rank, place?.text])).toEqual([
      ['taylor · global', 1, '1-2'],
      ['magnitude-l2 · global', 2, '1-2'],
      ['magnitude-l1 · global', 3, '3'],
    ]);
    for (const { metrics } of rows) expect(metrics[0]!.interval).toBe('seeds and examples');
    const { random } = await get<Leaderboard>(`/boards/${SHAPES}/leaderboard?target=2x`);
    expect(Object.values(random)).toMatchObject([{ verdict: 'none' }]);
  });

  it('is sorted by latency without the times of other machines', async () => {
    await measure('lamp', () => ({ latency: null }), { top1: 74, target: '8x' });
    await measure('fpgm', () => ({}), { top1: 73, target: '8x' });
    const rows = await rowsOf(SHAPES, 'target=8x&sort=latency');
    expect(rows[0]).toMatchObject({ label: 'fpgm · global', provenance: 'measured' });
    expect(rows.slice(1).every(({ provenance, latency }) => provenance === 'shipped' || latency === null)).toBe(true);
  });

  it('decides the base number of the header where the test split is a secret one', async () => {
    const shipped = (await get<Board>(`/boards/${SHAPES}`)).base!.metrics[0]!;
    expect(shipped.value).toBe(90);
    const { splitHash } = (await api.context.db.baseModels.active(SHAPES))!;
    const on = (hash: string, value: number) => () => ({
      splitHash: hash,
      metrics: [
        { id: 'top1', phase: 'base' as const, value, n: 4000 },
        { id: 'top1', phase: 'finetuned' as const, value: 80, n: 4000 },
      ],
    });
    await measure('bn-scale', on('b'.repeat(64), 88.5));
    expect((await get<Board>(`/boards/${SHAPES}`)).base!.metrics).toEqual([{ id: 'top1', value: 88.5, n: 4000 }]);
    await measure('bn-scale', on(splitHash, 12));
    const { metrics } = (await api.context.db.baseModels.active(SHAPES))!;
    expect((await get<Board>(`/boards/${SHAPES}`)).base!.metrics).toEqual(metrics);
    expect(SPLIT).not.toBe(splitHash);
  });
});

it('compares what papers agree on with the rankings here, criteria and regularizers apart', async () => {
  const found = await get<Findings>('/findings');
  // 7 tables of 3 targets, each with two rankings
  expect(found.published.filter(({ rows }) => rows > 1).length).toBeGreaterThanOrEqual(42);
  // at 2x random pruning has no row, so that nothing of it is counted
  expect(found.ours.map(({ board, target }) => `${board} ${target}`)).toEqual([`${SHAPES} 8x`]);
  const taylor = found.methods.find(({ id }) => id === 'taylor')!;
  expect(taylor.published!.n).toBe(21);
  expect(taylor.published!.places).toContainEqual({
    board: 'classification.resnet18.cifar100',
    target: '2x',
    rank: 1,
    of: 12,
  });
  const pairs = found.orderings.map(({ first, second }) => `${first} > ${second}`);
  expect(pairs).toContain('magnitude-l2 > hrank');
  // one network at most holds two methods here: nothing can be decided, and that is said
  expect(new Set(found.orderings.map(({ verdict }) => verdict))).toEqual(new Set(['no power', 'untested']));
  const [known] = found.known.filter(({ target, board }) => board === SHAPES && target === '2x');
  // two of the three pairs stand; random has no row at this target
  expect(known).toMatchObject({ rows: 3, leftOut: 'none', first: ['taylor · global', 'magnitude-l2 · global'] });
  expect(pairs.every((pair) => pair.split(' > ').filter((id) => id.includes('+')).length !== 1)).toBe(true);
});

it('reads the recorded experiment on scopes, once there is one', async () => {
  expect((await get<Findings>('/findings')).scopes).toBeNull();
  const folder = join(root, 'scripts', 'experiments', 'results');
  await mkdir(folder, { recursive: true });
  const run = (scope: ScopeRun['scope'], seed: number, top1: number): ScopeRun => ({
    ...{ model: 'vit-tiny', family: 'transformer', criterion: 'taylor', normalize: 'none', scope, seed, share: 0.5 },
    ...{ steps: 0, top1, kept: scope === 'global' ? { heads: 0.1, mlp: 0.7 } : { heads: 0.5, mlp: 0.5 } },
    sizes: { heads: 12, mlp: 200 },
  });
  const runs = [0, 1].flatMap((seed) => [run('isomorphic', seed, 60), run('global', seed, 40 + seed)]);
  await writeFile(join(folder, 'isomorphic.json'), JSON.stringify(runs));
  const { scopes } = await get<Findings>('/findings');
  expect(scopes!.claims.map(({ id, outcome }) => [id, outcome])).toEqual([
    ['C1', 'holds'],
    // one network
    ['C2', 'undecided'],
  ]);
  expect(scopes!.curves.map(({ scope, points }) => [scope, points[0]!.value])).toEqual([
    ['isomorphic', 60],
    ['global', 40.5],
  ]);
});

it('gives the place of a shipped base model to that of a newer version of the project, and keeps one that was imported', async () => {
  const { db } = api.context;
  const shipped = (await db.baseModels.active(SHAPES))!;
  const { bytes, settings, metrics, params, macs, splitHash } = shipped;
  const older = { board: SHAPES, sha256: 'a'.repeat(64), bytes, settings, metrics, params, macs, splitHash };
  await db.artefacts.add({ sha256: older.sha256, bytes: 1, mediaType: 'application/octet-stream' });
  await db.baseModels.activate({ ...older, provenance: 'shipped' });
  await publishShipped(api.context);
  expect((await db.baseModels.active(SHAPES))!.sha256).toBe(shipped.sha256);
  await db.baseModels.activate({ ...older, provenance: 'measured' });
  await publishShipped(api.context);
  expect((await db.baseModels.active(SHAPES))!.sha256).toBe(older.sha256);
});
