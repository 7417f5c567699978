/**
 * Applies the migrations of `prisma/migrations` at start, as `prisma migrate deploy` would: same table, same
 * checksums, same advisory lock. Written because the command line wants a binary that has to be downloaded.
 */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { TopiaryError } from '@topiary/errors';
import pg from 'pg';
import { asOurs } from './lost.js';

/** Prisma's own number, so that its command line and a starting server wait for each other. */
const MIGRATION_LOCK = 72_707_369;

const TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

interface Applied {
  readonly migration_name: string;
  readonly checksum: string;
  readonly finished_at: Date | null;
}

/** Bundled or not, the code lies somewhere below the folder that holds `prisma/migrations`. */
const defaultDirectory = (): string => {
  for (let here = import.meta.dirname; ; here = dirname(here)) {
    const directory = join(here, 'prisma/migrations');
    if (existsSync(directory)) return directory;
    if (here === dirname(here)) {
      throw new TopiaryError('TOPIARY_DB_MIGRATION', {
        where: import.meta.dirname,
        expected: 'prisma/migrations in a folder above',
        got: 'none',
      });
    }
  }
};

const readMigrations = (directory: string): Migration[] =>
  readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => {
      const sql = readFileSync(join(directory, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    });

const fault = (where: string, expected: string, got: string, cure?: string): TopiaryError =>
  new TopiaryError('TOPIARY_DB_MIGRATION', { where, expected, got, ...(cure === undefined ? {} : { cure }) });

/** What was applied must be what lies here: history is only ever added to. */
const check = (applied: readonly Applied[], migrations: readonly Migration[]): void => {
  for (const { migration_name: name, checksum, finished_at: finishedAt } of applied) {
    const file = migrations.find((migration) => migration.name === name);
    if (file === undefined) {
      throw fault(
        name,
        'a database that this release knows',
        'one that a newer release has changed',
        'Start that release again, or restore the back-up that was made before the upgrade into another home',
      );
    }
    if (finishedAt === null) throw fault(name, 'a finished migration', 'one that failed half-way');
    if (file.checksum !== checksum) {
      throw fault(name, `the file that was applied (${checksum})`, `a changed one (${file.checksum})`);
    }
  }
};

/** One transaction per migration: all of it or nothing. */
const apply = async (client: pg.Client, { name, sql, checksum }: Migration): Promise<void> => {
  await client.query('BEGIN');
  try {
    await client.query(sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query('COMMIT');
  } catch (cause) {
    await client.query('ROLLBACK');
    const got = cause instanceof Error ? cause.message : String(cause);
    throw new TopiaryError('TOPIARY_DB_MIGRATION', { where: name, expected: 'SQL that runs', got }, { cause });
  }
};

type Wanted = (name: string) => boolean;

const run = async (client: pg.Client, migrations: readonly Migration[], wanted: Wanted): Promise<string[]> => {
  await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
  await client.query(TABLE);
  const { rows } = await client.query<Applied>(
    'SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL',
  );
  check(rows, migrations);
  const pending = migrations.filter(({ name }) => wanted(name) && !rows.some((row) => row.migration_name === name));
  for (const migration of pending) await apply(client, migration);
  return pending.map(({ name }) => name);
};

/** Whether this release knows all of them: throws, with a sentence, of one that it does not. */
export const checkKnown = (
  applied: readonly { readonly name: string; readonly checksum: string }[],
  directory = defaultDirectory(),
): void => {
  const rows = applied.map(({ name, checksum }) => ({ migration_name: name, checksum, finished_at: new Date() }));
  check(rows, readMigrations(directory));
};

/** What a start of this release would do to a database, without doing it. */
export const pendingMigrations = async (url: string, directory = defaultDirectory()): Promise<string[]> => {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows: there } = await client.query(`SELECT to_regclass('public._prisma_migrations') AS found`);
    const { rows } = there[0].found
      ? await client.query<Applied>(
          'SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL',
        )
      : { rows: [] };
    const migrations = readMigrations(directory);
    check(rows, migrations);
    return migrations.map(({ name }) => name).filter((name) => !rows.some((row) => row.migration_name === name));
  } catch (error) {
    throw asOurs(error);
  } finally {
    await client.end().catch(() => undefined);
  }
};

/** Returns the names applied now. `directory` is for tests; `only`: the schema of an older release. */
export const migrate = async (
  url: string,
  directory = defaultDirectory(),
  only?: ReadonlySet<string>,
): Promise<string[]> => {
  const migrations = readMigrations(directory);
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await run(client, migrations, (name) => only?.has(name) ?? true);
  } catch (error) {
    throw asOurs(error);
  } finally {
    // Ends the session, and with it the lock.
    await client.end().catch(() => undefined);
  }
};
