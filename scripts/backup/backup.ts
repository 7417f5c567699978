/** Makes a back-up: the database first, at one moment; then every file that its rows name. Files never change, so none is newer. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { createGzip } from 'node:zlib';
import { dumpDatabase } from '@topiary/db';
import type { Storage } from '@topiary/storage';
import {
  FORMAT,
  homeFile,
  listBackups,
  type Manifest,
  readManifest,
  storedFile,
  tableFile,
  writeManifest,
} from './manifest.js';
import type { Vault } from './vault.js';

export interface BackupOptions {
  readonly databaseUrl: string;
  readonly storage: Storage;
  readonly home: string;
  readonly vault: Vault;
  readonly version: string;
  /** How many are kept, this one included; the oldest go. */
  readonly keep?: number;
}

const OF_HOME = ['owner.key', 'auth.secret'];

/** Sorts as time does, and may be a file's name anywhere. */
const idOf = (time: Date): string => time.toISOString().replaceAll(':', '-').replace('.', '-');

/** The bytes as they pass, and their sha256 at the end. */
const hashing = (): { stream: Transform; sha256: () => string } => {
  const hash = createHash('sha256');
  const stream = new Transform({
    transform: (piece: Buffer, _encoding, done) => {
      hash.update(piece);
      done(null, piece);
    },
  });
  return { stream, sha256: () => hash.digest('hex') };
};

const copyTables = async ({ databaseUrl, vault }: BackupOptions, id: string) => {
  const checksums: Record<string, string> = {};
  const dump = await dumpDatabase(databaseUrl, async (table, lines) => {
    const { stream, sha256 } = hashing();
    const gzip = createGzip();
    const source = Readable.from(lines, { objectMode: true });
    // What goes wrong with the database goes wrong with the file.
    source.once('error', (error) => gzip.destroy(error));
    gzip.once('error', (error) => stream.destroy(error));
    await vault.put(tableFile(id, table), source.pipe(gzip).pipe(stream));
    checksums[table] = sha256();
  });
  return { dump, checksums };
};

const copyFiles = async ({ storage, vault }: BackupOptions, names: readonly string[]) => {
  const files: { sha256: string; bytes: number }[] = [];
  const missing: string[] = [];
  for (const sha256 of names) {
    const found = await storage.stat(sha256);
    if (found === null) {
      missing.push(sha256);
      continue;
    }
    const name = storedFile(sha256);
    if ((await vault.size(name)) !== found.bytes) await vault.put(name, await storage.get(sha256));
    files.push(found);
  }
  return { files, missing };
};

const copyHome = async ({ home, vault }: BackupOptions, id: string): Promise<string[]> => {
  const names = OF_HOME.filter((name) => existsSync(join(home, name)));
  for (const name of names) await vault.put(homeFile(id, name), createReadStream(join(home, name)));
  return names;
};

/** Removes all but the newest whole ones, what an interrupted one left, and files that none of those kept names. */
export const retain = async (vault: Vault, keep: number): Promise<string[]> => {
  const whole = await listBackups(vault);
  const kept = new Set(whole.slice(-Math.max(1, keep)));
  const newest = whole.at(-1) ?? '';
  const removed = new Set<string>();
  for (const name of await vault.list('backups')) {
    const id = name.split('/')[1]!;
    // One that is being made now is newer than all that are whole.
    if (kept.has(id) || id > newest) continue;
    await vault.remove(name);
    removed.add(id);
  }
  const manifests = await Promise.all([...kept].map((id) => readManifest(vault, id)));
  // One under way counts on files that are there already, and has not said yet which.
  if ((await vault.list('backups')).some((name) => name.split('/')[1]! > newest)) return [...removed];
  const named = new Set(manifests.flatMap(({ files }) => files.map(({ sha256 }) => storedFile(sha256))));
  for (const name of await vault.list('files')) if (!named.has(name)) await vault.remove(name);
  return [...removed];
};

export const makeBackup = async (options: BackupOptions): Promise<Manifest> => {
  const { vault, version, keep } = options;
  const id = idOf(new Date());
  const { dump, checksums } = await copyTables(options, id);
  const { files, missing } = await copyFiles(options, dump.files);
  const home = await copyHome(options, id);
  const manifest: Manifest = { format: FORMAT, id, version, dump, checksums, files, missing, home };
  await writeManifest(vault, manifest);
  if (keep !== undefined) await retain(vault, keep);
  return manifest;
};
