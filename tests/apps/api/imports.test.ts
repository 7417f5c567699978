/** Importing a network of one's own over HTTP: who may, what is checked before anything is queued, what is queued. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type TestApi } from '../../helpers/api.js';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  for (const path of ['train/cat', 'train/dog', 'val/cat', 'val/dog']) {
    await mkdir(join(api.context.dataDir, 'pets', path), { recursive: true });
    await writeFile(join(api.context.dataDir, 'pets', path, '0.png'), '');
  }
});
afterAll(() => api.close());

const FACTS = { name: 'my-net', dataset: 'shapes32', mean: '.5,.5,.5', std: '.25,.25,.25' };
const BYTES = Buffer.from('some bytes');

const post = (query: Record<string, string>, headers: object = api.owner, payload: Buffer = BYTES) =>
  api.app.inject({
    method: 'POST',
    url: `/api/v1/imports?${new URLSearchParams(query)}`,
    headers: { 'content-type': 'application/octet-stream', ...headers },
    payload,
  });

describe('an import', () => {
  it('is queued with the file stored and everything the worker must know', async () => {
    const answer = await post({ ...FACTS, title: 'My net' });
    expect(answer.statusCode).toBe(202);
    const submission = answer.json();
    expect(submission).toMatchObject({ kind: 'import', board: 'classification.my-net.shapes32', state: 'queued' });
    expect(submission.recipe).toMatchObject({
      mean: [0.5, 0.5, 0.5],
      std: [0.25, 0.25, 0.25],
      classes: [],
      opens: { model: { id: 'my-net', title: 'My net' }, dataset: { id: 'shapes32' }, track: 'classification' },
    });
    expect(Buffer.from(await api.context.storage.read(submission.recipe.model))).toEqual(BYTES);
    // The board is not there before the network was evaluated.
    const boards = (await api.app.inject('/api/v1/boards')).json().items.map(({ id }: { id: string }) => id);
    expect(boards).not.toContain('classification.my-net.shapes32');
  });

  it('takes the classes of a folder in an order of its own', async () => {
    const answer = await post({ ...FACTS, dataset: 'pets', classes: 'dog,cat' });
    expect(answer.json().recipe).toMatchObject({ classes: ['dog', 'cat'], opens: { dataset: { title: 'pets' } } });
  });

  it('is for the owner alone', async () => {
    expect((await post(FACTS, {})).statusCode).toBe(401);
    const member = await post(FACTS, api.member);
    expect([member.statusCode, member.json().code]).toEqual([403, 'TOPIARY_API_FORBIDDEN']);
  });
});

describe('an import that cannot be is refused before the file is stored', () => {
  const BOARD = 'classification.resnet-tiny.shapes32';
  const { name: _name, dataset: _dataset, ...rest } = FACTS;
  const cases: readonly (readonly [string, Record<string, string>, number, string, RegExp])[] = [
    ['of neither a board nor a name', rest, 400, 'TOPIARY_API_VALIDATION', /either board, or name and dataset/],
    ['of both', { ...FACTS, board: BOARD }, 400, 'TOPIARY_API_VALIDATION', /either board, or name and dataset/],
    [
      'under the name of a board',
      { ...FACTS, name: 'resnet-tiny' },
      409,
      'TOPIARY_API_CONFLICT',
      /Choose another name/,
    ],
    ['under a name that is no slug', { ...FACTS, name: 'My Net' }, 400, 'TOPIARY_API_VALIDATION', /lower-case/],
    [
      'on data that are not here',
      { ...FACTS, dataset: 'cifar100' },
      503,
      'TOPIARY_ZOO_DATA_MISSING',
      /fetch-data -- cifar100/,
    ],
    [
      'on a folder that is not there',
      { ...FACTS, dataset: 'birds' },
      503,
      'TOPIARY_ZOO_DATA_MISSING',
      /DATA_DIR\/birds/,
    ],
    ['outside the data folder', { ...FACTS, dataset: '../etc' }, 400, 'TOPIARY_API_VALIDATION', /dataset/],
    ['with a mean of one channel', { ...FACTS, mean: '.5' }, 400, 'TOPIARY_API_VALIDATION', /mean.*3 numbers/],
    [
      'for a track that there is not',
      { ...FACTS, track: 'nothing' },
      400,
      'TOPIARY_API_VALIDATION',
      /track.*one of classification/,
    ],
    ['with a mean that is no number', { ...FACTS, mean: 'a,b,c' }, 400, 'TOPIARY_API_VALIDATION', /mean/],
    ['with a deviation of zero', { ...FACTS, std: '1,0,1' }, 400, 'TOPIARY_API_VALIDATION', /std/],
    [
      'with too few classes',
      { ...FACTS, classes: 'disc,ring' },
      422,
      'TOPIARY_ZOO_CLASSES',
      /expected 10 names; got 2/,
    ],
    [
      'with a class that there is not',
      { ...FACTS, dataset: 'pets', classes: 'cat,cow' },
      422,
      'TOPIARY_ZOO_CLASSES',
      /got cow/,
    ],
    [
      'with a class twice',
      { ...FACTS, dataset: 'pets', classes: 'cat,cat' },
      422,
      'TOPIARY_ZOO_CLASSES',
      /'cat' twice/,
    ],
    [
      'for a board whose data are not here',
      { ...rest, board: 'detection.yolov8m.coco' },
      503,
      'TOPIARY_ZOO_DATA_MISSING',
      /its files on this server/,
    ],
    [
      'for an unknown board',
      { ...rest, board: 'classification.no.cifar10' },
      404,
      'TOPIARY_TRACKS_UNKNOWN_BOARD',
      /no/,
    ],
  ];
  it.each(cases)('%s', async (_what, query, status, code, sentence) => {
    const before = await api.context.db.submissions.count();
    const answer = await post(query, api.owner, Buffer.from(`bytes of ${_what}`));
    expect({ status: answer.statusCode, code: answer.json().code }).toEqual({ status, code });
    expect(answer.json().detail).toMatch(sentence);
    expect(await api.context.db.submissions.count()).toBe(before);
  });

  it('as something else than bytes', async () => {
    const answer = await post(FACTS, { ...api.owner, 'content-type': 'application/json' }, Buffer.from('{}'));
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'TOPIARY_API_VALIDATION']);
  });
});
