/** Nobody fills the disk or the workers for the others; a full disk is said to be full; files go when nothing refers to them. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseTarget } from '@topiary/contracts';
import { openStorage } from '@topiary/storage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collect, dropOrphans } from '../../../apps/api/src/collector.js';
import { startApi, type TestApi } from '../../helpers/api.js';
import { finishRun, resultWith } from '../../helpers/finished-run.js';
import { addPerson } from '../../helpers/people.js';

const BOARD = 'classification.resnet-tiny.shapes32';
const MOST_BYTES = 1000;

let api: TestApi;
beforeAll(async () => {
  api = await startApi({}, { env: { QUOTA_STORED_BYTES: `${MOST_BYTES}`, QUOTA_COMPUTE_SECONDS_PER_DAY: '3600' } });
});
afterAll(() => api.close());

type Headers = { readonly authorization: string };
const send = (method: 'POST' | 'DELETE', path: string, headers: Headers, payload?: object) =>
  api.app.inject({ method, url: `/api/v1${path}`, headers, ...(payload ? { payload } : {}) });
const get = async (path: string, headers: Headers) => (await api.app.inject({ url: `/api/v1${path}`, headers })).json();
const recipe = (finetune: object = {}) => ({ kind: 'recipe', board: BOARD, recipe: { criterion: 'random', finetune } });

const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const upload = (bytes: Buffer, headers: Headers) =>
  api.app.inject({
    ...{ method: 'POST', url: '/api/v1/artefacts', payload: bytes },
    headers: { ...headers, 'content-type': 'application/octet-stream' },
  });
const announce = (bytes: Buffer, headers: Headers) =>
  send('POST', '/uploads', headers, { bytes: bytes.length, sha256: hashOf(bytes) });

describe('what a person may have computed in a day', () => {
  it('is counted in seconds, by the board’s estimate: a hundred thousand steps are refused, the usual ones taken', async () => {
    const { headers } = await addPerson(api.context.db);
    const huge = await send('POST', '/submissions', headers, recipe({ steps: 100_000, batch: 1024 }));
    expect(huge.json()).toMatchObject({
      ...{ status: 429, code: 'TOPIARY_API_QUOTA' },
      expected: 'at most 3600 seconds of computing within 24 hours',
    });
    const usual = await send('POST', '/submissions', headers, recipe());
    expect(usual.statusCode).toBe(202);
    const left = Number(usual.headers['x-quota-compute-seconds-per-day-remaining']);
    const { estimateSeconds } = await get(`/boards/${BOARD}`, headers);
    expect(3600 - left).toBeGreaterThanOrEqual(Math.floor(estimateSeconds * 0.8));
    expect(3600 - left).toBeLessThanOrEqual(Math.ceil(estimateSeconds * 1.2));
    expect((await get('/quota', headers)).computeSeconds.remaining).toBe(left);
  });

  it('counts what a run took once it has ended, also one that was cancelled in its middle', async () => {
    const { headers, account } = await addPerson(api.context.db);
    const [done, stopped] = [
      (await send('POST', '/submissions', headers, recipe())).json(),
      (await send('POST', '/submissions', headers, recipe())).json(),
    ];
    await finishRun(api.context.db, done.runs[0].id, resultWith(90, { seconds: { prune: 1, finetune: 10 } }));
    const ref = { run: stopped.runs[0].id, attempt: 1 };
    await api.context.db.runs.claim(ref, { worker: 'w', leaseSeconds: 60 });
    await api.database.query(`UPDATE runs SET started_at = now() - interval '100 seconds' WHERE id = '${ref.run}'`);
    await api.context.db.runs.cancelled(ref);
    const { computeSeconds } = await api.context.db.submissions.quotaUse(account.id);
    expect(computeSeconds).toBeGreaterThanOrEqual(111);
    expect(computeSeconds).toBeLessThan(120);
  });
});

describe('what a person may have stored', () => {
  it('ends at the quota, for files in one piece and in several; the same file counts once', async () => {
    const { headers } = await addPerson(api.context.db);
    const [first, second] = [Buffer.alloc(600, 'a'), Buffer.alloc(600, 'b')];
    expect((await upload(first, headers)).statusCode).toBe(201);
    expect((await upload(first, headers)).statusCode).toBe(429);
    expect((await announce(second, headers)).json()).toMatchObject({ status: 429, code: 'TOPIARY_API_QUOTA' });
    expect((await upload(second, headers)).json()).toMatchObject({ status: 429, code: 'TOPIARY_API_QUOTA' });
    expect((await get('/quota', headers)).storedBytes).toEqual({ limit: MOST_BYTES, used: 600, remaining: 400 });
    expect((await announce(Buffer.alloc(300, 'c'), headers)).statusCode).toBe(201);
    expect((await get('/quota', headers)).storedBytes.used).toBe(900);
    expect((await get('/quota', api.owner)).storedBytes).toBeNull();
  });

  it('holds when ten announcements arrive at the same moment', async () => {
    const { headers } = await addPerson(api.context.db);
    const all = await Promise.all(Array.from({ length: 10 }, (_, i) => announce(Buffer.alloc(300, `${i}`), headers)));
    expect(all.map(({ statusCode }) => statusCode).filter((status) => status === 201)).toHaveLength(3);
  });
});

describe('a file', () => {
  const age = (sha256: string) =>
    api.database.query(`UPDATE artefacts SET created_at = now() - interval '30 days' WHERE sha256 = '${sha256}';
      UPDATE artefact_owners SET created_at = now() - interval '30 days' WHERE sha256 = '${sha256}'`);
  const isThere = async (sha256: string) => (await api.context.storage.stat(sha256)) !== null;

  it('goes with its row when nobody has submitted it for a week, and not before', async () => {
    const bytes = Buffer.from('nobody wants me');
    const sha256 = hashOf(bytes);
    await upload(bytes, api.owner);
    await collect(api.context);
    expect(await isThere(sha256)).toBe(true);
    await age(sha256);
    expect((await collect(api.context)).collected).toBe(1);
    expect(await isThere(sha256)).toBe(false);
    await expect(api.context.db.artefacts.get(sha256)).rejects.toMatchObject({ code: 'TOPIARY_DB_NOT_FOUND' });
  });

  it('of a submission stays until its owner gives it up; the score outlives it', async () => {
    const person = await addPerson(api.context.db);
    const [sent, made, bits] = [Buffer.from('sent'), Buffer.from('made'), Buffer.from('bits')];
    await upload(sent, person.headers);
    for (const bytes of [made, bits]) await api.context.storage.put(bytes);
    const { submission } = await api.context.db.submissions.create({
      ...{
        kind: 'criterion',
        board: BOARD,
        title: 't',
        label: 'mine',
        division: 'closed',
        recipe: {},
        recipeHash: 'h',
      },
      ...{ targets: [parseTarget('2x')], seeds: [0], stages: [], createdBy: person.account.id },
      ...{ capability: { device: 'cpu', memoryBytes: 0 }, files: [hashOf(sent)] },
    });
    const artefact = (kind: string, bytes: Buffer) => ({ kind, sha256: hashOf(bytes), bytes: 4, mediaType: 'm' });
    const artefacts = [artefact('model', made), artefact('correct', bits)];
    const before = await send('DELETE', `/submissions/${submission.id}/files`, person.headers);
    expect(before.json()).toMatchObject({ status: 409, got: 'runs that may need the files' });
    await finishRun(api.context.db, submission.runs[0]!.id, resultWith(77, { artefacts }));
    for (const bytes of [sent, made, bits]) await age(hashOf(bytes));
    await collect(api.context);
    for (const bytes of [sent, made, bits]) expect(await isThere(hashOf(bytes))).toBe(true);
    const stored = async () => (await get('/quota', person.headers)).storedBytes.used;
    expect(await stored()).toBe(12);

    const stranger = await addPerson(api.context.db);
    expect((await send('DELETE', `/submissions/${submission.id}/files`, stranger.headers)).statusCode).toBe(403);
    expect((await send('DELETE', `/submissions/${submission.id}/files`, person.headers)).statusCode).toBe(200);
    expect(await stored()).toBe(4);
    await collect(api.context);
    expect(await Promise.all([sent, made, bits].map((bytes) => isThere(hashOf(bytes))))).toEqual([false, false, true]);
    const { rows } = await get(`/boards/${BOARD}/leaderboard`, api.owner);
    expect(rows.some((row: { submission: string }) => row.submission === submission.id)).toBe(true);
    expect((await get(`/runs/${submission.runs[0]!.id}`, api.owner)).result.artefacts).toHaveLength(2);
  });

  it('without a row, as a crash leaves it, goes after a day', async () => {
    const { sha256 } = await api.context.storage.put(Buffer.from('orphan'));
    expect(await dropOrphans(api.context)).toBe(0);
    const yesterday = new Date(Date.now() - 25 * 3600 * 1000);
    await utimes(await api.context.storage.path(sha256), yesterday, yesterday);
    expect(await dropOrphans(api.context)).toBe(1);
    expect(await isThere(sha256)).toBe(false);
  });
});

describe('a disk without room', () => {
  it('is seen before a byte is taken: 507 with a sentence, and the server is not ready', async () => {
    const full = await startApi({}, { env: { STORAGE_RESERVE_BYTES: `${2 ** 52}` } });
    try {
      const payload = { bytes: 10, sha256: 'a'.repeat(64) };
      const answer = await full.app.inject({ method: 'POST', url: '/api/v1/uploads', headers: full.owner, payload });
      expect(answer.json()).toMatchObject({
        ...{ status: 507, code: 'TOPIARY_STORAGE_FULL' },
        detail: expect.stringMatching(/^The disk of this server is full: storage; expected room for 10 bytes/),
      });
      const ready = await full.app.inject({ url: '/readyz' });
      expect([ready.statusCode, ready.json().code]).toEqual([507, 'TOPIARY_STORAGE_FULL']);
    } finally {
      await full.close();
    }
  });

  it.skipIf(process.platform !== 'linux')('is told from other faults while it is written', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'topiary-full-'));
    try {
      const storage = await openStorage(`file:${folder}`);
      const id = randomUUID();
      await mkdir(join(folder, 'uploads'));
      // The kernel's own ENOSPC.
      await symlink('/dev/full', join(folder, 'uploads', id));
      await expect(storage.drafts.append(id, Buffer.from('x'), { offset: 0, bytes: 1 })).rejects.toMatchObject({
        ...{ code: 'TOPIARY_STORAGE_FULL', details: { got: 'ENOSPC' } },
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('readiness', () => {
  const probe = async (at: TestApi) => {
    const answer = await at.app.inject({ url: '/readyz' });
    return [answer.statusCode, answer.json().code];
  };

  it('needs a queue that moves: runs that wait while nobody begins one make the server not ready', async () => {
    const stuck = await startApi({}, { env: { QUEUE_STUCK_SECONDS: '1' } });
    const { db } = stuck.context;
    try {
      const payload = { ...recipe(), seeds: [0, 1] };
      await stuck.app.inject({ method: 'POST', url: '/api/v1/submissions', headers: stuck.owner, payload });
      expect(await probe(stuck)).toEqual([200, undefined]);
      await stuck.database.query(`UPDATE runs SET queued_at = now() - interval '1 hour'`);
      await expect.poll(() => probe(stuck), { timeout: 5_000 }).toEqual([503, 'TOPIARY_QUEUE_STUCK']);
      const run = (await db.runs.claimNext('cpu', { worker: 'w', leaseSeconds: 60 }))!;
      await stuck.database.query(`UPDATE turns SET served_at = now() - interval '1 hour'`);
      expect(await probe(stuck)).toEqual([200, undefined]);
      await stuck.database.query(`UPDATE runs SET lease_until = now() - interval '1 minute' WHERE id = '${run.run}'`);
      expect((await probe(stuck))[0]).toBe(503);
      await db.runs.finish(run, resultWith(1));
      await db.runs.claimNext('cpu', { worker: 'w', leaseSeconds: 60 });
      expect(await probe(stuck)).toEqual([200, undefined]);
    } finally {
      await stuck.close();
    }
  });
});
