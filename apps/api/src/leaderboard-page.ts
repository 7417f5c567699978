/** One page of a leaderboard: sorted and filtered as the query says. */
import type { Board, RandomBar, Row, Target } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import { type DrawnRanking, type LeaderboardRow, wholeRow } from '@topiary/stats';
import { addressOf, resolveBoard, trackOf } from '@topiary/tracks/catalogue';
import { boardView } from './boards.js';
import type { BoardContext } from './context.js';
import { boardStandings, pastStandings, type Standings } from './leaderboard.js';
import { cursorAfter, startAfter } from './leaderboard-cursor.js';
import { type Query, selectedRows } from './leaderboard-query.js';
import { inSlices, readAhead } from './slices.js';

/** The board's view also tells whether its data are there, which no database notices: it is made anew this often. */
const VIEW_MS = 30_000;

/** Part of the key of whatever holds a board's view. */
export const viewAge = (): string => String(Math.floor(Date.now() / VIEW_MS));

const POINTER_BYTES = 8;
/** Rows of the present are kept elsewhere; those of a moment are this board's own. */
const PAST_BYTES = 2 ** 20;

export interface WholeBoard {
  readonly view: Board;
  readonly rows: readonly LeaderboardRow[];
  /** Those that the board asks for, and those that some row has, by label. */
  readonly targets: ReadonlyMap<string, Target>;
  readonly rankings: ReadonlyMap<string, DrawnRanking>;
  readonly splits: Standings['splits'];
}

/** A date alone means its end. What is not past yet could still become another board. */
export const momentOf = (text: string | undefined): Date | null => {
  if (text === undefined) return null;
  const moment = new Date(text.includes('T') ? text : `${text}T23:59:59.999Z`);
  if (moment.getTime() <= Date.now()) return moment;
  throw new TopiaryError('TOPIARY_API_VALIDATION', {
    where: 'as_of',
    expected: 'a moment that is past; of today one with its time',
    got: text,
  });
};

/** A board with all its rows, in the order of their ranks. */
export const wholeBoard = (context: BoardContext, id: string, asOf: Date | null = null): Promise<WholeBoard> =>
  context.boards.of(id, `view ${asOf ? asOf.toISOString() : viewAge()}`, async () => {
    const board = await resolveBoard(context.db.boards, id);
    const [{ rows, rankings, splits, overview }, view] = await Promise.all([
      asOf ? pastStandings(context, board, asOf) : boardStandings(context, board),
      boardView(context, addressOf(board)),
    ]);
    const targets = new Map([
      ...board.targets.map((target): [string, Target] => [target.label, target]),
      ...overview.targets,
    ]);
    return { value: { view, rows, targets, rankings, splits }, bytes: asOf ? PAST_BYTES : 2_000 };
  });

/** What a page or a file of a row needs. */
const readWhole = ({ place, aboveRandom, byWidths, metrics }: LeaderboardRow): unknown => [
  ...[place, aboveRandom, byWidths],
  ...metrics.map(({ low, high }) => [low, high]),
];

const targetOf = ({ targets }: WholeBoard, label: string): Target => {
  const target = targets.get(label);
  if (target) return target;
  throw new TopiaryError('TOPIARY_API_VALIDATION', {
    where: 'target',
    expected: [...targets.keys()].join(', '),
    got: label,
  });
};

/** The rows that a query asks for, in its order, whatever the page. */
const selected = (
  context: BoardContext,
  { view, rows }: WholeBoard,
  query: Query,
): Promise<readonly LeaderboardRow[]> => {
  const { limit: _, cursor: __, format: ___, ...selection } = query;
  return context.boards.of(addressOf(view), `rows ${JSON.stringify(Object.entries(selection).sort())}`, async () => {
    const value = await inSlices(selectedRows(rows, query, trackOf(view)));
    return { value, bytes: POINTER_BYTES * value.length };
  });
};

/** How well random pruning is known in each of the rankings on a page. */
const randomOf = ({ rankings }: WholeBoard, page: readonly LeaderboardRow[]): Record<string, RandomBar> =>
  Object.fromEntries(
    [...new Set(page.map(({ ranking }) => ranking))].flatMap((name) => {
      const bar = rankings.get(name)?.random;
      if (!bar) return [];
      const { value = null, low = null, high = null } = bar.interval ?? {};
      return [[name, { verdict: bar.verdict, seeds: bar.seeds, value, low, high }]];
    }),
  );

const withSplits = (rows: readonly LeaderboardRow[], splits: Standings['splits']): Row[] =>
  rows.map((row): Row => ({ ...(wholeRow(row) as Row), splits: splits.get(row.id) ?? null }));

/** One page. */
export const leaderboardPage = async (context: BoardContext, id: string, query: Query) => {
  const board = await wholeBoard(context, id, momentOf(query.as_of));
  const target = query.target === undefined ? null : targetOf(board, query.target);
  const rows = await selected(context, board, query);
  const { sort, cursor } = query;
  const track = trackOf(board.view);
  const from = cursor === undefined ? 0 : startAfter(cursor, { rows, ranked: board.rows }, sort, track);
  const limit = query.limit ?? (query.format === 'json' ? 50 : rows.length);
  const page = rows.slice(from, from + limit);
  const last = from + limit < rows.length ? page.at(-1) : undefined;
  await readAhead(page, readWhole);
  const nextCursor = last ? cursorAfter(last, sort, track) : null;
  return { board: board.view, target, rows: withSplits(page, board.splits), random: randomOf(board, page), nextCursor };
};
