/**
 * A database of one's own for a test file, on a real Postgres (started by database-server.ts when first asked):
 *
 *   let test: TestDatabase;
 *   beforeAll(async () => { test = await freshDatabase(); });
 *   afterAll(() => test.close());
 *   … test.db.submissions.create(…), or openDatabase(test.url), or DATABASE_URL=test.url for a process
 *
 * It is migrated, empty, and costs some 50 ms. `emptyDatabase` gives one without tables, for migrations and queues.
 */
import { type Database, openDatabase } from '@topiary/db';
import pg from 'pg';
import { inject } from 'vitest';

export interface TestDatabase {
  readonly url: string;
  readonly db: Database;
  /** Rows as they lie there, past our repositories. */
  query(sql: string): Promise<pg.QueryResultRow[]>;
  /** Closes `db` and drops the database. */
  close(): Promise<void>;
}

const call = async (method: string, path: string): Promise<string> => {
  const response = await fetch(`${inject('databaseServer')}/${path}`, { method });
  const text = await response.text();
  if (!response.ok) throw new Error(`no test database: ${text}`);
  return text;
};

const query = async (url: string, sql: string): Promise<pg.QueryResultRow[]> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
};

const make = async (kind: 'migrated' | 'empty'): Promise<TestDatabase> => {
  const url = await call('POST', kind);
  const db = openDatabase(url);
  return {
    url,
    db,
    query: (sql) => query(url, sql),
    close: async () => {
      await db.close();
      await call('DELETE', new URL(url).pathname.slice(1));
    },
  };
};

export const freshDatabase = (): Promise<TestDatabase> => make('migrated');

export const emptyDatabase = (): Promise<TestDatabase> => make('empty');
