/** The overall ranking over shipped and printed rows through the API, and its tables. */
import { mkdir, symlink } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Leaderboard, Overall } from '@topiary/contracts';
import { shippedResultsFolder } from '@topiary/tracks/catalogue';
import { tableFromIPC } from 'apache-arrow';
import { readParquet } from 'parquet-wasm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type TestApi } from '../../helpers/api.js';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  // the rows that come with the project
  const folder = shippedResultsFolder(api.context.projectDir);
  await mkdir(dirname(folder), { recursive: true });
  await symlink(shippedResultsFolder(resolve(import.meta.dirname, '../../..')), folder);
});
afterAll(() => api.close());

const ask = async (query: string) => {
  const answer = await api.app.inject({ url: `/api/v1/overall?${query}` });
  return { status: answer.statusCode, body: answer.json<Overall & { code: string; detail: string }>() };
};

describe('the overall ranking', () => {
  it('is made of the rankings that boards show, and says which it leaves out and why', async () => {
    const { body } = await ask('track=classification');
    expect(body.rankings.length).toBeGreaterThan(1);
    expect(body.rows.length).toBeGreaterThan(3);
    for (const { board, target, methods, pairs, told, ranking } of body.rankings) {
      const page = await api.app.inject({ url: `/api/v1/boards/${board}/leaderboard?target=${target}&limit=500` });
      const rows = page.json<Leaderboard>().rows.filter((row) => row.ranking === ranking);
      const labels = new Set(rows.filter(({ control }) => control !== 'widths').map(({ label }) => label));
      expect(methods).toBe(labels.size);
      expect(pairs).toBe((methods * (methods - 1)) / 2);
      expect(told).toBeLessThanOrEqual(pairs);
    }
    for (const { why } of body.leftOut) expect(why).toMatch(/unfit|more seeds|none|narrow|one method|larger/);
    const numbers = body.rows.map(({ borda }) => borda);
    expect(numbers.filter((x) => x !== null)).toEqual([...numbers.filter((x) => x !== null)].sort((a, b) => b - a));
    // a duel has two ends
    const [wins, losses] = [body.rows.map((row) => row.wins), body.rows.map((row) => row.losses)].map((all) =>
      all.reduce((sum, n) => sum + n, 0),
    );
    expect(wins).toBeGreaterThan(0);
    expect(losses).toBe(wins);
    const random = body.rows.find(({ isControl }) => isControl)!;
    // chance is ahead of somebody at times (HRank on MobileNetV2-tiny)
    expect(random.losses).toBeGreaterThan(3 * random.wins);
    expect(random.rank).toBeGreaterThan(body.rows.length / 2);
  });

  it('of papers is by printed numbers, by target where one is asked for', async () => {
    const { body } = await ask('track=classification&from=papers&target=2x&by=win-rate');
    expect(body.rankings.length).toBeGreaterThan(3);
    expect(new Set(body.rankings.map(({ target }) => target))).toEqual(new Set(['2x']));
    const best = body.rows[0]!;
    expect(best.rank).toBe(1);
    expect(best.winRate).toBe(Math.max(...body.rows.flatMap(({ winRate }) => winRate ?? [])));
    // what lacks a ranking names it
    for (const { stands, missing } of body.rows) expect(stands + missing.length).toBe(body.rankings.length);
  });

  it('without a ranking is an empty one, as a table, too', async () => {
    const { body } = await ask('track=generation');
    expect([body.rows, body.rankings]).toEqual([[], []]);
    const parquet = await api.app.inject({ url: '/api/v1/overall?track=generation&format=parquet' });
    const table = tableFromIPC(readParquet(new Uint8Array(parquet.rawPayload)).intoIPCStream());
    expect([table.numRows, table.schema.fields.length]).toEqual([0, 13]);
  });

  it('refuses a mean of several metrics, and what there is not', async () => {
    for (const query of ['by=mean', 'track=bananas', 'track=classification&target=99x', 'apart=bananas', 'by=luck']) {
      const { status, body } = await ask(query);
      expect([status, body.code], query).toEqual([400, 'TOPIARY_API_VALIDATION']);
    }
    expect((await ask('')).body.metric).toBeNull();
  });

  it('comes as CSV and as Parquet with the same numbers', async () => {
    const { body } = await ask('track=classification&by=mean');
    const csv = await api.app.inject({ url: '/api/v1/overall?track=classification&by=mean&format=csv' });
    const lines = csv.body.trimEnd().split('\r\n');
    expect(lines[0]).toMatch(/^rank,rank_from,rank_to,method,/);
    expect(lines).toHaveLength(1 + body.rows.length);
    const parquet = await api.app.inject({ url: '/api/v1/overall?track=classification&by=mean&format=parquet' });
    expect(parquet.headers['content-type']).toBe('application/vnd.apache.parquet');
    const table = tableFromIPC(readParquet(new Uint8Array(parquet.rawPayload)).intoIPCStream());
    expect(table.toArray().map((row) => [row.method, row.mean, row.rank])).toEqual(
      body.rows.map(({ method, mean, rank }) => [method, mean, rank]),
    );
  });
});
