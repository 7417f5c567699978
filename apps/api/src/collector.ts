/** What nothing refers to leaves the storage: files that nobody submitted, and files without a row, which a crash may leave. */
import type { Database } from '@topiary/db';
import type { Storage } from '@topiary/storage';

/** A file is written before its row: what is younger may be about to get one. */
const GRACE_MS = 24 * 3600 * 1000;
const BATCH = 500;

type Parts = { readonly db: Pick<Database, 'artefacts'>; readonly storage: Storage };

const dropUnknown = async ({ db, storage }: Parts, hashes: readonly string[]): Promise<number> => {
  const unknown = hashes.length === 0 ? [] : await db.artefacts.unknown(hashes);
  for (const sha256 of unknown) await storage.remove(sha256);
  return unknown.length;
};

/** Files without a row. */
export const dropOrphans = async (parts: Parts, now = Date.now()): Promise<number> => {
  let [batch, dropped]: [string[], number] = [[], 0];
  for await (const { sha256, at } of parts.storage.list()) {
    if (now - at.getTime() < GRACE_MS) continue;
    batch.push(sha256);
    if (batch.length < BATCH) continue;
    dropped += await dropUnknown(parts, batch);
    batch = [];
  }
  return dropped + (await dropUnknown(parts, batch));
};

export const collect = async ({ db, storage }: Parts): Promise<{ collected: number; orphans: number }> => ({
  collected: await db.artefacts.collect((sha256) => storage.remove(sha256)),
  orphans: await dropOrphans({ db, storage }),
});
