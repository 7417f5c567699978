/** Brings a back-up into an empty home: first the files, which harm nobody, then all rows in one transaction. */
import { createHash } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { loadDatabase } from '@topiary/db';
import { TopiaryError } from '@topiary/errors';
import type { Storage } from '@topiary/storage';
import { homeFile, type Manifest, readManifest, storedFile, tableFile } from './manifest.js';
import type { Vault } from './vault.js';

export interface RestoreOptions {
  readonly databaseUrl: string;
  readonly storage: Storage;
  readonly home: string;
  readonly vault: Vault;
  /** The newest if absent. */
  readonly id?: string | undefined;
  /** Of the migrations that this release knows; for tests. */
  readonly migrations?: string;
}

/** Before anything is written: every table's file is the one that was made. */
const checkTables = async (vault: Vault, { id, checksums }: Manifest): Promise<void> => {
  for (const [table, expected] of Object.entries(checksums)) {
    const hash = createHash('sha256');
    for await (const piece of await vault.get(tableFile(id, table))) hash.update(piece as Buffer);
    const got = hash.digest('hex');
    if (got === expected) continue;
    const where = `${vault.name}/${tableFile(id, table)}`;
    throw new TopiaryError('TOPIARY_BACKUP_DAMAGED', { where, expected: `sha256 ${expected}`, got });
  }
};

const linesOf = (vault: Vault, id: string) =>
  async function* (table: string): AsyncGenerator<string> {
    const gunzip = createGunzip();
    const source = await vault.get(tableFile(id, table));
    source.once('error', (error) => gunzip.destroy(error));
    yield* createInterface({ input: source.pipe(gunzip), crlfDelay: Number.POSITIVE_INFINITY });
  };

const copyFiles = async ({ storage, vault }: RestoreOptions, { files }: Manifest): Promise<void> => {
  for (const { sha256 } of files)
    if ((await storage.stat(sha256)) === null) await storage.put(await vault.get(storedFile(sha256)), { sha256 });
};

export const restoreBackup = async (options: RestoreOptions): Promise<Manifest> => {
  const { databaseUrl, vault, home, id, migrations } = options;
  const manifest = await readManifest(vault, id);
  await checkTables(vault, manifest);
  await copyFiles(options, manifest);
  await loadDatabase(databaseUrl, manifest.dump, linesOf(vault, manifest.id), migrations);
  for (const name of manifest.home) {
    const path = join(home, name);
    if (!existsSync(path))
      await pipeline(await vault.get(homeFile(manifest.id, name)), createWriteStream(path, { mode: 0o600 }));
  }
  return manifest;
};
