/** A board that changes costs what has changed: one run, one file, one row; and others are answered meanwhile. */
import { setImmediate as turn } from 'node:timers/promises';
import { resolveBoard } from '@topiary/tracks/catalogue';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { BoardRuns } from '../../../apps/api/src/board-runs.js';
import { boardRows } from '../../../apps/api/src/leaderboard.js';
import { inSlices } from '../../../apps/api/src/slices.js';
import { startApi, type TestApi } from '../../helpers/api.js';
import { finishRun, resultWith } from '../../helpers/finished-run.js';
import { addPerson } from '../../helpers/people.js';

const BOARD = 'classification.resnet-tiny.shapes32';
const EXAMPLES = 4000;

let api: TestApi;
beforeAll(async () => {
  api = await startApi({}, { env: { RATE_WRITE_PER_MINUTE: '0', QUOTA_RUNS_AT_ONCE: '0' } });
});
afterAll(() => api.close());

/** Bits of which about `top1` per cent are set, others for every seed. */
const bitsFor = (top1: number, seed: number): Buffer => {
  const bytes = Buffer.alloc(EXAMPLES / 8);
  for (let i = 0; i < EXAMPLES; i++)
    if ((i * 7919 + seed * 104_729) % 100 < top1) bytes[i >> 3] = bytes[i >> 3]! | (1 << (i & 7));
  return bytes;
};

const measure = async (criterion: string, top1: number, headers = api.owner): Promise<string> => {
  const payload = { kind: 'recipe', board: BOARD, recipe: { criterion, prune: { protection: top1 / 1000 } } };
  const { id, runs } = (await api.app.inject({ method: 'POST', url: '/api/v1/submissions', headers, payload })).json();
  const { sha256, bytes } = await api.context.storage.put(bitsFor(top1, top1 * 31));
  const artefacts = [{ kind: 'correct' as const, sha256, bytes, mediaType: 'application/octet-stream' }];
  await finishRun(api.context.db, runs[0].id, resultWith(top1, { artefacts }));
  return id;
};

const rows = async (context = api.context) => boardRows(context, await resolveBoard(context.db.boards, BOARD));

/** The same rows worked out by who remembers nothing. */
const afresh = () => rows({ ...api.context, db: { ...api.context.db } });

it('reads one run and one file when one result is new, and works out the same rows as from the beginning', async () => {
  for (const [i, criterion] of ['random', 'magnitude-l1', 'magnitude-l2', 'taylor', 'fpgm'].entries())
    for (let k = 0; k < 4; k++) await measure(criterion, 60 + 5 * i + k);
  expect(await rows()).toHaveLength(20);
  const [readRuns, readFile] = [vi.spyOn(api.context.db.boards, 'rows'), vi.spyOn(api.context.storage, 'read')];
  await measure('taylor', 93);
  const now = await rows();
  expect(readRuns.mock.calls.map(([, only]) => only?.length)).toEqual([1]);
  expect(readFile).toHaveBeenCalledTimes(1);
  readRuns.mockRestore();
  readFile.mockRestore();
  expect(now).toHaveLength(21);
  expect(now[0]).toMatchObject({ rank: 1, label: 'taylor · global' });
  expect(now).toEqual(await afresh());
});

it('notices what else may change in a row: a withdrawal, a dispute, a name, a second seed', async () => {
  const ada = await addPerson(api.context.db, { name: 'Ada' });
  const [first, second] = [await measure('taylor', 71, ada.headers), await measure('fpgm', 72, ada.headers)];
  const rowOf = async (submission: string) => (await rows()).find((row) => row.submission === submission);
  expect((await rowOf(first))?.submitter?.name).toBe('Ada');
  await api.context.db.accounts.rename(ada.account.id, 'Ada L.', { account: ada.account.id });
  expect((await rowOf(first))?.submitter?.name).toBe('Ada L.');
  await api.context.db.disputes.raise(second, 'long enough to be a doubt', { account: ada.account.id });
  expect((await rowOf(second))?.openDisputes).toBe(1);
  await api.context.db.submissions.withdraw(first);
  expect(await rowOf(first)).toBeUndefined();
  await measure('fpgm', 72);
  expect(await rows()).toEqual(await afresh());
});

it('many who ask at once after a change have it worked out once', async () => {
  await measure('magnitude-l1', 55);
  const stamps = vi.spyOn(api.context.db.boards, 'stamps');
  const answers = await Promise.all(Array.from({ length: 20 }, () => rows()));
  expect(stamps).toHaveBeenCalledTimes(1);
  expect(new Set(answers).size).toBe(1);
  stamps.mockRestore();
});

it('long work lets others in between its steps', async () => {
  let [turns, working] = [0, true];
  const others = (async () => {
    while (working) {
      await turn();
      turns += 1;
    }
  })();
  function* steps() {
    for (let i = 0; i < 60; i++) {
      const end = performance.now() + 2;
      while (performance.now() < end);
      yield;
    }
    return 'done';
  }
  expect(await inSlices(steps())).toBe('done');
  working = false;
  await others;
  // 120 ms in slices of 10: at least five, on however slow a machine.
  expect(turns).toBeGreaterThanOrEqual(5);
});

it('reads the numbers of a run whose metric has no bits, as they were stored', async () => {
  const payload = { kind: 'recipe', board: BOARD, recipe: { criterion: 'fpgm', prune: { protection: 0.31 } } };
  const headers = api.owner;
  const { runs } = (await api.app.inject({ method: 'POST', url: '/api/v1/submissions', headers, payload })).json();
  const numbers = Float32Array.from([63.5, 61.25, 64]);
  const { sha256, bytes } = await api.context.storage.put(new Uint8Array(numbers.buffer));
  const artefacts = [{ kind: 'answers', sha256, bytes, mediaType: 'application/octet-stream' }];
  await finishRun(api.context.db, runs[0].id, resultWith(63, { artefacts }));
  const { db, storage } = api.context;
  const found = (await new BoardRuns({ db, storage }).of(BOARD)).find(({ run }) => run === runs[0].id);
  expect(found?.answers).toEqual(numbers);
  expect(found?.correct).toBeNull();
});
