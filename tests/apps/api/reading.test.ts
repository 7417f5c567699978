/** What anybody may read: boards, leaderboards, catalogue, documents, event streams, public artefacts. */
import { createHash } from 'node:crypto';
import { SHIPPED } from '@topiary/zoo/catalogue';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildApp } from '../../../apps/api/src/app.js';
import { startApi, type TestApi } from '../../helpers/api.js';
import { finishRun, resultWith } from '../../helpers/finished-run.js';

const BOARD = 'classification.resnet-tiny.shapes32';
let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const get = (url: string, headers: Record<string, string> = {}) => api.app.inject({ url, headers });
const submit = async (criterion: string, seeds = [0]) => {
  const payload = { kind: 'recipe', board: BOARD, recipe: { criterion }, targets: ['2x'], seeds };
  return (await api.app.inject({ method: 'POST', url: '/api/v1/submissions', headers: api.member, payload })).json();
};

it.each([
  '/healthz',
  '/readyz',
  '/openapi.json',
  '/api/v1/errors',
  '/api/v1/tracks',
  '/api/v1/methods',
  '/api/v1/recipes',
  '/api/v1/models',
  '/api/v1/datasets',
  '/api/v1/status',
])('GET %s answers', async (url) => {
  const answer = await get(url);
  expect(answer.statusCode, answer.body.slice(0, 300)).toBe(200);
});

it('lets documents run the scripts of the site, and data nothing at all', async () => {
  const policyOf = async (url: string) => (await get(url)).headers['content-security-policy'];
  expect(await policyOf('/docs/api/')).toMatch(/script-src 'self'/);
  for (const url of ['/healthz', '/api/v1/boards', '/api/v1/artefacts/nothing'])
    expect(await policyOf(url), url).toBe("default-src 'none';frame-ancestors 'none'");
  const { headers } = await get('/api/v1/boards');
  expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cross-origin-resource-policy': 'same-origin' });
});

describe('pages of other sites', () => {
  const reader = { origin: 'https://blog.example' };
  const notebook = { origin: 'http://localhost:8888' };
  const preflight = (headers: object, method = 'GET', app = api.app) =>
    app.inject({
      method: 'OPTIONS',
      url: '/api/v1/boards',
      headers: { ...headers, 'access-control-request-method': method },
    });

  it('read a server that others reach, and write nothing', async () => {
    const open = await buildApp(
      { ...api.context, publicUrl: 'https://topiary.example' },
      { host: '127.0.0.1', logLevel: 'silent', siteDir: '/nowhere' },
    );
    const answer = await open.inject({ url: '/api/v1/boards', headers: reader });
    expect(answer.headers['access-control-allow-origin']).toBe('*');
    expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
    expect(answer.headers['access-control-expose-headers']).toMatch(/ETag.*RateLimit/);
    const asked = await preflight(reader, 'POST', open);
    expect(asked.headers['access-control-allow-methods']).toBe('GET, HEAD');
    await open.close();
  });

  it('do not read a server on the loopback, which holds what nobody was shown; pages of the same machine do', async () => {
    expect((await get('/api/v1/boards', reader)).headers['access-control-allow-origin']).toBeUndefined();
    expect((await get('/api/v1/boards', notebook)).headers['access-control-allow-origin']).toBe(notebook.origin);
    expect((await preflight(notebook)).statusCode).toBe(204);
    const imposter = { origin: 'http://localhost.attacker.example' };
    expect((await get('/api/v1/boards', imposter)).headers['access-control-allow-origin']).toBeUndefined();
  });
});

it('describes every route of the API in /openapi.json', async () => {
  const { paths } = (await get('/openapi.json')).json();
  expect(Object.keys(paths)).toEqual(
    expect.arrayContaining([
      '/api/v1/boards/{board}/leaderboard',
      '/api/v1/submissions',
      '/api/v1/submissions/{id}/events',
      '/api/v1/artefacts/{sha256}',
    ]),
  );
});

it('says which boards are open, and why the others are not', async () => {
  const { items } = (await get('/api/v1/boards')).json();
  const byId = Object.fromEntries(items.map((board: { id: string }) => [board.id, board]));
  expect(byId[BOARD]).toMatchObject({ state: 'open', reason: null });
  expect(byId[BOARD].base.metrics[0].value).toBeGreaterThan(80);
  expect(byId['classification.resnet56.cifar10']).toMatchObject({ state: 'reported-only', base: null });
  expect(byId['classification.resnet56.cifar10'].reason).toMatch(/cifar10/);
});

