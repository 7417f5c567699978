/**
 * All rows of a database as text, of one moment: what is written meanwhile is either wholly in it or not at all.
 * A row is Postgres' own text of it, which every type of it reads back exactly; a line is that text as a JSON string.
 */
import pg from 'pg';
import { asOurs } from '../lost.js';
import { EXACT, quoted, readSequences, readTables, type SequenceState, type TableShape } from './tables.js';

export interface DumpedTable extends TableShape {
  readonly rows: number;
}

export interface AppliedMigration {
  readonly name: string;
  readonly checksum: string;
}

export interface Dump {
  readonly takenAt: string;
  readonly postgres: string;
  readonly migrations: readonly AppliedMigration[];
  readonly tables: readonly DumpedTable[];
  readonly sequences: readonly SequenceState[];
  /** Files that rows name; the bytes lie in the storage. */
  readonly files: readonly string[];
}

const AT_ONCE = 1000;

/** Uploads, what runs published, and base models; whatever else names a file names one of these. */
const FILES = 'SELECT sha256 FROM artefacts UNION SELECT sha256 FROM base_models ORDER BY 1';

const linesOf = async function* (client: pg.Client, { name }: TableShape, count: (rows: number) => void) {
  await client.query(`DECLARE rows_of_table NO SCROLL CURSOR FOR SELECT t::text AS line FROM ${quoted(name)} t`);
  for (;;) {
    const { rows } = await client.query<{ line: string }>(`FETCH ${AT_ONCE} FROM rows_of_table`);
    if (rows.length === 0) break;
    count(rows.length);
    yield `${rows.map(({ line }) => JSON.stringify(line)).join('\n')}\n`;
  }
  await client.query('CLOSE rows_of_table');
};

export type WriteTable = (table: string, text: AsyncIterable<string>) => Promise<void>;

const dump = async (client: pg.Client, write: WriteTable): Promise<Dump> => {
  await client.query(EXACT);
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const { rows: facts } = await client.query<{ at: string; version: string }>(
    `SELECT to_char(now(), 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at, current_setting('server_version') AS version`,
  );
  const { rows: migrations } = await client.query<AppliedMigration>(
    `SELECT migration_name AS name, checksum FROM _prisma_migrations
     WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY migration_name`,
  );
  const tables: DumpedTable[] = [];
  for (const table of await readTables(client)) {
    let rows = 0;
    await write(
      table.name,
      linesOf(client, table, (more) => {
        rows += more;
      }),
    );
    tables.push({ ...table, rows });
  }
  const sequences = await readSequences(client);
  const { rows: files } = await client.query<{ sha256: string }>(FILES);
  await client.query('COMMIT');
  const [{ at, version }] = facts as [{ at: string; version: string }];
  return {
    takenAt: at,
    postgres: version,
    migrations,
    tables,
    sequences,
    files: files.map(({ sha256 }) => sha256),
  };
};

/** `write` is given one table after another and must read it to its end. */
export const dumpDatabase = async (url: string, write: WriteTable): Promise<Dump> => {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await dump(client, write);
  } catch (error) {
    throw asOurs(error);
  } finally {
    await client.end().catch(() => undefined);
  }
};
