/** How much of a table a piece of work reads, as Postgres itself counts: what cost at any size means, without a clock. */
import { type Database, openDatabase } from '@topiary/db';
import { vi } from 'vitest';
import type { TestDatabase } from './database.js';

const count = async ({ query }: TestDatabase, table: string): Promise<number> => {
  const [row] = await query(
    `SELECT coalesce(seq_tup_read + idx_tup_fetch, 0)::int AS n FROM pg_stat_user_tables WHERE relname = '${table}'`,
  );
  return row!['n'];
};

/** A connection tells what it has read when it ends. */
const allEnded = ({ query }: TestDatabase): Promise<void> =>
  vi.waitFor(async () => {
    const others = await query(
      'SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );
    if (others.length > 0) throw new Error(`${others.length} connections are open`);
  }, 5_000);

/** Closes `test.db`: its repositories connect again when they are asked next. */
export const rowsRead = async (
  test: TestDatabase,
  table: string,
  work: (db: Database) => Promise<unknown>,
): Promise<number> => {
  await test.db.close();
  await allEnded(test);
  const before = await count(test, table);
  const db = openDatabase(test.url, { connections: 1 });
  await work(db);
  await db.close();
  await allEnded(test);
  return (await count(test, table)) - before;
};
