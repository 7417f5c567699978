/** The owner's key: made once, left in `$TOPIARY_HOME/owner.key` for this user's eyes only. */
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApiKey } from '@topiary/db';
import type { ApiContext } from './context.js';

const SCOPES = ['admin', 'submit', 'read'];

/** Finds the key of the file in the database; where either is new, makes a new key. */
export const seed = async ({ db }: Pick<ApiContext, 'db'>, home: string): Promise<ApiKey> => {
  const path = join(home, 'owner.key');
  const kept = await readFile(path, 'utf8').catch(() => '');
  const known = kept.trim() ? await db.keys.find(kept.trim()) : null;
  if (known) return known;
  const { key, record } = await db.keys.create('owner', SCOPES);
  await mkdir(home, { recursive: true });
  await writeFile(path, `${key}\n`, { mode: 0o600 });
  await chmod(path, 0o600);
  return record;
};
