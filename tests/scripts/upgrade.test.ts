/** An upgrade from the release of commit eefa70b: its database, as it was backed up, under today's code. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { migrate, openDatabase, pendingMigrations } from '@topiary/db';
import { openStorage } from '@topiary/storage';
import { shippedOn } from '@topiary/tracks/catalogue';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readManifest } from '../../scripts/backup/manifest.js';
import { restoreBackup } from '../../scripts/backup/restore.js';
import { openVault } from '../../scripts/backup/vault.js';
import { startApi, type TestApi } from '../helpers/api.js';
import { emptyDatabase, type TestDatabase } from '../helpers/database.js';

const OLD = resolve(import.meta.dirname, '../data/upgrade/eefa70b');
const { pages } = JSON.parse(readFileSync(join(OLD, 'pages.json'), 'utf8')) as { pages: Record<string, object> };
const home = mkdtempSync(join(tmpdir(), 'topiary-upgrade-'));
let database: TestDatabase;
let api: TestApi;

beforeAll(async () => {
  database = await emptyDatabase();
  const storage = await openStorage(`file:${join(home, 'artefacts')}`);
  await restoreBackup({ databaseUrl: database.url, storage, home, vault: await openVault(OLD) });
  api = await startApi({}, { database, storage });
});
afterAll(async () => {
  await api.close();
  rmSync(home, { recursive: true, force: true });
});

it('has every row that the older release had, and the schema of this one', async () => {
  const { dump } = await readManifest(await openVault(OLD));
  expect(dump.migrations.at(-1)!.name).toBe('20260601000000_rows_name_people');
  expect(await pendingMigrations(database.url)).toEqual([]);
  for (const { name, rows } of dump.tables.filter(
    (table) => !['turns', 'settings', 'artefacts'].includes(table.name),
  )) {
    const [{ count }] = (await database.query(`SELECT count(*)::int AS count FROM "${name}"`)) as [{ count: number }];
    // A later migration may count what is there into a table of its own; none may lose a row.
    expect([name, count >= rows]).toEqual([name, true]);
  }
});

it.each(Object.keys(pages))('shows at %s what the older release showed there', async (url) => {
  const answer = await api.app.inject({ url, headers: api.owner });
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toMatchObject(pages[url]!);
});

it('gives the run that was under way to the next worker, then those that waited, in their order', async () => {
  const db = openDatabase(database.url);
  // The lease of the dead worker has run out long ago.
  expect(await db.runs.reconcile()).toEqual({ requeued: 1, failed: 0, cancelled: 0 });
  const taken: { seed: number; board: string; attempt: number }[] = [];
  for (;;) {
    const run = await db.runs.claimNext('cpu', { worker: 'w', leaseSeconds: 60 });
    if (run === null) break;
    taken.push({ seed: run.seed, board: run.board, attempt: run.attempt });
  }
  const [resnet, vgg] = ['classification.resnet-tiny.shapes32', 'classification.vgg-tiny.shapes32'] as const;
  expect(taken).toEqual([
    { seed: 0, board: resnet, attempt: 2 },
    ...[0, 1, 2].map((seed) => ({ seed, board: vgg, attempt: 1 })),
  ]);
  await db.close();
});

it('goes on with the chain of the audit log, and knows its people and their keys', async () => {
  const { body } = await api.app.inject({ url: '/api/v1/admin/audit/check', headers: api.owner });
  expect(JSON.parse(body)).toMatchObject({ broken: null });
  expect(
    await database.query(`SELECT name, role::text FROM accounts WHERE name = 'owner' ORDER BY id LIMIT 1`),
  ).toEqual([{ name: 'owner', role: 'admin' }]);
});

it('reads the rows that were shipped with the older release', () => {
  const folder = join(OLD, 'shipped');
  const boards = readdirSync(folder).map((name) => name.replace('.jsonl', ''));
  expect(boards).toHaveLength(5);
  for (const board of boards) {
    const [row] = shippedOn(folder, board);
    const was = JSON.parse(readFileSync(join(folder, `${board}.jsonl`), 'utf8').split('\n')[0]!);
    expect(row).toMatchObject({ achieved: was.achieved, metrics: was.metrics, params: was.params, macs: was.macs });
  }
});

it('is refused by a release that is older than the database', async () => {
  const target = await emptyDatabase();
  await migrate(target.url);
  const known = new Set((await readManifest(await openVault(OLD))).dump.migrations.map(({ name }) => name));
  const older = mkdtempSync(join(tmpdir(), 'topiary-older-'));
  const all = resolve(import.meta.dirname, '../../prisma/migrations');
  for (const name of known) cpSync(join(all, name), join(older, name), { recursive: true });
  await expect(migrate(target.url, older)).rejects.toThrow(/a newer release has changed.*Start that release again/);
  await expect(pendingMigrations(target.url, older)).rejects.toMatchObject({ code: 'TOPIARY_DB_MIGRATION' });
  rmSync(older, { recursive: true });
  await target.close();
});
