/**
 * Where a page of a leaderboard ended, as the values by which its last row was ordered: the next page begins at the
 * first row that comes after them, also when that row has left meanwhile, or stands elsewhere.
 */

import { TopiaryError } from '@topiary/errors';
import type { LeaderboardRow } from '@topiary/stats';
import { z } from 'zod';
import { type Columns, outcome, type SortKey, sortKeysOf } from './leaderboard-query.js';

const Value = z.union([z.number(), z.string(), z.null()]);

/** The last row: its id, the group that it is ranked in, its place there, and its values in the columns asked for. */
const Mark = z.strictObject({
  id: z.string(),
  sort: z.string(),
  /** Target's value, 1 for a number of a paper, the ranking. */
  group: z.tuple([z.number(), z.number(), z.string()]),
  /** The ranking metric (negative where higher is better) and the parameters left. */
  place: z.tuple([z.number().nullable(), z.number().nullable()]),
  columns: z.array(Value),
});
type Mark = z.infer<typeof Mark>;

/** The same values of any row. */
type Marker = (row: LeaderboardRow) => Mark;

const markerOf = (sort: string | undefined, track: Columns): Marker => {
  const keys = sortKeysOf(sort, track);
  const { id: metric, direction } = track.metrics[0]!;
  const sign = direction === 'higher' ? -1 : 1;
  return (row) => {
    const value = outcome(row, metric);
    return {
      id: row.id,
      sort: sort ?? '',
      group: [row.target.value, Number(row.provenance === 'reported'), row.ranking],
      place: [value === undefined ? null : sign * value, row.params.left],
      columns: keys.map(({ column }) => column(row) ?? null),
    };
  };
};

export const cursorAfter = (row: LeaderboardRow, sort: string | undefined, track: Columns): string =>
  Buffer.from(JSON.stringify(markerOf(sort, track)(row))).toString('base64url');

const read = (cursor: string, sort: string | undefined): Mark => {
  const text = Buffer.from(cursor, 'base64url').toString();
  const refuse = (got: string): TopiaryError =>
    new TopiaryError('TOPIARY_API_VALIDATION', { where: 'cursor', expected: 'a nextCursor of this list', got });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw refuse(JSON.stringify(cursor.slice(0, 100)));
  }
  const mark = Mark.safeParse(json);
  if (!mark.success) throw refuse(JSON.stringify(cursor.slice(0, 100)));
  if (mark.data.sort !== (sort ?? '')) throw refuse(`one of the list sorted by '${mark.data.sort || 'rank'}'`);
  return mark.data;
};

/** Null last, as in the list itself. */
const compare = (a: number | null, b: number | null): number =>
  a === null || b === null ? Number(a === null) - Number(b === null) : a - b;

/**
 * Does `row` come after the mark in the order of ranks? Rankings of one target have an order of their own, which is
 * read off the list: `passed` are those that begin after the mark's.
 */
const isRankedAfter = (row: Mark, mark: Mark, passed: ReadonlySet<string>): boolean => {
  const [[target, reported, ranking], [markTarget, markReported, markRanking]] = [row.group, mark.group];
  if (ranking !== markRanking) {
    const order = target - markTarget || reported - markReported;
    return order === 0 ? passed.has(ranking) : order > 0;
  }
  return (compare(row.place[0], mark.place[0]) || compare(row.place[1], mark.place[1])) > 0;
};

/** The rankings that begin after this one; all of them where it is gone, since a row twice is better than none. */
const rankingsAfter = (ranked: readonly LeaderboardRow[], ranking: string): ReadonlySet<string> => {
  const order = [...new Set(ranked.map((row) => row.ranking))];
  return new Set(order.slice(order.indexOf(ranking) + 1));
};

const inColumns = (keys: readonly SortKey[], row: LeaderboardRow, mark: Mark): number =>
  keys.reduce((found, { column, order }, i) => found || order(column(row), mark.columns[i]), 0);

/** The index in `rows` at which the page after the cursor begins. `ranked`: the same rows in the order of their ranks. */
export const startAfter = (
  cursor: string,
  { rows, ranked }: { readonly rows: readonly LeaderboardRow[]; readonly ranked: readonly LeaderboardRow[] },
  sort: string | undefined,
  track: Columns,
): number => {
  const mark = read(cursor, sort);
  const markOf = markerOf(sort, track);
  const known = rows.findIndex(({ id }) => id === mark.id);
  // Where nothing has moved, equal rows need no order of their own.
  if (known >= 0 && JSON.stringify(markOf(rows[known]!)) === JSON.stringify(mark)) return known + 1;
  const keys = sortKeysOf(sort, track);
  const passed = rankingsAfter(ranked, mark.group[2]);
  const first = rows.findIndex((row) => {
    const order = inColumns(keys, row, mark);
    return order === 0 ? isRankedAfter(markOf(row), mark, passed) : order > 0;
  });
  return first < 0 ? rows.length : first;
};
