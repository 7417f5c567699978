/**
 * A table as Apache Parquet, with typed columns: text, whole numbers, numbers, moments. A column's type hangs on its name
 * alone, so that files of two days or two boards read as one table. What nobody knows is null.
 */
import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer';
import type { RowTable } from './row-table.js';

export const PARQUET = 'application/vnd.apache.parquet';

const WHOLE: ReadonlySet<string> = new Set([
  ...['rank', 'tier', 'place_from', 'place_to', 'reproduced', 'open_disputes', 'recipe_steps'],
  ...['rank_from', 'rank_to', 'rank_shown', 'rank_hidden', 'rank_splits_of', 'wins', 'level', 'losses', 'rankings'],
]);
const TEXT: ReadonlySet<string> = new Set([
  ...['board', 'label', 'method', 'control', 'provenance', 'division', 'target', 'seeds', 'machine', 'split_hash'],
  ...['submission', 'submitter', 'source', 'source_url', 'note', 'ranking', 'missing'],
  ...['criterion', 'regularizer', 'procedure', 'scope'],
]);

type Type = 'INT32' | 'STRING' | 'TIMESTAMP' | 'DOUBLE';

const typeOf = (name: string): Type =>
  TEXT.has(name) ? 'STRING' : WHOLE.has(name) ? 'INT32' : name === 'at' ? 'TIMESTAMP' : 'DOUBLE';

const written = (type: Type, value: unknown): unknown => {
  if (value === null || value === undefined) return null;
  if (type === 'TIMESTAMP') return new Date(value as string);
  if (type === 'STRING') return typeof value === 'string' ? value : JSON.stringify(value);
  return value;
};

/** `num_rows` 0 as an i64, then a list of row groups without one, of bytes; and what it must be, of structs (Thrift, compact). */
const [NO_GROUPS, NO_STRUCTS] = [Buffer.from([0x16, 0x00, 0x19, 0x00]), Buffer.from([0x16, 0x00, 0x19, 0x0c])];

/** The writer takes the type of a list from its first element; without one it writes a list that strict readers refuse. */
const emptied = (file: Buffer): Buffer => {
  const at = file.lastIndexOf(NO_GROUPS);
  if (at < 0) return file;
  return Buffer.concat([file.subarray(0, at), NO_STRUCTS, file.subarray(at + NO_GROUPS.length)]);
};

/** `about`: facts of the whole table, which the file's own metadata tell. */
export const toParquet = ({ names, lines }: RowTable, about: Readonly<Record<string, string>>): Buffer => {
  const columnData = names.map((name, i): ColumnSource => {
    const type = typeOf(name);
    return { name, type, nullable: true, data: lines.map((line) => written(type, line[i])) };
  });
  const kvMetadata = Object.entries(about).map(([key, value]) => ({ key, value }));
  const file = Buffer.from(parquetWriteBuffer({ columnData, kvMetadata }));
  return lines.length > 0 ? file : emptied(file);
};
