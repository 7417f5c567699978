/** What would lead is run again with seeds that nobody chose; on a real database, results as a worker writes them. */
import { DRAWN_SEED } from '@topiary/stats';
import { boardOf, protocolOf } from '@topiary/tracks/catalogue';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { drawSeeds } from '../../../apps/api/src/drawn-seeds.js';
import { startApi, type TestApi } from '../../helpers/api.js';
import { finishRun, resultWith } from '../../helpers/finished-run.js';

const BOARD = 'classification.resnet-tiny.shapes32';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const seen = new Map<string, string>();
const list = async () =>
  (await api.app.inject({ url: `/api/v1/submissions?board=${BOARD}&expand=runs&limit=20` })).json().items;
const rows = async () => (await api.app.inject({ url: `/api/v1/boards/${BOARD}/leaderboard?limit=200` })).json().rows;

/** A submission whose runs all end with these numbers. */
const ended = async (recipe: object, values: readonly number[], recipeHash: string) => {
  const payload = { kind: 'recipe', board: BOARD, recipe, seeds: values.map((_, i) => i) };
  const url = '/api/v1/submissions';
  const made = (await api.app.inject({ method: 'POST', url, headers: api.member, payload })).json();
  for (const [i, { id }] of made.runs.entries()) await finish(id, values[i]!, recipeHash);
  return made;
};

const finish = (run: string, top1: number, recipeHash: string) =>
  finishRun(api.context.db, run, resultWith(top1, { recipeHash, protocol: protocolOf(boardOf(BOARD)).version }));

it('a row that would lead gets seeds of the server, once; they alone decide, in its own name', async () => {
  // the suite's own recipes: a family, and a bar
  await ended({ criterion: 'random' }, [82, 82.2, 81.9], 'random');
  await ended({ criterion: 'magnitude-l2' }, [85, 85.1, 84.9], 'l2');
  const lucky = await ended({ criterion: 'magnitude-l2', scope: 'local', params: {} }, [89, 89.1, 88.9], 'lucky');
  expect(await drawSeeds(api.context, seen)).toBe(1);
  expect(await drawSeeds(api.context, new Map())).toBe(0);
  const [again] = await list();
  expect(again).toMatchObject({ submitter: null, label: lucky.label, title: expect.stringContaining('drew') });
  expect(again.recipe).toEqual(lucky.recipe);
  expect(again.seeds).toHaveLength(3);
  expect(Math.min(...again.seeds)).toBeGreaterThanOrEqual(DRAWN_SEED);

  for (const { id } of again.runs) await finish(id, 84, 'lucky');
  const row = (await rows()).find(({ label }: { label: string }) => label === lucky.label);
  expect(row).toMatchObject({
    submission: lucky.id,
    submitter: { name: 'member' },
    seeds: [...again.seeds].sort((a, b) => a - b),
  });
  expect(row.metrics.find(({ phase }: { phase: string }) => phase === 'finetuned').value).toBeCloseTo(84);
  expect(row.rank).toBeGreaterThan(1);
});

it('its author cannot take the seeds back but with everything', async () => {
  const [again] = await list();
  const url = `/api/v1/submissions/${again.id}/withdraw`;
  const payload = { reason: 'They look bad.' };
  expect((await api.app.inject({ method: 'POST', url, headers: api.member, payload })).statusCode).toBe(403);
  const own = (await list()).find(({ label, submitter }: { label: string; submitter: unknown }) =>
    Boolean(submitter && label === again.label),
  );
  const done = await api.app.inject({
    method: 'POST',
    url: `/api/v1/submissions/${own.id}/withdraw`,
    headers: api.member,
    payload,
  });
  expect(done.statusCode).toBe(200);
  expect((await rows()).some(({ label }: { label: string }) => label === again.label)).toBe(false);
});

it('and nobody asks for such seeds', async () => {
  const payload = { kind: 'recipe', board: BOARD, recipe: {}, seeds: [DRAWN_SEED] };
  const url = '/api/v1/submissions';
  const answer = await api.app.inject({ method: 'POST', url, headers: api.member, payload });
  expect([answer.statusCode, JSON.stringify(answer.json())]).toEqual([400, expect.stringContaining('seeds')]);
});
