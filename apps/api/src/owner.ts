/** The owner of the server: an admin account, and its key in `$TOPIARY_HOME/owner.key` for this user's eyes only. */
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AccountRecord } from '@topiary/db';
import type { ApiContext } from './context.js';

/** Nobody can receive mail there (RFC 2606); the owner may put an address of their own in its place. */
const EMAIL = 'owner@topiary.invalid';
const SYSTEM = { account: null };

/** The account that was made at the first start, under whatever address it has now. */
const ownerAccount = async ({ db }: Pick<ApiContext, 'db'>): Promise<AccountRecord> => {
  const id = await db.settings.get('owner-account');
  if (typeof id === 'string') return db.accounts.get(id);
  const account =
    (await db.accounts.byEmail(EMAIL)) ??
    (await db.accounts.create({ name: 'owner', email: EMAIL, role: 'admin' }, SYSTEM));
  await db.settings.set('owner-account', account.id);
  return account;
};

/** Finds the key of the file in the database; where either is new, makes a new key. */
export const seed = async (context: Pick<ApiContext, 'db'>, home: string): Promise<AccountRecord> => {
  const { db } = context;
  const owner = await ownerAccount(context);
  const path = join(home, 'owner.key');
  const kept = await readFile(path, 'utf8').catch(() => '');
  const known = kept.trim() ? await db.keys.find(kept.trim()) : null;
  if (known || owner.disabledAt !== null) return owner;
  const { key } = await db.keys.create(
    { account: owner.id, name: 'owner.key', scopes: ['read', 'submit', 'admin'] },
    SYSTEM,
  );
  await mkdir(home, { recursive: true });
  await writeFile(path, `${key}\n`, { mode: 0o600 });
  await chmod(path, 0o600);
  return owner;
};
