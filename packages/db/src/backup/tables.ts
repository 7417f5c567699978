/** What a database of ours consists of: its tables, each after those that it refers to, and its sequences. */
import type pg from 'pg';

export interface TableShape {
  readonly name: string;
  /** In the order of the table; those that the database computes itself are left out. */
  readonly columns: readonly string[];
}

const TABLES = `
  SELECT c.relname AS name, array_agg(a.attname::text ORDER BY a.attnum) AS columns
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> '_prisma_migrations'
  GROUP BY c.relname ORDER BY c.relname`;

const REFERENCES = `
  SELECT conrelid::regclass::text AS "from", confrelid::regclass::text AS "to" FROM pg_constraint
  WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND conrelid <> confrelid`;

const SEQUENCES = `SELECT sequencename AS name, last_value::text AS value FROM pg_sequences WHERE schemaname = 'public'`;

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

export const readTables = async (client: pg.Client): Promise<TableShape[]> => {
  const { rows: tables } = await client.query<TableShape>(TABLES);
  const { rows: references } = await client.query<{ from: string; to: string }>(REFERENCES);
  const unquoted = (name: string) => name.replace(/^"|"$/g, '');
  const ordered: TableShape[] = [];
  const seen = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    for (const { from, to } of references) if (unquoted(from) === name) visit(unquoted(to));
    const table = tables.find((one) => one.name === name);
    if (table) ordered.push(table);
  };
  for (const { name } of tables) visit(name);
  return ordered;
};

export interface SequenceState {
  readonly name: string;
  /** Null: nobody has drawn from it. */
  readonly value: string | null;
}

export const readSequences = async (client: pg.Client): Promise<SequenceState[]> =>
  (await client.query<SequenceState>(SEQUENCES)).rows;

/** So that numbers and times are written the same way everywhere, and read back to the last bit. */
export const EXACT = `SET TIME ZONE 'UTC'; SET DateStyle = 'ISO'; SET IntervalStyle = 'iso_8601'; SET extra_float_digits = 1; SET bytea_output = 'hex'`;
