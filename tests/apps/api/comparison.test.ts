/** Rows side by side through the API: the paired test rests on the stored answers, which never leave the server. */
import { packBits } from '@topiary/stats';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApi, type TestApi } from '../../helpers/api.js';
import { finishRun, resultWith } from '../../helpers/finished-run.js';

const BOARD = 'classification.resnet-tiny.shapes32';
let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const N = 100;

/** A finished run whose first `right` of 100 examples were answered correctly. */
const finished = async (criterion: string, right: number, stored: boolean): Promise<void> => {
  const payload = { kind: 'recipe', board: BOARD, recipe: { criterion }, targets: ['2x'], seeds: [0] };
  const answer = await api.app.inject({ method: 'POST', url: '/api/v1/submissions', headers: api.member, payload });
  const bits = packBits(Array.from({ length: N }, (_, i) => Number(i < right)));
  const file = await api.context.storage.put(bits);
  const metrics = [{ id: 'top1', phase: 'finetuned' as const, value: right, n: N }];
  const artefacts = stored ? [{ kind: 'correct' as const, ...file, mediaType: 'application/octet-stream' }] : [];
  await finishRun(api.context.db, answer.json().runs[0].id, resultWith(right, { metrics, artefacts }));
};

it('two rows are tested over the examples on which they differ; without a record there is no test', async () => {
  await finished('taylor', 90, true);
  await finished('magnitude-l1', 80, true);
  await finished('random', 60, false);
  const board = (await api.app.inject({ url: `/api/v1/boards/${BOARD}/leaderboard?target=2x` })).json();
  const ids: string[] = board.rows
    .filter((row: { provenance: string }) => row.provenance === 'measured')
    .map((row: { id: string }) => row.id);
  const answer = await api.app.inject({ url: `/api/v1/boards/${BOARD}/compare?rows=${[...ids, 'gone'].join(',')}` });
  expect(answer.statusCode).toBe(200);
  const { rows, missing, pairs } = answer.json();
  expect(rows.map((row: { label: string }) => row.label)).toEqual(
    board.rows.slice(0, 3).map((row: { label: string }) => row.label),
  );
  expect(missing).toEqual(['gone']);
  // ten examples, all of them taylor's: mid-p = 2 · (1/2^10) / 2
  expect(pairs[0]).toMatchObject({ a: ids[0], b: ids[1], n: N });
  expect(pairs[0].p).toBeCloseTo(1 / 1024, 12);
  expect(pairs[0].difference).toBeCloseTo(10, 9);
  expect([pairs[1].p, pairs[2].p]).toEqual([null, null]);
});

it('an unknown board and an empty choice are refused', async () => {
  expect((await api.app.inject({ url: '/api/v1/boards/none/compare?rows=a' })).json().code).toBe(
    'TOPIARY_TRACKS_UNKNOWN_BOARD',
  );
  expect((await api.app.inject({ url: `/api/v1/boards/${BOARD}/compare?rows=` })).json().code).toBe(
    'TOPIARY_API_VALIDATION',
  );
});
