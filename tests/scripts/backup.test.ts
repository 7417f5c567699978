/** Back-up and restore, as a drill: what comes back is what was there, to the last bit; what cannot come back says why. */
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { openStorage } from '@topiary/storage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeBackup, retain } from '../../scripts/backup/backup.js';
import { listBackups, readManifest } from '../../scripts/backup/manifest.js';
import { millisecondsUntil, parseTime } from '../../scripts/backup/nightly.js';
import { restoreBackup } from '../../scripts/backup/restore.js';
import { openVault } from '../../scripts/backup/vault.js';
import { startApi, type TestApi } from '../helpers/api.js';
import { emptyDatabase, type TestDatabase } from '../helpers/database.js';
import { finishRun, resultWith } from '../helpers/finished-run.js';
import { s3Server } from '../helpers/s3-server.js';

const BOARD = 'classification.resnet-tiny.shapes32';
const folder = mkdtempSync(join(tmpdir(), 'topiary-backup-'));
const place = join(folder, 'vault');
let api: TestApi;
let made: { id: string; runs: { id: string }[] };

const backup = async (to = place) => {
  const { database, context } = api;
  const options = { databaseUrl: database.url, storage: context.storage, home: join(folder, 'home'), version: 'test' };
  return makeBackup({ ...options, vault: await openVault(to) });
};

const restoreInto = async (target: TestDatabase, from = place, migrations?: string) => {
  const home = mkdtempSync(join(folder, 'home-'));
  const storage = await openStorage(`file:${join(home, 'artefacts')}`);
  const options = { databaseUrl: target.url, storage, home, vault: await openVault(from) };
  return { home, storage, manifest: await restoreBackup({ ...options, ...(migrations ? { migrations } : {}) }) };
};

const page = async (of: TestApi, url: string) => (await of.app.inject({ url, headers: api.owner })).json();

beforeAll(async () => {
  api = await startApi();
  mkdirSync(join(folder, 'home'));
  writeFileSync(join(folder, 'home/owner.key'), `${api.ownerKey}\n`);
  const { db, storage } = api.context;
  const submit = async (recipe: object) => {
    const payload = { kind: 'recipe', board: BOARD, title: 'Quote " ’ \\ , ( ) é 𝛼', recipe, seeds: [0, 1] };
    const answer = await api.app.inject({ method: 'POST', url: '/api/v1/submissions', headers: api.member, payload });
    return answer.json();
  };
  made = await submit({ criterion: 'magnitude-l1' });
  for (const [i, run] of made.runs.entries()) {
    const { sha256, bytes } = await storage.put(new TextEncoder().encode(`a network ${i}`));
    const artefacts = [{ kind: 'model' as const, sha256, bytes, mediaType: 'application/onnx' }];
    // Numbers that no short decimal writes.
    await finishRun(db, run.id, resultWith(90 + 1 / 3 + i * 1e-9, { artefacts, achieved: 2.01 + Number.EPSILON * 8 }));
  }
  await submit({ criterion: 'random' });
  // JSON's own null is something else than no value; a text may look like an array, a row, or a line of a dump.
  await db.settings.set('nothing', null);
  await db.settings.set('odd', { text: '{"a",NULL,\\N}\t\n(1,2)', list: [null, 1e-300, 'é'] });
});
afterAll(async () => {
  await api.close();
  rmSync(folder, { recursive: true, force: true });
});

const rowsOf = async (database: TestDatabase, table: string): Promise<string[]> =>
  (await database.query(`SELECT t::text AS line FROM "${table}" t ORDER BY 1`)).map(({ line }) => line);