it('answers an unknown address, board, run and artefact with a problem', async () => {
  for (const [url, code] of [
    ['/api/v1/nothing', 'TOPIARY_API_NOT_FOUND'],
    ['/api/v1/boards/none', 'TOPIARY_TRACKS_UNKNOWN_BOARD'],
    ['/api/v1/runs/none', 'TOPIARY_DB_NOT_FOUND'],
    [`/api/v1/artefacts/${'0'.repeat(64)}`, 'TOPIARY_DB_NOT_FOUND'],
  ] as const) {
    const answer = await get(url);
    expect([answer.statusCode, answer.json().code]).toEqual([404, code]);
  }
});

describe('a leaderboard', () => {
  beforeAll(async () => {
    const numbers: Record<string, readonly number[]> = {
      random: [80, 80.5],
      'magnitude-l1': [84, 84.4],
      taylor: [86, 85.6],
    };
    for (const [criterion, values] of Object.entries(numbers)) {
      const { runs } = await submit(criterion, [0, 1]);
      for (const [i, value] of values.entries()) await finishRun(api.context.db, runs[i].id, resultWith(value));
    }
  });

  it('ranks rows by their mean over seeds, with intervals and the distance to random', async () => {
    const { rows, target } = (await get(`/api/v1/boards/${BOARD}/leaderboard?target=2x`)).json();
    expect(target.label).toBe('2x');
    expect(rows.map((row: { rank: number; label: string }) => [row.rank, row.label])).toEqual([
      [1, 'taylor · global'],
      [2, 'magnitude-l1 · global'],
      [3, 'random · global'],
    ]);
    const top1 = rows[0].metrics.find((m: { phase: string }) => m.phase === 'finetuned');
    expect(top1.value).toBeCloseTo(85.8, 6);
    // two seeds that differ by 0.4 would give ±2.5 by themselves; with those of the other rows and 4,000 examples, less
    expect(top1.interval).toBe('seeds and examples');
    expect(top1.high - top1.value).toBeGreaterThan(0.8);
    expect(top1.high - top1.value).toBeLessThan(2);
    expect(rows.map((row: { place: { text: string } }) => row.place.text)).toEqual(['1-2', '1-2', '3']);
    expect(rows[0].aboveRandom.value).toBeCloseTo(5.55, 6);
    expect(rows[2].aboveRandom).toBeNull();
    expect(rows[0].seeds).toEqual([0, 1]);
  });

  it('pages, sorts and filters', async () => {
    const first = (await get(`/api/v1/boards/${BOARD}/leaderboard?target=2x&limit=2`)).json();
    const second = (
      await get(`/api/v1/boards/${BOARD}/leaderboard?target=2x&limit=2&cursor=${encodeURIComponent(first.nextCursor)}`)
    ).json();
    expect([first.rows.length, second.rows.length, second.nextCursor]).toEqual([2, 1, null]);
    const worst = (await get(`/api/v1/boards/${BOARD}/leaderboard?target=2x&sort=top1`)).json();
    expect(worst.rows[0].label).toBe('random · global');
    const only = (await get(`/api/v1/boards/${BOARD}/leaderboard?method=taylor`)).json();
    expect(only.rows).toHaveLength(1);
    const labels = async (query: string) =>
      (await get(`/api/v1/boards/${BOARD}/leaderboard?target=2x&${query}`))
        .json()
        .rows.map(({ label }: { label: string }) => label.replace(' · global', ''));
    // all have the same parameters left, so that the second column decides
    expect(await labels('sort=params,-label')).toEqual(['taylor', 'random', 'magnitude-l1']);
    expect(await labels('sort=params,label')).toEqual(['magnitude-l1', 'random', 'taylor']);
    // random has no distance to itself: it stays last both ways
    expect((await labels('sort=above-random')).at(-1)).toBe('random');
    expect((await labels('sort=-above-random')).at(-1)).toBe('random');
    expect(await labels('criterion=taylor&scope=global&regularizer=none')).toEqual(['taylor']);
    expect(await labels('scope=local')).toEqual([]);
    expect(await labels('q=L1%20magni')).toEqual(['magnitude-l1']);
    expect((await get(`/api/v1/boards/${BOARD}/leaderboard?sort=colour`)).json().code).toBe('TOPIARY_API_VALIDATION');
    expect((await get(`/api/v1/boards/${BOARD}/leaderboard?target=9x`)).json().code).toBe('TOPIARY_API_VALIDATION');
  });

  const page = (query: string) => get(`/api/v1/boards/${BOARD}/leaderboard?target=2x&${query}`);

  it.each(['', 'sort=-top1', 'sort=label', 'sort=params,-label'])(
    'goes on after a page whose last row has left or has moved (%s)',
    async (sort) => {
      const { runs, id } = await submit('fpgm');
      await finishRun(api.context.db, runs[0].id, resultWith(85));
      const labels = (await page(sort)).json().rows.map(({ label }: { label: string }) => label);
      const place = labels.indexOf('fpgm · global');
      const { nextCursor, rows } = (await page(`${sort}&limit=${place + 1}`)).json();
      expect(rows.at(-1).label).toBe('fpgm · global');
      const rest = async () =>
        nextCursor === null
          ? []
          : (await page(`${sort}&cursor=${nextCursor}`)).json().rows.map(({ label }: { label: string }) => label);
      expect(await rest()).toEqual(labels.slice(place + 1));
      await api.app.inject({ method: 'DELETE', url: `/api/v1/submissions/${id}`, headers: api.member });
      expect(await rest()).toEqual(labels.slice(place + 1));
    },
  );

  it('refuses a cursor that is none, and one of another order', async () => {
    const { nextCursor } = (await page('limit=1&sort=label')).json();
    const nonsense = ['nonsense', 'W10', 'taylor-2x-aaaaaaaa-measured', Buffer.from('{"id":1}').toString('base64url')];
    for (const query of [
      ...nonsense.map((cursor) => `cursor=${cursor}`),
      `cursor=${nextCursor}`,
      `cursor=${nextCursor}&sort=-label`,
    ]) {
      expect((await page(query)).json()).toMatchObject({ status: 400, where: 'cursor' });
    }
    for (const list of ['/api/v1/submissions', '/api/v1/admin/accounts', '/api/v1/admin/failures']) {
      const { headers } = { headers: api.owner };
      const answer = await api.app.inject({ url: `${list}?cursor=AAAAAAAAAAAAAAAAAAAAAA!!`, headers });
      expect(answer.json()).toMatchObject({ status: 400, where: 'cursor' });
    }
  });

  it('costs nothing when asked again with its ETag, and changes when a run is withdrawn', async () => {
    const url = `/api/v1/boards/${BOARD}/leaderboard`;
    const etag = String((await get(url)).headers['etag']);
    expect((await get(url, { 'if-none-match': etag })).statusCode).toBe(304);
    const { runs, id } = await submit('magnitude-l2');
    await finishRun(api.context.db, runs[0].id, resultWith(99));
    expect((await get(url, { 'if-none-match': etag })).json().rows[0].label).toBe('magnitude-l2 · global');
    await api.app.inject({ method: 'DELETE', url: `/api/v1/submissions/${id}`, headers: api.member });
    expect((await get(url)).json().rows[0].label).toBe('taylor · global');
  });

  it('has its numbers in the list of submissions, too: means over the runs of a target, and how many there are', async () => {
    const { items } = (await get(`/api/v1/submissions?board=${BOARD}&state=done`)).json();
    const item = items.find(({ label }: { label: string }) => label === 'taylor · global');
    expect(item.runs).toBeUndefined();
    expect(item.runCounts).toEqual({ queued: 0, running: 0, done: 2, failed: 0, cancelled: 0 });
    expect(item.outcomes).toMatchObject([{ target: '2x', runs: 2 }]);
    expect(item.outcomes[0].metrics).toContainEqual({
      id: 'top1',
      phase: 'finetuned',
      value: expect.closeTo(85.8, 6),
    });
    const whole = (await get(`/api/v1/submissions/${item.id}`)).json();
    expect(whole).toMatchObject({ ...item, runs: [{ state: 'done' }, { state: 'done' }] });
    expect(item.finishedAt).toBe(
      whole.runs
        .map((run: { finishedAt: string }) => run.finishedAt)
        .sort()
        .at(-1),
    );
  });

  it('has its runs there where that is asked for, without widths and files, and of few submissions', async () => {
    const { items } = (await get(`/api/v1/submissions?board=${BOARD}&state=done&expand=runs&limit=20`)).json();
    const { result } = items.find(({ label }: { label: string }) => label === 'taylor · global').runs[0];
    expect(result.metrics).toContainEqual({ id: 'top1', phase: 'finetuned', value: 86, n: 4000 });
    expect([result.widths, result.artefacts]).toEqual([[], []]);
    const refused = (await get('/api/v1/submissions?expand=runs&limit=21')).json();
    expect(refused).toMatchObject({ status: 400, got: expect.stringMatching(/at most 20 with expand=runs/) });
  });

  it('leaves as CSV', async () => {
    const answer = await get(`/api/v1/boards/${BOARD}/leaderboard?target=2x&format=csv`);
    expect(answer.headers['content-type']).toMatch(/text\/csv/);
    const [header, first] = answer.body.split('\r\n');
    expect(header).toMatch(/^rank,tier,place_from,place_to,control,label,provenance/);
    expect(first).toMatch(/^1,,1,2,,taylor · global,measured/);
  });

  it('shows on the list of boards who leads', async () => {
    const board = (await get(`/api/v1/boards/${BOARD}`)).json();
    expect(board.best).toEqual([
      { target: '2x', value: expect.closeTo(85.8, 6), label: 'taylor · global', provenance: 'measured' },
    ]);
    expect(board.methods).toBe(3);
  });
});

