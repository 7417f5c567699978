/** Accounts with keys, for tests that need somebody to ask. */
import type { KeyScope, Role } from '@topiary/contracts';
import type { AccountRecord, Database } from '@topiary/db';

const SYSTEM = { account: null };

export interface TestPerson {
  readonly account: AccountRecord;
  readonly key: string;
  /** To be spread into a request. */
  readonly headers: { readonly authorization: string };
}

const SCOPES: readonly KeyScope[] = ['read', 'submit', 'admin'];
let count = 0;

/** A person and a key of theirs; with all scopes unless told. */
export const addPerson = async (
  db: Database,
  { role = 'user', name = role, scopes = SCOPES }: { role?: Role; name?: string; scopes?: readonly KeyScope[] } = {},
): Promise<TestPerson> => {
  const account = await db.accounts.create({ name, email: `${name}-${++count}@example.org`, role }, SYSTEM);
  const { key } = await db.keys.create({ account: account.id, name: 'test', scopes }, SYSTEM);
  return { account, key, headers: { authorization: `Bearer ${key}` } };
};
