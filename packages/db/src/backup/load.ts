/** Puts a dump into an empty database: the schema as it was then, all rows in one transaction, then what came later. */
import { TopiaryError } from '@topiary/errors';
import pg from 'pg';
import { asOurs } from '../lost.js';
import { checkKnown, migrate } from '../migrate.js';
import type { Dump, DumpedTable } from './dump.js';
import { EXACT, quoted, readTables } from './tables.js';

const AT_ONCE = 500;

/** The lines of a table, of which there are as many as the dump says. */
export type ReadTable = (table: string) => AsyncIterable<string>;

/** Rows of people and their work; what migrations themselves write does not count. */
const IN_USE = `SELECT (SELECT count(*) FROM submissions) + (SELECT count(*) FROM audit_events) AS rows`;

const refuseUsed = async (client: pg.Client): Promise<void> => {
  const { rows: found } = await client.query<{ there: boolean }>(
    `SELECT to_regclass('public.submissions') IS NOT NULL AND to_regclass('public.audit_events') IS NOT NULL AS there`,
  );
  if (!found[0]!.there) return;
  const { rows } = await client.query<{ rows: string }>(IN_USE);
  if (rows[0]!.rows === '0') return;
  throw new TopiaryError('TOPIARY_BACKUP_NOT_EMPTY', {
    expected: 'an empty database',
    got: `one with ${rows[0]!.rows} submissions and lines of its log`,
    cure: 'Restore into another TOPIARY_HOME (or DATABASE_URL), and start the server on that one',
  });
};

const damaged = (table: string, expected: string, got: string): TopiaryError =>
  new TopiaryError('TOPIARY_BACKUP_DAMAGED', { where: `table '${table}'`, expected, got });

const insert = async (client: pg.Client, { name, columns }: DumpedTable, lines: readonly string[]): Promise<void> => {
  const names = columns.map(quoted);
  await client.query(
    `INSERT INTO ${quoted(name)} (${names.join(', ')})
     SELECT ${names.map((column) => `(parsed.v).${column}`).join(', ')}
     FROM unnest($1::text[]) AS line, LATERAL (SELECT line::${quoted(name)} AS v OFFSET 0) AS parsed`,
    [lines],
  );
};

const loadTable = async (client: pg.Client, table: DumpedTable, read: ReadTable): Promise<void> => {
  let [batch, rows]: [string[], number] = [[], 0];
  for await (const line of read(table.name)) {
    batch.push(JSON.parse(line) as string);
    rows += 1;
    if (batch.length < AT_ONCE) continue;
    await insert(client, table, batch);
    batch = [];
  }
  if (batch.length > 0) await insert(client, table, batch);
  if (rows !== table.rows) throw damaged(table.name, `${table.rows} rows`, `${rows}`);
};

const load = async (client: pg.Client, { tables, sequences }: Dump, read: ReadTable): Promise<void> => {
  await client.query(EXACT);
  await client.query('BEGIN');
  const present = await readTables(client);
  // Ours only: a trigger would count again what the tables it counts into bring along. References are checked all the same.
  for (const { name } of present) await client.query(`ALTER TABLE ${quoted(name)} DISABLE TRIGGER USER`);
  for (const { name } of present.toReversed()) await client.query(`DELETE FROM ${quoted(name)}`);
  for (const { name, columns } of present) {
    const table = tables.find((one) => one.name === name);
    if (table?.columns.join() !== columns.join())
      throw damaged(name, `columns ${columns.join(', ')}`, table ? table.columns.join(', ') : 'no such table');
    await loadTable(client, table, read);
  }
  for (const { name, value } of sequences)
    if (value !== null) await client.query('SELECT setval($1::regclass, $2::bigint)', [quoted(name), value]);
  for (const { name } of present) await client.query(`ALTER TABLE ${quoted(name)} ENABLE TRIGGER USER`);
  await client.query('COMMIT');
};

/** Throws, and leaves the database empty, where it is not empty, newer than this release, or the dump is not whole. */
export const loadDatabase = async (url: string, dump: Dump, read: ReadTable, directory?: string): Promise<void> => {
  checkKnown(dump.migrations, directory);
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await refuseUsed(client);
    await migrate(url, directory, new Set(dump.migrations.map(({ name }) => name)));
    await load(client, dump, read);
    await client.query('ANALYZE');
  } catch (error) {
    throw asOurs(error);
  } finally {
    await client.end().catch(() => undefined);
  }
  await migrate(url, directory);
};
