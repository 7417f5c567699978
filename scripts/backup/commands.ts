/** `npm run admin -- backup | backups | restore | preflight`: what works on the database and the files, without the API. */
import { readFileSync, statfsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase, pendingMigrations, reachDatabase } from '@topiary/db';
import { openStorage, type Storage } from '@topiary/storage';
import { fail } from '../client.js';
import { makeBackup } from './backup.js';
import { listBackups, type Manifest, readManifest } from './manifest.js';
import { millisecondsUntil, parseTime } from './nightly.js';
import { restoreBackup } from './restore.js';
import { openVault } from './vault.js';

export interface BackupFlags {
  readonly to?: string | undefined;
  readonly from?: string | undefined;
  readonly id?: string | undefined;
  readonly keep?: string | undefined;
  readonly nightly?: string | undefined;
  readonly 'newest-within'?: string | undefined;
}

const root = process.env['TOPIARY_ROOT'] ?? process.cwd();
const home = resolve(process.env['TOPIARY_HOME'] ?? join(root, '.data'));
const version = process.env['TOPIARY_VERSION'] ?? 'unbundled';
const HOUR_MS = 3_600_000;
const RETRY_MS = 600_000;

const say = (line: string) => process.stdout.write(`${line}\n`);
const placeOf = (given: string | undefined): string => given ?? (process.env['BACKUP_URL'] || join(home, 'backups'));
const storage = (): Promise<Storage> => openStorage(process.env['STORAGE_URL'] || `file:${join(home, 'artefacts')}`);
const rowsOf = ({ dump }: Manifest): number => dump.tables.reduce((sum, { rows }) => sum + rows, 0);
const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(2)} GB`;
const summary = (manifest: Manifest): string => {
  const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
  const gone = manifest.missing.length > 0 ? `, ${manifest.missing.length} files no longer there` : '';
  return `${manifest.id}: ${rowsOf(manifest)} rows, ${manifest.files.length} files (${gigabytes(bytes)})${gone}`;
};

const keepOf = (text: string | undefined): { keep?: number } => {
  if (text === undefined) return {};
  const keep = Number(text);
  if (!Number.isInteger(keep) || keep < 1) fail(`--keep takes a number from 1, not '${text}'`);
  return { keep };
};

/** One back-up; the database is told, so that the page of the status and Prometheus know how old the newest is. */
const once = async ({ to, keep }: BackupFlags): Promise<void> => {
  const reached = await reachDatabase(home);
  try {
    const vault = await openVault(placeOf(to));
    const options = { databaseUrl: reached.url, storage: await storage(), home, vault, version };
    const manifest = await makeBackup({ ...options, ...keepOf(keep) });
    const db = openDatabase(reached.url, { connections: 1 });
    const { id, dump, files } = manifest;
    await db.settings
      .set('backup:last', { id, at: dump.takenAt, rows: rowsOf(manifest), files: files.length })
      .finally(() => db.close());
    say(`backed up ${summary(manifest)} to ${vault.name}`);
  } finally {
    await reached.close();
  }
};

const ageMs = async (place: string): Promise<number> => {
  const vault = await openVault(place);
  if ((await listBackups(vault)).length === 0) return Number.POSITIVE_INFINITY;
  return Date.now() - Date.parse((await readManifest(vault)).dump.takenAt);
};

/** At the hour named, every day; at once where the newest is older than a day. A failure is said, and tried again. */
const nightly = async (flags: BackupFlags): Promise<never> => {
  const time = parseTime(flags.nightly ?? '') ?? fail(`--nightly takes a time such as 02:00, not '${flags.nightly}'`);
  for (;;) {
    const isDue = (await ageMs(placeOf(flags.to))) > 24 * HOUR_MS;
    if (!isDue) await sleep(millisecondsUntil(time, new Date()));
    await once(flags).catch(async (error: unknown) => {
      process.stderr.write(`the back-up failed, trying again in 10 minutes: ${(error as Error).message}\n`);
      await sleep(RETRY_MS);
    });
  }
};

const list = async ({ from, 'newest-within': within }: BackupFlags): Promise<void> => {
  const place = placeOf(from);
  if (within !== undefined) {
    const hours = Number(within.replace(/h$/, ''));
    const age = await ageMs(place);
    if (!(age < hours * HOUR_MS)) fail(`the newest back-up is ${Math.round(age / HOUR_MS)} hours old`);
    return;
  }
  const vault = await openVault(place);
  for (const id of await listBackups(vault)) say(summary(await readManifest(vault, id)));
};

const restore = async ({ from, id }: BackupFlags): Promise<void> => {
  const vault = await openVault(placeOf(from ?? fail('restore --from <folder of back-ups>')));
  await readManifest(vault, id);
  const reached = await reachDatabase(home, { alone: true });
  try {
    const options = { databaseUrl: reached.url, storage: await storage(), home, vault, id };
    const migrations = join(root, 'prisma/migrations');
    const manifest = await restoreBackup({ ...options, migrations });
    say(`restored ${summary(manifest)} into ${home}`);
    for (const sha256 of manifest.missing) say(`  not in the back-up, since the storage did not have it: ${sha256}`);
  } finally {
    await reached.close();
  }
};

/** What a start of this release would meet: run it before an upgrade, with the new release. */
const preflight = async (): Promise<void> => {
  const reached = await reachDatabase(home);
  try {
    const pending = await pendingMigrations(reached.url, join(root, 'prisma/migrations'));
    const { bavail, bsize } = statfsSync(home);
    const newest = await ageMs(placeOf(undefined)).catch(() => Number.POSITIVE_INFINITY);
    const { version: release } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    say(`release ${release}, database ${pending.length === 0 ? 'as this release wants it' : 'of an older release'}`);
    for (const name of pending) say(`  a start would apply ${name}`);
    say(`${gigabytes(bavail * bsize)} free in ${home}`);
    say(
      newest === Number.POSITIVE_INFINITY
        ? 'no back-up'
        : `the newest back-up is ${(newest / HOUR_MS).toFixed(1)} h old`,
    );
    if (pending.length > 0 && !(newest < 24 * HOUR_MS)) say('  make one first: npm run admin -- backup');
  } finally {
    await reached.close();
  }
};

export const LOCAL_COMMANDS: Readonly<Record<string, (flags: BackupFlags) => Promise<void>>> = {
  backup: (flags) => (flags.nightly === undefined ? once(flags) : nightly(flags)),
  backups: list,
  restore,
  preflight,
};
