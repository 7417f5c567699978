/** What the API remembers of a board: made once, and forgotten as soon as the database says that the board changed. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type BoardMemory, openBoardMemory } from '../../../apps/api/src/board-memory.js';
import { startApi, type TestApi } from '../../helpers/api.js';
import { finishRun, resultWith } from '../../helpers/finished-run.js';

const BOARD = 'classification.resnet-tiny.shapes32';
const FOREVER = { trustMs: 3_600_000 };

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const memory = (options = FOREVER): BoardMemory => openBoardMemory(api.context.db, api.context.events, options);

const measure = async (top1: number): Promise<void> => {
  const { json } = await api.app.inject({
    method: 'POST',
    url: '/api/v1/submissions',
    headers: api.owner,
    payload: { kind: 'recipe', board: BOARD, recipe: { prune: { protection: top1 / 1000 } } },
  });
  await finishRun(api.database.db, json().runs[0].id, resultWith(top1));
};

it('makes a value once, also when many ask at the same moment', async () => {
  const board = memory();
  const make = vi.fn(async () => ({ value: {}, bytes: 1 }));
  const values = await Promise.all(Array.from({ length: 20 }, () => board.of(BOARD, 'a', make)));
  expect(make).toHaveBeenCalledOnce();
  expect(new Set(values).size).toBe(1);
  expect(board.known(BOARD, 'a')).toBe(values[0]);
});

it('forgets by the word of the database alone, though it trusts what it has for hours', async () => {
  const board = memory();
  let made = 0;
  const ask = () => board.of(BOARD, 'n', async () => ({ value: ++made, bytes: 1 }));
  expect([await ask(), await ask()]).toEqual([1, 1]);
  await measure(88);
  await vi.waitFor(async () => expect(await ask()).toBe(2));
  expect(await ask()).toBe(2);
});

it('does not keep a failure', async () => {
  const board = memory();
  const make = vi.fn().mockRejectedValueOnce(new Error('away')).mockResolvedValue({ value: 'here', bytes: 1 });
  await expect(board.of(BOARD, 'f', make)).rejects.toThrow('away');
  expect(await board.of(BOARD, 'f', make)).toBe('here');
});

it('keeps what was used last when there is too much, and what weighs nothing', async () => {
  const board = openBoardMemory(api.context.db, api.context.events, { ...FOREVER, maxBytes: 250 });
  const put = (key: string, bytes = 100) => board.of(BOARD, key, async () => ({ value: key, bytes }));
  await put('rows', 0);
  for (const key of ['a', 'b']) await put(key);
  await put('a');
  await put('c');
  expect(['rows', 'a', 'b', 'c'].map((key) => board.known(BOARD, key))).toEqual(['rows', 'a', undefined, 'c']);
});

it('counts the bytes of all boards together: what was not used for longest goes, on whichever board', async () => {
  const boards = openBoardMemory(api.context.db, api.context.events, { ...FOREVER, maxBytes: 250 });
  const other = 'classification.vgg-tiny.shapes32';
  const put = (board: string, key: string) => boards.of(board, key, async () => ({ value: key, bytes: 100 }));
  await put(BOARD, 'a');
  await put(other, 'b');
  await put(BOARD, 'a');
  await put(other, 'c');
  expect([boards.known(BOARD, 'a'), boards.known(other, 'b'), boards.known(other, 'c')]).toEqual(['a', undefined, 'c']);
});

const leaderboard = (headers: Record<string, string> = {}, query = '') =>
  api.app.inject({ url: `/api/v1/boards/${BOARD}/leaderboard?target=2x${query}`, headers });

it('serves a leaderboard again as 304 until a result arrives', async () => {
  const first = await leaderboard();
  const etag = first.headers.etag as string;
  expect((await leaderboard({ 'if-none-match': etag })).statusCode).toBe(304);
  expect((await leaderboard({ 'if-none-match': `"other", ${etag}` })).statusCode).toBe(304);
  await measure(91);
  const next = await leaderboard({ 'if-none-match': etag });
  expect(next.statusCode).toBe(200);
  expect(next.json().rows).toHaveLength(first.json().rows.length + 1);
});

it('sends the same page plain, with brotli and with gzip', async () => {
  const { brotliDecompressSync, gunzipSync } = await import('node:zlib');
  const plain = await leaderboard();
  const brotli = await leaderboard({ 'accept-encoding': 'gzip, deflate, br' });
  const gzip = await leaderboard({ 'accept-encoding': 'gzip' });
  expect([plain, brotli, gzip].map(({ headers }) => headers['content-encoding'])).toEqual([undefined, 'br', 'gzip']);
  expect(brotliDecompressSync(brotli.rawPayload)).toEqual(plain.rawPayload);
  expect(gunzipSync(gzip.rawPayload)).toEqual(plain.rawPayload);
  expect(brotli.rawPayload.length).toBeLessThan(plain.rawPayload.length / 2);
});

it('cuts a board into pages that join without a gap, in every order', async () => {
  for (const top1 of [70, 71, 72, 73]) await measure(top1);
  for (const sort of ['', '&sort=-params', '&sort=top1']) {
    const whole = (await leaderboard({}, sort)).json().rows.map((row: { id: string }) => row.id);
    const pages: string[] = [];
    let cursor: string | null = null;
    do {
      const page: { rows: { id: string }[]; nextCursor: string | null } = (
        await leaderboard({}, `${sort}&limit=2${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`)
      ).json();
      pages.push(...page.rows.map((row) => row.id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(pages).toEqual(whole);
    expect(whole.length).toBeGreaterThan(5);
  }
});