describe('a drill', () => {
  let restored: TestDatabase;
  let other: TestApi;
  let storage: Awaited<ReturnType<typeof restoreInto>>['storage'];
  let home: string;
  beforeAll(async () => {
    await backup();
    restored = await emptyDatabase();
    ({ storage, home } = await restoreInto(restored));
  });
  afterAll(() => other?.close());

  it('brings back every row of every table as it was, and what the next number of a sequence is', async () => {
    const tables = await api.database.query(
      `SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'`,
    );
    expect(tables.length).toBeGreaterThan(20);
    for (const { tablename } of tables) {
      expect([tablename, await rowsOf(restored, tablename)]).toEqual([
        tablename,
        await rowsOf(api.database, tablename),
      ]);
    }
    const sequences = `SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1`;
    expect(await restored.query(sequences)).toEqual(await api.database.query(sequences));
    expect(await restored.query(`SELECT value = 'null'::jsonb AS same FROM settings WHERE key = 'nothing'`)).toEqual([
      { same: true },
    ]);
  });

  it('brings back every file byte by byte, and the keys of the home', async () => {
    const { files, missing } = await readManifest(await openVault(place));
    expect([files.length > 2, missing]).toEqual([true, []]);
    for (const { sha256 } of files) {
      const before = await buffer(await api.context.storage.get(sha256));
      expect((await buffer(await storage.get(sha256))).equals(before)).toBe(true);
    }
    expect(readFileSync(join(home, 'owner.key'), 'utf8').trim()).toBe(api.ownerKey);
  });

  it('shows the same board, the same row and the same submission, and goes on from there', async () => {
    other = await startApi({}, { database: restored, storage });
    const urls = [`/api/v1/boards/${BOARD}/leaderboard?provenance=measured`, `/api/v1/submissions/${made.id}`];
    for (const url of [...urls, `/api/v1/runs/${made.runs[0]!.id}`]) {
      const before = await page(api, url);
      expect(JSON.stringify(before).length).toBeGreaterThan(200);
      expect(await page(other, url)).toEqual(before);
    }
    const run = await other.context.db.runs.claimNext('cpu', { worker: 'w', leaseSeconds: 60 });
    expect(run).toMatchObject({ board: BOARD, recipe: { criterion: 'random' } });
  });
});

describe('in a bucket', () => {
  it('a back-up is made, listed, and brought back to the same rows and bytes', async () => {
    const server = await s3Server();
    try {
      const vault = await openVault(server.url);
      const second = await backup(server.url);
      expect(await retain(vault, 1)).toEqual([]);
      expect(await listBackups(vault)).toEqual([second.id]);
      const target = await emptyDatabase();
      const { storage } = await restoreInto(target, server.url);
      for (const table of ['runs', 'submissions', 'run_events', 'settings', 'audit_events'])
        expect([table, await rowsOf(target, table)]).toEqual([table, await rowsOf(api.database, table)]);
      for (const { sha256, bytes } of second.files) expect(await storage.stat(sha256)).toEqual({ sha256, bytes });
      await expect(restoreInto(target, server.url)).rejects.toMatchObject({ code: 'TOPIARY_BACKUP_NOT_EMPTY' });
      await target.close();
    } finally {
      await server.stop();
    }
  });
});

