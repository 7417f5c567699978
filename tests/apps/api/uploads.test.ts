/** Uploads in pieces, and the gate in dry run, through the API. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import type { Verdict } from '@topiary/contracts';
import { SHIPPED, shippedPath } from '@topiary/zoo/catalogue';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dropExpired } from '../../../apps/api/src/uploads.js';
import { startApi, type TestApi } from '../../helpers/api.js';
import { hostileFiles } from '../../helpers/hostile.js';

const BOARD = 'classification.resnet-tiny.shapes32';
const shipped = SHIPPED.find(({ model, dataset }) => BOARD.endsWith(`${model}.${dataset}`))!;
const SHIPPED_HASH = shipped.sha256;
const OCTETS = { 'content-type': 'application/octet-stream' };
let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const bytesOf = (length: number, seed: number) => Uint8Array.from({ length }, (_, i) => (i * 31 + seed * 17) % 251);

const announce = (bytes: Uint8Array, headers: Record<string, string> = api.member, hash = sha256(bytes)) =>
  api.app.inject({
    method: 'POST',
    url: '/api/v1/uploads',
    headers,
    payload: { bytes: bytes.length, sha256: hash, name: 'a.onnx' },
  });
const send = (id: string, offset: number, piece: Uint8Array, headers: Record<string, string> = api.member) =>
  api.app.inject({
    method: 'PATCH',
    url: `/api/v1/uploads/${id}`,
    headers: { ...headers, ...OCTETS, 'upload-offset': String(offset) },
    payload: Buffer.from(piece),
  });
const head = (id: string, headers: Record<string, string> = api.member) =>
  api.app.inject({ method: 'HEAD', url: `/api/v1/uploads/${id}`, headers });
const drafts = () => api.context.storage.drafts.list();

describe('an upload in pieces', () => {
  it('is announced, sent, asked about, and stored under its sha256 when the last byte has come', async () => {
    const bytes = bytesOf(10_000, 1);
    const made = await announce(bytes);
    expect(made.statusCode).toBe(201);
    const { id } = made.json();
    expect(made.headers['location']).toBe(`/api/v1/uploads/${id}`);
    expect((await send(id, 0, bytes.subarray(0, 3_000))).json()).toMatchObject({ offset: 3_000, complete: false });
    expect((await head(id)).headers).toMatchObject({ 'upload-offset': '3000', 'upload-length': '10000' });
    expect(await api.context.storage.stat(sha256(bytes))).toBeNull();
    expect((await send(id, 3_000, bytes.subarray(3_000))).json()).toMatchObject({ offset: 10_000, complete: true });
    expect(await api.context.storage.read(sha256(bytes))).toEqual(Buffer.from(bytes));
    expect(await drafts()).not.toContain(id);
  });

  it('goes on after the connection broke in the middle of a piece', async () => {
    const bytes = bytesOf(300_000, 2);
    const { id } = (await announce(bytes)).json();
    const address = await api.app.listen({ port: 0, host: '127.0.0.1' });
    await new Promise<void>((done) => {
      const call = httpRequest(`${address}/api/v1/uploads/${id}`, {
        method: 'PATCH',
        headers: { ...api.member, ...OCTETS, 'upload-offset': '0', 'content-length': bytes.length },
      });
      call.on('error', () => done());
      call.write(bytes.subarray(0, 100_000), () => setTimeout(() => call.destroy(), 200));
      call.on('close', () => done());
    });
    let offset = 0;
    for (let i = 0; i < 50 && offset === 0; i += 1) {
      await new Promise((next) => setTimeout(next, 50));
      offset = Number((await head(id)).headers['upload-offset']);
    }
    expect(offset).toBeGreaterThan(0);
    expect(offset).toBeLessThanOrEqual(100_000);
    let answer = await send(id, offset, bytes.subarray(offset));
    for (let i = 0; i < 50 && answer.statusCode === 409; i += 1) {
      await new Promise((next) => setTimeout(next, 50));
      answer = await send(id, offset, bytes.subarray(offset));
    }
    expect(answer.json()).toMatchObject({ complete: true });
    expect(await api.context.storage.read(sha256(bytes))).toEqual(Buffer.from(bytes));
  });

  it('that is announced again goes on where it stopped, for the same person and the same file only', async () => {
    const bytes = bytesOf(400, 9);
    const { id } = (await announce(bytes)).json();
    await send(id, 0, bytes.subarray(0, 150));
    expect((await announce(bytes)).json()).toMatchObject({ id, offset: 150, complete: false });
    expect((await announce(bytes, api.owner)).json()).toMatchObject({ offset: 0 });
    expect((await announce(bytes.subarray(0, 399))).json()).toMatchObject({ offset: 0 });
    await send(id, 150, bytes.subarray(150));
    const again = (await announce(bytes)).json();
    expect(again).toMatchObject({ complete: true });
    expect(again.id).not.toBe(id);
  });

  it('at a wrong offset is a conflict that names the right one', async () => {
    const bytes = bytesOf(100, 3);
    const { id } = (await announce(bytes)).json();
    await send(id, 0, bytes.subarray(0, 10));
    const answer = await send(id, 50, bytes.subarray(50));
    expect(answer.statusCode).toBe(409);
    expect(answer.json()).toMatchObject({ code: 'TOPIARY_UPLOAD_OFFSET', expected: 'offset 10', got: '50' });
  });

  it('of another file than announced leaves nothing behind', async () => {
    const bytes = bytesOf(500, 4);
    const { id } = (await announce(bytes, api.member, sha256(bytesOf(500, 5)))).json();
    const answer = await send(id, 0, bytes);
    expect([answer.statusCode, answer.json().code]).toEqual([422, 'TOPIARY_UPLOAD_CHECKSUM']);
    expect((await head(id)).statusCode).toBe(404);
    expect(await drafts()).not.toContain(id);
    expect(await api.context.storage.stat(sha256(bytes))).toBeNull();
  });

  it('that grows beyond its size keeps nothing of the piece that did', async () => {
    const bytes = bytesOf(200, 6);
    const { id } = (await announce(bytes)).json();
    await send(id, 0, bytes.subarray(0, 150));
    const answer = await send(id, 150, bytes);
    expect([answer.statusCode, answer.json().code]).toEqual([413, 'TOPIARY_API_TOO_LARGE']);
    expect((await head(id)).headers['upload-offset']).toBe('150');
  });

  it('of a file that the same person has sent is complete at once; of another person every byte is asked for', async () => {
    const bytes = readFileSync(shippedPath(SHIPPED_HASH));
    expect(await api.context.storage.stat(SHIPPED_HASH)).not.toBeNull();
    const { id, ...first } = (await announce(bytes)).json();
    expect(first).toMatchObject({ complete: false, offset: 0 });
    const check = () =>
      api.app.inject({
        method: 'POST',
        url: '/api/v1/checks',
        headers: api.member,
        payload: { board: BOARD, file: SHIPPED_HASH },
      });
    expect((await check()).json().code).toBe('TOPIARY_STORAGE_NOT_FOUND');
    expect((await send(id, 0, bytes)).json()).toMatchObject({ complete: true });
    expect((await announce(bytes)).json()).toMatchObject({ complete: true, offset: bytes.length });
    expect((await announce(bytes, api.owner)).json()).toMatchObject({ complete: false, offset: 0 });
    expect((await check()).statusCode).toBe(200);
  });

  it('that two people send names the first of them', async () => {
    const bytes = bytesOf(60, 11);
    for (const headers of [api.member, api.owner]) {
      const { id } = (await announce(bytes, headers)).json();
      await send(id, 0, bytes, headers);
    }
    const { id: person } = (await api.app.inject({ url: '/api/v1/account', headers: api.member })).json();
    expect(await api.context.db.uploads.firstToShow(sha256(bytes))).toMatchObject({ person });
  });

  it('belongs to who announced it; a name is never a path', async () => {
    const bytes = bytesOf(50, 7);
    const { id } = (await announce(bytes)).json();
    expect((await head(id, api.owner)).statusCode).toBe(404);
    expect((await send(id, 0, bytes, api.owner)).statusCode).toBe(404);
    expect((await head(id, {})).statusCode).toBe(401);
    for (const bad of ['..%2f..%2fetc%2fpasswd', '../owner.key', `${'0'.repeat(35)}/`])
      expect((await head(bad)).statusCode).toBeGreaterThanOrEqual(400);
    const gone = await api.app.inject({ method: 'DELETE', url: `/api/v1/uploads/${id}`, headers: api.member });
    expect(gone.statusCode).toBe(204);
    expect((await head(id)).statusCode).toBe(404);
  });

  it('that nobody goes on with is dropped when its time has come', async () => {
    const bytes = bytesOf(80, 8);
    const { id } = (await announce(bytes)).json();
    await send(id, 0, bytes.subarray(0, 40));
    expect(await dropExpired(api.context.db, api.context.storage)).toBe(0);
    const client = new pg.Client({ connectionString: api.database.url });
    await client.connect();
    await client.query("UPDATE uploads SET expires_at = now() - interval '1 second' WHERE id = $1", [id]);
    await client.end();
    expect((await head(id)).statusCode).toBe(404);
    expect(await dropExpired(api.context.db, api.context.storage)).toBe(1);
    expect(await drafts()).not.toContain(id);
  });

  it.each([
    ['no size', { sha256: 'a'.repeat(64) }],
    ['a size beyond the limit', { bytes: 2 ** 40, sha256: 'a'.repeat(64) }],
    ['a hash that is none', { bytes: 5, sha256: '../../etc/passwd' }],
  ])('with %s is refused', async (_, payload) => {
    const answer = await api.app.inject({ method: 'POST', url: '/api/v1/uploads', headers: api.member, payload });
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'TOPIARY_API_VALIDATION']);
  });
});

describe('a check in dry run', () => {
  const check = async (bytes: Uint8Array): Promise<Verdict> => {
    const answer = await api.app.inject({
      method: 'POST',
      url: `/api/v1/checks/file?board=${BOARD}`,
      headers: { ...api.member, ...OCTETS },
      payload: Buffer.from(bytes),
    });
    expect(answer.statusCode).toBe(200);
    return answer.json();
  };

  it('passes the base network itself, at a speed-up of one', async () => {
    const verdict = await check(readFileSync(shippedPath(SHIPPED_HASH)));
    expect(verdict).toMatchObject({ ok: true, faults: [], speedup: { pure: 1, published: 1 } });
  });

  it('answers the same for an uploaded file by its hash', async () => {
    const answer = await api.app.inject({
      method: 'POST',
      url: '/api/v1/checks',
      headers: api.member,
      payload: { board: BOARD, file: SHIPPED_HASH },
    });
    expect(answer.json()).toMatchObject({ ok: true, facts: { params: shipped.params } });
  });

  it('says with codes what is wrong, and keeps nothing', async () => {
    const before = await drafts();
    const file = hostileFiles()[0]!;
    expect((await check(file.bytes)).faults[0]).toMatchObject({ code: file.code });
    expect(await check(new TextEncoder().encode('# a text'))).toMatchObject({
      ok: false,
      faults: [{ code: 'TOPIARY_GATE_NOT_ONNX' }],
    });
    expect(await drafts()).toEqual(before);
  });
});

describe('a submission of files', () => {
  const submit = (body: object) =>
    api.app.inject({
      method: 'POST',
      url: '/api/v1/submissions',
      headers: api.member,
      payload: { board: BOARD, licence: 'MIT', method: 'mine', ...body },
    });
  const store = async (bytes: Uint8Array): Promise<string> => {
    const request = { method: 'POST', url: '/api/v1/artefacts', headers: { ...api.member, ...OCTETS } } as const;
    return (await api.app.inject({ ...request, payload: Buffer.from(bytes) })).json().sha256;
  };
  beforeAll(() => store(readFileSync(shippedPath(SHIPPED_HASH))));
  const models = (file: string, ...targets: string[]) => targets.map((target) => ({ target, file }));

  it('queues one run per target and seed, and an open one once, whatever the seeds', async () => {
    const closed = await submit({ kind: 'pruned-models', models: models(SHIPPED_HASH, '2x', '3x'), seeds: [0, 1] });
    expect(closed.statusCode).toBe(202);
    expect(closed.json()).toMatchObject({
      kind: 'pruned-models',
      label: 'mine',
      targets: [{ label: '2x' }, { label: '3x' }],
    });
    expect(closed.json().runs).toHaveLength(4);
    const open = await submit({
      kind: 'pruned-models',
      division: 'open',
      models: models(SHIPPED_HASH, '2x'),
      seeds: [0, 1],
    });
    expect(open.json().runs).toHaveLength(1);
  });

  it('of a file that another person sent first names that person', async () => {
    const owned = { method: 'POST', url: '/api/v1/artefacts', headers: { ...api.owner, ...OCTETS } } as const;
    await api.app.inject({ ...owned, payload: readFileSync(shippedPath(SHIPPED_HASH)) });
    const own = await submit({ kind: 'pruned-models', division: 'open', models: models(SHIPPED_HASH, '2x') });
    const body = { board: BOARD, licence: 'MIT', method: 'theirs', kind: 'pruned-models', division: 'open' };
    const theirs = await api.app.inject({
      method: 'POST',
      url: '/api/v1/submissions',
      headers: api.owner,
      payload: { ...body, models: models(SHIPPED_HASH, '2x') },
    });
    const { id: person } = (await api.app.inject({ url: '/api/v1/account', headers: api.member })).json();
    expect(own.json().recipe.shownFirst).toEqual({});
    expect(theirs.json().recipe.shownFirst).toEqual({ '2x': { person, at: expect.any(String) } });
  });

  it('is refused in the words of the gate, and changes nothing', async () => {
    const before = await api.context.db.submissions.count();
    const hostile = hostileFiles().find(({ name }) => name === 'a subgraph')!;
    const network = await submit({ kind: 'pruned-models', models: models(await store(hostile.bytes), '2x') });
    expect([network.statusCode, network.json().code]).toEqual([422, hostile.code]);
    expect(network.json().where).toMatch(/^models\.0\.file, model\.graph/);
    const criterion = await submit({ kind: 'criterion', file: await store(hostile.bytes) });
    expect([criterion.statusCode, criterion.json().code]).toEqual([422, hostile.code]);
    expect(await api.context.db.submissions.count()).toBe(before);
  });

  it.each([
    [
      'a file that was not uploaded',
      { kind: 'pruned-models', models: models('f'.repeat(64), '2x') },
      'TOPIARY_STORAGE_NOT_FOUND',
    ],
    [
      'two files for one target',
      { kind: 'pruned-models', models: [...models(SHIPPED_HASH, '2x'), ...models('f'.repeat(64), '2x')] },
      'TOPIARY_API_VALIDATION',
    ],
    [
      'no licence',
      { kind: 'pruned-models', licence: '', models: models(SHIPPED_HASH, '2x') },
      'TOPIARY_API_VALIDATION',
    ],
    [
      'a criterion of its own beside a built-in one',
      { kind: 'criterion', file: SHIPPED_HASH, recipe: { criterion: 'random' } },
      'TOPIARY_API_VALIDATION',
    ],
  ])('with %s is refused', async (_, body, code) => {
    expect((await submit(body)).json().code).toBe(code);
  });
});