describe('artefacts', () => {
  const bytes = Buffer.from('not a model, but bytes');
  const sha256 = createHash('sha256').update(bytes).digest('hex');

  it('an upload is stored under its hash, and is not public', async () => {
    const headers = { ...api.member, 'content-type': 'application/octet-stream' };
    const answer = await api.app.inject({ method: 'POST', url: '/api/v1/artefacts', headers, payload: bytes });
    expect([answer.statusCode, answer.json()]).toEqual([201, { sha256, bytes: bytes.length }]);
    expect((await get(`/api/v1/artefacts/${sha256}`)).statusCode).toBe(404);
    expect((await get(`/api/v1/artefacts/${sha256}`, api.owner)).statusCode).toBe(200);
  });

  it('a file of a finished run can be downloaded by anybody', async () => {
    const { runs } = await submit('bn-scale');
    await finishRun(
      api.context.db,
      runs[0].id,
      resultWith(70, {
        artefacts: [{ kind: 'model', sha256, bytes: bytes.length, mediaType: 'application/octet-stream' }],
      }),
    );
    const answer = await get(`/api/v1/artefacts/${sha256}`);
    expect(answer.rawPayload.equals(bytes)).toBe(true);
    expect(answer.headers['cache-control']).toMatch(/immutable/);
  });
});

