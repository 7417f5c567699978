/** A server whose test split is drawn from a secret: which recipes fall on it, against the split that everybody can draw. */
import { mkdir, symlink } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Board, Findings, Leaderboard } from '@topiary/contracts';
import { shippedResultsFolder } from '@topiary/tracks/catalogue';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApi, type TestApi } from '../../helpers/api.js';
import { finishRun, resultWith } from '../../helpers/finished-run.js';

const BOARD = 'classification.resnet-tiny.shapes32';
const SECRET = 'b'.repeat(64);
let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  const folder = shippedResultsFolder(api.context.projectDir);
  await mkdir(dirname(folder), { recursive: true });
  await symlink(shippedResultsFolder(resolve(import.meta.dirname, '../../..')), folder);
});
afterAll(() => api.close());

const get = async <T>(path: string): Promise<T> => (await api.app.inject({ url: `/api/v1${path}` })).json<T>();
const rows = async () => (await get<Leaderboard>(`/boards/${BOARD}/leaderboard?target=2x&limit=500`)).rows;
const measure = async (criterion: string, top1: number, splitHash = SECRET): Promise<void> => {
  const payload = { kind: 'recipe', board: BOARD, recipe: { criterion }, targets: ['2x'], seeds: [0] };
  const made = await api.app.inject({ method: 'POST', url: '/api/v1/submissions', headers: api.member, payload });
  await finishRun(
    api.context.db,
    made.json().runs[0].id,
    resultWith(top1, { splitHash, protocol: 'classification/2' }),
  );
};

it('tells on both rows of a recipe how it ranks on either split, among the recipes that were run on both', async () => {
  expect((await rows()).every(({ splits }) => splits === null)).toBe(true);
  expect((await get<Board>(`/boards/${BOARD}`)).testSplit).toBeNull();
  // recorded at 2x: fpgm 87.5, taylor 86.8, random 82.8; on the hidden split taylor leads
  await measure('fpgm', 80);
  await measure('taylor', 84);
  await measure('random', 60);
  expect((await get<Board>(`/boards/${BOARD}`)).testSplit).toBe('hidden');
  const all = await rows();
  const on = (label: string, hash: string) => all.find((row) => row.label === label && row.splitHash === hash)!;
  const open = all.find(({ provenance }) => provenance === 'shipped')!.splitHash;
  const expected = { 'fpgm · global': [1, 2], 'taylor · global': [2, 1], 'random · global': [3, 3] } as const;
  for (const [label, [shown, hidden]] of Object.entries(expected)) {
    const [there, here] = [on(label, open), on(label, SECRET)];
    expect(here.splits, label).toEqual({ row: there.id, shown, hidden, of: 3 });
    expect(there.splits, label).toEqual({ row: here.id, shown, hidden, of: 3 });
  }
  expect(all.filter(({ splits }) => splits).length).toBe(6);
  const csv = (await api.app.inject({ url: `/api/v1/boards/${BOARD}/leaderboard?target=2x&format=csv` })).body;
  expect(csv.split('\r\n')[0]).toContain('rank_shown,rank_hidden,rank_splits_of');
});

it('is no such server where its newest run was on the split that everybody can draw', async () => {
  const open = (await rows()).find(({ provenance }) => provenance === 'shipped')!.splitHash;
  await measure('lamp', 70, open);
  expect((await get<Board>(`/boards/${BOARD}`)).testSplit).toBe('open');
});

it('pairs of methods that Findings count leave random pruning out', async () => {
  const { known } = await get<Findings>('/findings');
  const found = known.find(({ board, target, sparsified }) => board === BOARD && target === '2x' && !sparsified)!;
  expect(found.pairs).toBe(((found.rows - 1) * (found.rows - 2)) / 2);
});