describe('a restore', () => {
  const cases: readonly (readonly [string, string, (id: string, from: string) => void])[] = [
    [
      'a table that somebody changed',
      'TOPIARY_BACKUP_DAMAGED',
      (id, from) => appendFileSync(join(from, 'backups', id, 'tables/runs.jsonl.gz'), 'x'),
    ],
    [
      'a file that is not there',
      'TOPIARY_BACKUP_DAMAGED',
      (_, from) => rmSync(join(from, 'files'), { recursive: true }),
    ],
    [
      'the database of a newer release',
      'TOPIARY_DB_MIGRATION',
      (id, from) => {
        const path = join(from, 'backups', id, 'manifest.json');
        const manifest = JSON.parse(readFileSync(path, 'utf8'));
        manifest.dump.migrations.push({ name: '29990101000000_later', checksum: 'x' });
        writeFileSync(path, JSON.stringify(manifest));
      },
    ],
  ];
  it.each(cases)('refuses %s, and leaves the database without a row', async (_, code, damage) => {
    const from = mkdtempSync(join(folder, 'damaged-'));
    const { id } = await backup(from);
    damage(id, from);
    const target = await emptyDatabase();
    await expect(restoreInto(target, from)).rejects.toMatchObject({ code });
    const [{ there }] = (await target.query(`SELECT to_regclass('runs') AS there`)) as [{ there: string | null }];
    if (there !== null) expect(await target.query('SELECT id FROM submissions')).toEqual([]);
    await target.close();
  });

  it('says in a sentence what to do where a newer release has changed the database', async () => {
    const from = mkdtempSync(join(folder, 'newer-'));
    const { id } = await backup(from);
    cases[2]![2](id, from);
    const target = await emptyDatabase();
    await expect(restoreInto(target, from)).rejects.toThrow(
      /29990101000000_later.*this release knows.*a newer release has changed.*Start that release again/,
    );
    await target.close();
  });

  it('refuses a home that is in use', async () => {
    await expect(restoreInto(api.database)).rejects.toMatchObject({ code: 'TOPIARY_BACKUP_NOT_EMPTY' });
  });

  it('takes the newest that is whole, and says so where there is none', async () => {
    const empty = await emptyDatabase();
    mkdirSync(join(folder, 'half/backups/2999-01-01T00-00-00-000Z/tables'), { recursive: true });
    writeFileSync(join(folder, 'half/backups/2999-01-01T00-00-00-000Z/tables/runs.jsonl.gz'), '');
    await expect(restoreInto(empty, join(folder, 'half'))).rejects.toMatchObject({ code: 'TOPIARY_BACKUP_PLACE' });
    await empty.close();
  });
});

describe('a row of nights', () => {
  it('keeps as many as were asked for, and of the files those that are named by one of them', async () => {
    const to = join(folder, 'nights');
    const vault = await openVault(to);
    const { db, storage } = api.context;
    const { sha256, bytes } = await storage.put(new TextEncoder().encode('here for one night'));
    await db.artefacts.add({ sha256, bytes, mediaType: 'text/plain' });
    const first = await backup(to);
    expect(first.files.map((file) => file.sha256)).toContain(sha256);
    await api.database.query(`DELETE FROM artefacts WHERE sha256 = '${sha256}'`);
    const [second, third] = [await backup(to), await backup(to)];
    expect(await listBackups(vault)).toEqual([first.id, second.id, third.id]);
    expect(await retain(vault, 2)).toEqual([first.id]);
    expect(readdirSync(join(to, 'backups'))).toEqual([second.id, third.id]);
    const left = (await vault.list('files')).map((name) => name.split('/').at(-1)!);
    expect(left).toEqual(third.files.map((file) => file.sha256).sort());
  });

  it('removes no file while another back-up is being made', async () => {
    const to = join(folder, 'busy');
    const vault = await openVault(to);
    await backup(to);
    const half = 'backups/2999-01-01T00-00-00-000Z/tables/runs.jsonl.gz';
    await vault.put(half, (async function* () {})());
    await vault.put('files/ab/abcd', (async function* () {})());
    expect(await retain(vault, 1)).toEqual([]);
    expect([await vault.size(half), await vault.size('files/ab/abcd')]).toEqual([0, 0]);
  });

  it('begins at the hour named, today or tomorrow', () => {
    expect(parseTime('02:30')).toEqual({ hour: 2, minute: 30 });
    expect([parseTime('24:00'), parseTime('2'), parseTime('')]).toEqual([null, null, null]);
    const now = new Date(2026, 5, 1, 2, 0, 0);
    expect(millisecondsUntil({ hour: 2, minute: 30 }, now)).toBe(30 * 60_000);
    expect(millisecondsUntil({ hour: 2, minute: 0 }, now)).toBe(24 * 3_600_000);
  });
});