it('gives the network that a board starts from; a closed board has none', async () => {
  const { rawPayload, headers } = await get(`/api/v1/boards/${BOARD}/base.onnx`);
  const { sha256 } = SHIPPED.find(({ model, dataset }) => BOARD.endsWith(`${model}.${dataset}`))!;
  expect(createHash('sha256').update(rawPayload).digest('hex')).toBe(sha256);
  expect(headers).toMatchObject({ 'content-type': 'application/octet-stream', etag: `"${sha256}"` });
  const segmenter = '/api/v1/boards/segmentation.sam-tiny.scenes64/base.onnx';
  const shipped = SHIPPED.find(({ model }) => model === 'sam-tiny')!;
  const named = await get(segmenter);
  // the names of all parts, not the bytes of all of them
  expect(named.headers['content-length']).toBe(String(named.rawPayload.length));
  const encoder = await get(`${segmenter}?part=encoder`);
  expect(createHash('sha256').update(encoder.rawPayload).digest('hex')).toBe(shipped.parts!['encoder']);
  expect((await get(`${segmenter}?part=neck`)).json()).toMatchObject({
    code: 'TOPIARY_STORAGE_NOT_FOUND',
    detail: expect.stringMatching(/one of encoder, prompts, decoder; got neck/),
  });
  expect((await get(`/api/v1/boards/${BOARD}/base.onnx?part=encoder`)).json()).toMatchObject({
    detail: expect.stringMatching(/the network is one file/),
  });
  const closed = await get('/api/v1/boards/classification.resnet56.cifar10/base.onnx');
  expect(closed.json()).toMatchObject({ code: 'TOPIARY_TRACKS_BOARD_CLOSED' });
});
