/**
 * Once a day all public rows are written down whole, with the licence under which they are given: as lines of JSON, of
 * which the first says what follows, as CSV, and as Parquet. The files lie in the storage; `settings` knows them by date.
 */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type Dump, Row } from '@topiary/contracts';
import { addressOf } from '@topiary/tracks/catalogue';
import { boardViews } from './boards.js';
import type { ApiContext, BoardContext } from './context.js';
import { csvOf } from './csv.js';
import { wholeBoard } from './leaderboard-page.js';
import { PARQUET, toParquet } from './parquet.js';
import { type RowTable, rowTable } from './row-table.js';

const KEY = 'dump:';
/** As many days, and beyond them the first of every month. */
const KEPT_DAYS = 30;
const DAY_MS = 24 * 3600 * 1000;

type Kept = Omit<Dump, 'files'> & { readonly files: readonly Omit<Dump['files'][number], 'url'>[] };

interface OnBoard {
  readonly board: string;
  readonly row: Row;
}

/** What a dump is made of. */
export type DumpContext = BoardContext & Pick<ApiContext, 'dataLicence' | 'version'>;

const publicRows = async (context: BoardContext): Promise<readonly OnBoard[]> => {
  const found: OnBoard[] = [];
  for (const view of await boardViews(context)) {
    const board = addressOf(view);
    // the contract's fields, no others
    for (const row of (await wholeBoard(context, board)).rows) found.push({ board, row: Row.parse(row) });
  }
  return found;
};

const asLines = (head: object, rows: readonly OnBoard[]): string =>
  `${[head, ...rows.map(({ board, row }) => ({ board, ...row }))].map((line) => JSON.stringify(line)).join('\n')}\n`;

/** Every board's columns beside each other, the board before them. */
const tableOf = (rows: readonly OnBoard[]): RowTable =>
  rowTable(
    rows.map(({ row }) => row),
    { names: ['board'], of: (i) => [rows[i]!.board] },
  );

type KeptFile = Kept['files'][number];

const store = async (
  { storage, db }: BoardContext,
  file: Pick<KeptFile, 'name' | 'mediaType'>,
  content: Buffer,
  contentType: string,
): Promise<KeptFile> => {
  const { sha256, bytes } = await storage.put(content);
  await db.artefacts.add({ sha256, bytes, mediaType: contentType });
  return { ...file, bytes, sha256 };
};

const storePacked = async (context: BoardContext, name: string, mediaType: string, text: string): Promise<KeptFile> =>
  store(
    context,
    { name: `${name}.gz`, mediaType: `${mediaType}+gzip` },
    await promisify(gzip)(text, { level: 9 }),
    'application/gzip',
  );

/** Its columns are compressed already. */
const storeParquet = (context: BoardContext, name: string, content: Buffer): Promise<KeptFile> =>
  store(context, { name, mediaType: PARQUET }, content, PARQUET);

const isKept = (date: string, now: Date): boolean =>
  date.endsWith('-01') || now.getTime() - Date.parse(date) < KEPT_DAYS * DAY_MS;

const dateOf = (now: Date): string => now.toISOString().slice(0, 10);

/** Whether the dump of this day (UTC) is there. */
export const isDumped = async ({ db }: Pick<BoardContext, 'db'>, now = new Date()): Promise<boolean> =>
  (await db.settings.get(`${KEY}${dateOf(now)}`)) !== null;

/** Writes the dump of this day (UTC) where there is none; true where it did. */
export const dumpDaily = async (context: DumpContext, site: string, now = new Date()): Promise<boolean> => {
  const { db, dataLicence: licence, version } = context;
  const date = dateOf(now);
  if (await isDumped(context, now)) return false;
  const rows = await publicRows(context);
  const facts = {
    date,
    at: now.toISOString(),
    licence,
    boards: new Set(rows.map(({ board }) => board)).size,
    rows: rows.length,
  };
  const head = { source: site, version, ...facts };
  const table = tableOf(rows);
  const files = [
    await storePacked(context, `topiary-${date}.jsonl`, 'application/x-ndjson', asLines(head, rows)),
    await storePacked(context, `topiary-${date}.csv`, 'text/csv', csvOf(table)),
    await storeParquet(context, `topiary-${date}.parquet`, toParquet(table, { source: site, date, licence, version })),
  ];
  await db.settings.setOnce(`${KEY}${date}`, { ...facts, files });
  for (const { key } of await db.settings.list(KEY))
    if (!isKept(key.slice(KEY.length), now)) await db.settings.remove(key);
  return true;
};

/** The newest first. */
export const dumps = async ({ db }: Pick<ApiContext, 'db'>): Promise<Dump[]> => {
  const kept = (await db.settings.list(KEY)).map(({ value }) => value as unknown as Kept).reverse();
  return kept.map((dump) => ({
    ...dump,
    files: dump.files.map((file) => ({ ...file, url: `/api/v1/dumps/${dump.date}/${file.name}` })),
  }));
};
