/** What rows show: files of a run here, and files that come with the project, downloaded by anybody on a real server. */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Leaderboard, Row, RowShown, ShippedRun } from '@topiary/contracts';
import { shippedResultsText, writeShippedFiles } from '@topiary/tracks/catalogue';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type TestApi } from '../../helpers/api.js';
import { finishRun, resultWith } from '../../helpers/finished-run.js';

const BOARD = 'classification.resnet-tiny.shapes32';
const JSON_TYPE = 'application/json';
const TEXT = JSON.stringify({ layers: [{ name: 'conv1', macs: 7 }] });
const refOf = (kind: string, text: string) => ({
  kind,
  sha256: createHash('sha256').update(text).digest('hex'),
  bytes: Buffer.byteLength(text),
  mediaType: JSON_TYPE,
});
const WIDTHS = [{ layer: 'conv1', axis: 0, before: 16, after: 9 }];

let api: TestApi;
let folder: string;

const lineOf = (criterion: string, seed: number, artefacts?: ShippedRun['artefacts']): ShippedRun => {
  const { achieved, counter, flags, metrics, params, macs, latency, seconds, machine, splitHash } = resultWith(80);
  return {
    ...{ achieved, counter, flags, metrics, params, macs, latency, seconds, machine, splitHash },
    ...{ stepSeconds: null, epochSeconds: null, protocol: '1', codeVersion: 'test', board: BOARD },
    ...{ label: `${criterion} · global`, division: 'closed', seed, correct: null, at: '2026-01-01T00:00:00.000Z' },
    recipe: { criterion, regularizer: null, procedure: null, scope: 'global' },
    recipeHash: createHash('sha256').update(criterion).digest('hex'),
    target: { axis: 'macs', value: 8, label: '8x' },
    ...(artefacts ? { artefacts } : {}),
  };
};

beforeAll(async () => {
  api = await startApi();
  folder = join(api.context.projectDir, 'packages', 'tracks', 'shipped');
  await mkdir(folder, { recursive: true });
  const files = [refOf('layers', TEXT)];
  const shown = lineOf('lamp', 1, files);
  writeShippedFiles(folder, shown, { widths: WIDTHS, files: files.map((file) => ({ ...file, text: TEXT })) });
  const lines = [lineOf('lamp', 0), shown, lineOf('fpgm', 0)];
  await writeFile(join(folder, `${BOARD}.jsonl`), shippedResultsText(lines));
});
afterAll(() => api.close());

const rowsAt = async (target: string): Promise<readonly Row[]> =>
  (await api.app.inject({ url: `/api/v1/boards/${BOARD}/leaderboard?target=${target}&limit=100` })).json<Leaderboard>()
    .rows;
const shownOf = async (row: string) => api.app.inject({ url: `/api/v1/boards/${BOARD}/rows/${row}/shown` });
const rowOf = async (target: string, criterion: string): Promise<Row> =>
  (await rowsAt(target)).find(({ recipe }) => recipe['criterion'] === criterion)!;

describe('what a row shows', () => {
  it('is what came along with its first run that has anything, and can be downloaded without signing in', async () => {
    const row = await rowOf('8x', 'lamp');
    const shown = (await shownOf(row.id)).json<RowShown>();
    expect(shown).toEqual({ run: null, seed: 1, widths: WIDTHS, artefacts: [refOf('layers', TEXT)] });
    const file = await api.app.inject({ url: `/api/v1/artefacts/${shown.artefacts[0]!.sha256}` });
    expect([file.statusCode, file.body, file.headers['content-type']]).toEqual([200, TEXT, JSON_TYPE]);
    expect(createHash('sha256').update(file.rawPayload).digest('hex')).toBe(shown.artefacts[0]!.sha256);
  });

  it('is nothing where nothing came along, and no answers of the test split', async () => {
    const row = await rowOf('8x', 'fpgm');
    expect((await shownOf(row.id)).json()).toEqual({ run: null, seed: null, widths: [], artefacts: [] });
  });

  it('is what the run left here, without its private answers', async () => {
    const put = async (text: string) => ({
      ...(await api.context.storage.put(Buffer.from(text))),
      mediaType: JSON_TYPE,
    });
    const [layers, correct] = [await put('{"own":1}'), await put('{"secret":1}')];
    const payload = { kind: 'recipe', board: BOARD, recipe: { criterion: 'taylor' }, targets: ['2x'], seeds: [3] };
    const sent = await api.app.inject({ method: 'POST', url: '/api/v1/submissions', headers: api.member, payload });
    const [run] = sent.json().runs;
    const artefacts = [
      { kind: 'layers', ...layers },
      { kind: 'correct', ...correct },
    ];
    await finishRun(api.context.db, run.id, resultWith(85, { artefacts, widths: WIDTHS }));
    const row = await rowOf('2x', 'taylor');
    const shown = (await shownOf(row.id)).json<RowShown>();
    expect(shown).toMatchObject({ run: run.id, seed: 3, widths: WIDTHS });
    expect(shown.artefacts.map(({ kind }) => kind)).toEqual(['layers']);
  });

  it('refuses a row that the board has not, and a packed file that was damaged says so', async () => {
    expect((await shownOf('none')).json()).toMatchObject({ code: 'TOPIARY_API_NOT_FOUND' });
    const row = await rowOf('8x', 'lamp');
    const name = `${BOARD}/8x-${lineOf('lamp', 1).recipeHash.slice(0, 12)}-1.json.gz`;
    await writeFile(join(folder, name), 'torn');
    expect((await shownOf(row.id)).json()).toMatchObject({ code: 'TOPIARY_ZOO_DATA_CORRUPT' });
  });
});
