/** Private submissions: nobody but their owner and organisers finds a trace of them, until they are published. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { againBody } from '../../../apps/web/src/features/submission/again.js';
import { startApi, type TestApi } from '../../helpers/api.js';
import { finishRun, resultWith } from '../../helpers/finished-run.js';
import { addPerson, type TestPerson } from '../../helpers/people.js';
import { linear, scoring } from '../../helpers/small-files.js';

const BOARD = 'classification.resnet-tiny.shapes32';
const FILE = '5'.repeat(64);

let api: TestApi;
let owner: TestPerson;
let other: TestPerson;
let organiser: TestPerson;
beforeAll(async () => {
  api = await startApi();
  const { db } = api.context;
  [owner, other, organiser] = await Promise.all([
    addPerson(db, { name: 'Ada' }),
    addPerson(db, { name: 'Bo' }),
    addPerson(db, { role: 'organiser', name: 'Cleo' }),
  ]);
});
afterAll(() => api.close());

const call = (method: 'GET' | 'POST', url: string, person?: TestPerson, payload?: object) =>
  api.app.inject({ method, url: `/api/v1${url}`, headers: person?.headers ?? {}, ...(payload ? { payload } : {}) });
const submit = async (payload: object, person = owner) => {
  const answer = await call('POST', '/submissions', person, payload);
  expect(answer.statusCode, answer.body).toBe(202);
  return answer.json();
};
const recipe = (criterion: string, more: object = {}) => ({
  kind: 'recipe',
  board: BOARD,
  recipe: { criterion },
  targets: ['2x'],
  seeds: [0],
  ...more,
});
const artefacts = [{ kind: 'model' as const, sha256: FILE, bytes: 3, mediaType: 'application/octet-stream' }];

describe('a private submission', () => {
  let id: string;
  let run: string;
  beforeAll(async () => {
    const made = await submit(recipe('magnitude-l1', { private: true, title: 'my secret' }));
    expect(made).toMatchObject({ private: true, publishedAt: null });
    [id, run] = [made.id, made.runs[0].id];
    const { storage, db } = api.context;
    const { sha256 } = await storage.put(Buffer.from('abc'));
    await db.artefacts.add({ sha256, bytes: 3, mediaType: 'application/octet-stream' });
    await finishRun(db, run, resultWith(88, { artefacts: [{ ...artefacts[0]!, sha256 }] }));
    file = sha256;
  });
  let file: string;

  const places = () => [
    `/submissions/${id}`,
    `/submissions/${id}/events`,
    `/submissions/${id}/disputes`,
    `/runs/${run}`,
    `/artefacts/${file}`,
  ];

  it('is there for its owner and organisers, and for others at none of its addresses', async () => {
    for (const url of places()) {
      for (const person of [undefined, other]) expect((await call('GET', url, person)).statusCode, url).toBe(404);
      expect((await call('GET', url, owner)).statusCode, url).toBe(200);
    }
    for (const url of places().slice(0, 4)) expect((await call('GET', url, organiser)).statusCode, url).toBe(200);
    for (const act of ['cancel', 'rerun', 'publish'])
      expect((await call('POST', `/submissions/${id}/${act}`, other)).statusCode, act).toBe(404);
    expect(
      (await call('POST', `/submissions/${id}/disputes`, other, { text: 'I doubt that it is there.' })).statusCode,
    ).toBe(404);
  });

  it('leaves no trace in what everybody reads', async () => {
    const everywhere = [
      '/submissions',
      `/submissions?submitter=${owner.account.id}`,
      `/boards/${BOARD}`,
      `/boards/${BOARD}/leaderboard`,
      `/boards/${BOARD}/leaderboard?format=csv`,
      `/boards/${BOARD}/feed.atom`,
      '/boards',
      '/findings',
    ];
    for (const url of everywhere) {
      const { body } = await call('GET', url, other);
      for (const word of [id, run, file, 'my secret']) expect(body.includes(word), `${url} ${word}`).toBe(false);
    }
    expect((await call('GET', `/people/${owner.account.id}`)).json().submissions.total).toBe(0);
    expect((await call('GET', '/submissions', owner)).body).toContain(id);
    expect((await call('GET', '/submissions', organiser)).body).toContain(id);
  });

  it('counts as a try, which its published successors tell', async () => {
    const later = await submit(recipe('taylor'));
    const { tries } = (await call('GET', `/submissions/${later.id}`)).json();
    expect(tries).toEqual({ all: 2, unpublished: 1 });
  });

  it('is published once, by its owner: then everybody sees it, and its row stands on the board', async () => {
    const published = await call('POST', `/submissions/${id}/publish`, owner);
    expect(published.json()).toMatchObject({ private: false });
    expect(published.json().publishedAt).toMatch(/^\d{4}-/);
    for (const url of places()) expect((await call('GET', url)).statusCode, url).toBe(200);
    const { rows } = (await call('GET', `/boards/${BOARD}/leaderboard?target=2x`)).json();
    expect(rows.map(({ submission }: { submission: string }) => submission)).toContain(id);
    expect((await call('GET', `/submissions/${id}`)).json().tries).toEqual({ all: 1, unpublished: 0 });
    const again = await call('POST', `/submissions/${id}/publish`, owner);
    expect([again.statusCode, again.json().code]).toEqual([409, 'TOPIARY_API_CONFLICT']);
  });
});

it('a board as of a moment before the publication does not have the row', async () => {
  const made = await submit(recipe('bn-scale', { private: true }));
  await finishRun(api.context.db, made.runs[0].id, resultWith(87));
  const before = new Date().toISOString();
  await new Promise((done) => setTimeout(done, 5));
  await call('POST', `/submissions/${made.id}/publish`, owner);
  const rowsOf = async (query: string) =>
    (await call('GET', `/boards/${BOARD}/leaderboard?target=2x${query}`))
      .json()
      .rows.map((row: { submission: string }) => row.submission);
  expect(await rowsOf('')).toContain(made.id);
  expect(await rowsOf(`&as_of=${before}`)).not.toContain(made.id);
});

describe('what is done is run again', () => {
  const send = async (bytes: Uint8Array) => {
    const answer = await api.app.inject({
      method: 'POST',
      url: '/api/v1/artefacts',
      headers: { ...owner.headers, 'content-type': 'application/octet-stream' },
      payload: Buffer.from(bytes),
    });
    return answer.json().sha256 as string;
  };
  const about = { board: BOARD, method: 'Mine', licence: 'MIT', seeds: [0] };

  it.each([
    ['recipe', async () => recipe('magnitude-l2')],
    [
      'pruned-models',
      async () => ({ kind: 'pruned-models', ...about, models: [{ target: '2x', file: await send(linear(7)) }] }),
    ],
    ['criterion', async () => ({ kind: 'criterion', ...about, file: await send(scoring()), targets: ['2x'] })],
  ] as const)('a submission of the kind %s, by its owner, from what was kept of it', async (_kind, body) => {
    const first = await submit(await body());
    const kept = (await call('GET', `/submissions/${first.id}`, owner)).json();
    const request = againBody({ ...kept, targets: kept.targets.map(({ label }: { label: string }) => label) });
    const second = await submit(request!);
    expect(second.id).not.toBe(first.id);
    const same = ({ kind, board, label, recipe: own, seeds }: typeof first) => ({ kind, board, label, own, seeds });
    expect(same(second)).toEqual(same(first));
    expect(second.targets).toEqual(first.targets);
  });
});
