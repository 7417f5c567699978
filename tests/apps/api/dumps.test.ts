/** What others take away: a dump of every night, and boards as they stood at a moment. */
import { gunzipSync } from 'node:zlib';
import { tableFromIPC } from 'apache-arrow';
import { readParquet } from 'parquet-wasm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dumpDaily } from '../../../apps/api/src/dumps.js';
import { startApi, type TestApi } from '../../helpers/api.js';
import { finishRun, resultWith } from '../../helpers/finished-run.js';

const BOARD = 'classification.resnet-tiny.shapes32';
const SITE = 'https://topiary.test';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const get = (url: string) => api.app.inject({ url: `/api/v1${url}` });
const measure = async (criterion: string, top1: number, title = '') => {
  const payload = { kind: 'recipe', board: BOARD, title, recipe: { criterion }, targets: ['2x'], seeds: [0] };
  const made = await api.app.inject({ method: 'POST', url: '/api/v1/submissions', headers: api.member, payload });
  await finishRun(api.context.db, made.json().runs[0].id, resultWith(top1));
  return made.json().id as string;
};
const pause = () => new Promise((done) => setTimeout(done, 5));

describe('a dump', () => {
  const linesOf = (body: Buffer): string[] => gunzipSync(body).toString('utf8').trimEnd().split('\n');

  it('holds every public row of the day with its licence, as JSON, as CSV and as Parquet', async () => {
    const id = await measure('magnitude-l1', 88);
    expect(await dumpDaily(api.context, SITE, new Date('2026-05-04T01:00:00Z'))).toBe(true);
    expect(await dumpDaily(api.context, SITE, new Date('2026-05-04T13:00:00Z'))).toBe(false);
    const [dump] = (await get('/dumps')).json().items;
    expect(dump).toMatchObject({ date: '2026-05-04', licence: 'CC-BY-4.0' });
    const [packedJson, packedCsv, parquet] = (await Promise.all(
      dump.files.map(async ({ url, bytes }: { url: string; bytes: number }) => {
        const answer = await api.app.inject({ url });
        expect([answer.statusCode, answer.rawPayload.length]).toEqual([200, bytes]);
        expect(answer.headers['link']).toBe('<https://spdx.org/licenses/CC-BY-4.0.html>; rel="license"');
        return answer.rawPayload;
      }),
    )) as [Buffer, Buffer, Buffer];
    const [json, csv] = [linesOf(packedJson), linesOf(packedCsv)];
    const [head, ...rows] = json.map((line) => JSON.parse(line));
    expect(head).toMatchObject({ source: SITE, licence: 'CC-BY-4.0', rows: rows.length });
    expect(rows.find(({ submission }) => submission === id)).toMatchObject({
      board: BOARD,
      recipe: { criterion: 'magnitude-l1' },
    });
    // the same rows as the boards show
    const { items } = (await get('/boards')).json();
    let all = 0;
    for (const board of items) all += (await get(`/boards/${board.id}/leaderboard?limit=500`)).json().rows.length;
    expect(rows).toHaveLength(all);
    expect(csv[0]).toMatch(/^board,rank,tier,/);
    expect(csv).toHaveLength(1 + all);
    expect(csv.filter((line) => line.startsWith(`${BOARD},`)).length).toBe(
      rows.filter(({ board }) => board === BOARD).length,
    );
    // by a reader that somebody else wrote
    const table = tableFromIPC(readParquet(new Uint8Array(parquet)).intoIPCStream());
    expect(table.schema.metadata.get('licence')).toBe('CC-BY-4.0');
    expect(table.schema.fields.map(({ name }) => name)).toEqual(csv[0]!.trimEnd().split(','));
    const typeOf = (name: string) => `${table.schema.fields.find((field) => field.name === name)?.type}`;
    expect(['board', 'rank', 'achieved', 'at'].map(typeOf)).toEqual([
      ...['Utf8', 'Int32', 'Float64'],
      expect.stringContaining('Timestamp'),
    ]);
    const read = table.toArray();
    expect(
      read.map(({ board, label, rank, achieved, above_random }) => [board, label, rank, achieved, above_random]),
    ).toEqual(rows.map((row) => [row.board, row.label, row.rank, row.achieved, row.aboveRandom?.value ?? null]));
    expect(read.map(({ at }) => (at === null ? null : new Date(Number(at)).toISOString()))).toEqual(
      rows.map(({ at }) => at),
    );
  });

  it('is kept for a month, the first of a month for good, and its files with it', async () => {
    for (const date of ['2026-06-01', '2026-06-02', '2026-07-20'])
      await dumpDaily(api.context, SITE, new Date(`${date}T01:00:00Z`));
    const dates = (await get('/dumps')).json().items.map(({ date }: { date: string }) => date);
    expect(dates).toEqual(['2026-07-20', '2026-06-01']);
    await api.database.query("UPDATE artefacts SET created_at = now() - interval '40 days'");
    await api.context.db.artefacts.collect((sha256) => api.context.storage.remove(sha256));
    const { items } = (await get('/dumps')).json();
    for (const { files } of items)
      for (const { url } of files) expect((await api.app.inject({ url })).statusCode, url).toBe(200);
    expect((await get('/dumps/2026-05-04/topiary-2026-05-04.csv.gz')).statusCode).toBe(404);
  });
});

describe('a board as of a moment', () => {
  const labels = async (query: string): Promise<string[]> =>
    (await get(`/boards/${BOARD}/leaderboard?target=2x&provenance=measured${query}`))
      .json()
      .rows.map((row: { submission: string }) => row.submission);

  it('has what had ended by then, also what was withdrawn since', async () => {
    const early = await measure('taylor', 87);
    await pause();
    const moment = new Date().toISOString();
    await pause();
    const late = await measure('bn-scale', 86);
    await api.app.inject({ method: 'DELETE', url: `/api/v1/submissions/${early}`, headers: api.member });
    expect(await labels('')).toContain(late);
    expect(await labels('')).not.toContain(early);
    const then = await labels(`&as_of=${moment}`);
    expect(then).toContain(early);
    expect(then).not.toContain(late);
    expect(await labels('&as_of=2020-01-01')).toEqual([]);
    const frame = await api.app.inject(`/embed/boards/${BOARD}?target=2x&as_of=${moment}`);
    expect(frame.body).toContain(`as of ${moment.slice(0, 10)}`);
  });

  it('is refused for a moment that is not past, and for what is none', async () => {
    const tomorrow = new Date(Date.now() + 24 * 3600 * 1000).toISOString();
    for (const asOf of [tomorrow, tomorrow.slice(0, 10), 'yesterday']) {
      const answer = await get(`/boards/${BOARD}/leaderboard?as_of=${asOf}`);
      expect([answer.statusCode, answer.json().code]).toEqual([400, 'TOPIARY_API_VALIDATION']);
    }
  });
});
