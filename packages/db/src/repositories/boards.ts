/** What leaderboards are made of: the finished runs of a board, and how lively it is. */

import { setImmediate as others } from 'node:timers/promises';
import type { ImportedBoard } from '@topiary/contracts';
import type { BoardActivity, Boards, LeaderboardSource, SourceStamp } from '../board-types.js';
import { type Client, Prisma, type Transaction } from '../client.js';
import { fromJson, toJson } from './rows.js';

type SourceRow = Omit<LeaderboardSource, 'finishedAt' | 'costs' | 'axes'> & {
  readonly finishedAt: Date;
  readonly costs: NonNullable<LeaderboardSource['costs']> | null;
  readonly axes: readonly string[] | null;
};

/** What the board shows, now or at a moment that is past. */
const there = (asOf: Date | undefined): Prisma.Sql =>
  asOf === undefined
    ? Prisma.sql`s.withdrawn_at IS NULL`
    : Prisma.sql`r.finished_at <= ${asOf} AND (s.withdrawn_at IS NULL OR s.withdrawn_at > ${asOf})
      AND (s.published_at IS NULL OR s.published_at <= ${asOf})`;

/** The finished runs of a board that count; where `rows` and `stamps` read from. */
const SOURCES = (board: string, asOf?: Date): Prisma.Sql => Prisma.sql`
  FROM runs r JOIN submissions s ON s.id = r.submission_id LEFT JOIN accounts p ON p.id = s.created_by
    LEFT JOIN (SELECT submission_id, count(*) AS open FROM disputes WHERE resolved_at IS NULL GROUP BY submission_id) d
      ON d.submission_id = s.id
  WHERE r.board = ${board} AND r.state = 'done' AND r.target_label IS NOT NULL AND ${there(asOf)}
    AND NOT s.is_private AND (r.held_reason IS NULL OR r.held_decision = 'released')`;

const stampOf = (line: string): SourceStamp => {
  const end = line.indexOf(' ');
  return { run: line.slice(0, end), stamp: line.slice(end + 1) };
};

/** Stamps in one text, and taken apart without a pause. */
const PER_TEXT = 1_000;

/**
 * As texts of many lines, since there may be very many: rows are versioned by the transaction that wrote them. Ids have no
 * space; whatever a name holds, its line stays one.
 */
const stamps = async (client: Client, board: string): Promise<SourceStamp[]> => {
  const found = await client.$queryRaw<{ lines: string }[]>`
    SELECT string_agg(line, E'\\n' ORDER BY place) AS lines FROM (
      SELECT concat_ws(' ', r.id, r.xmin, s.xmin, p.id, translate(p.name, E'\\n', ' '), d.open) AS line,
        row_number() OVER (ORDER BY r.finished_at, r.id) - 1 AS place
      ${SOURCES(board)}
    ) one GROUP BY place / ${PER_TEXT} ORDER BY min(place)`;
  const all: SourceStamp[] = [];
  for (const { lines } of found) {
    for (const line of lines.split('\n')) all.push(stampOf(line));
    await others();
  }
  return all;
};

const rows = async (
  client: Client,
  board: string,
  only?: readonly string[],
  asOf?: Date,
): Promise<LeaderboardSource[]> => {
  const named = only === undefined ? Prisma.empty : Prisma.sql`AND r.id = ANY (${[...only]}::text[])`;
  const found = await client.$queryRaw<SourceRow[]>`
    SELECT r.id AS run, s.id AS submission, s.label,
      CASE WHEN p.id IS NULL THEN NULL ELSE json_build_object('id', p.id, 'name', p.name) END AS submitter,
      coalesce(d.open, 0)::int AS "openDisputes",
      s.division, s.recipe, s.recipe_hash AS "recipeHash",
      r.provenance, r.target, r.seed, r.achieved, r.counter, r.flags, r.metrics, r.params, r.macs, r.costs, r.axes, r.latency,
      r.machine, r.protocol, r.split_hash AS "splitHash", r.seconds, r.step_seconds AS "stepSeconds",
      r.epoch_seconds AS "epochSeconds", r.finished_at AS "finishedAt",
      (SELECT a.sha256 FROM run_artefacts a WHERE a.run_id = r.id AND a.kind = 'correct' LIMIT 1) AS "correctSha256",
      (SELECT a.sha256 FROM run_artefacts a WHERE a.run_id = r.id AND a.kind = 'answers' LIMIT 1) AS "answersSha256"
    ${SOURCES(board, asOf)} ${named}
    ORDER BY r.finished_at, r.id`;
  return found.map(({ costs, axes, finishedAt, ...row }) => ({
    ...row,
    ...(costs === null ? {} : { costs }),
    ...(axes === null ? {} : { axes }),
    finishedAt: finishedAt.toISOString(),
  }));
};

interface ActivityRow {
  readonly board: string;
  readonly lastActivity: Date | null;
  readonly version: string;
}

const activity = async (client: Client, board?: string): Promise<BoardActivity[]> => {
  const only = board === undefined ? Prisma.empty : Prisma.sql`AND s.board = ${board}`;
  const found = await client.$queryRaw<ActivityRow[]>`
    SELECT s.board, max(coalesce(r.finished_at, r.started_at, r.created_at)) AS "lastActivity",
      coalesce((SELECT v.version FROM board_versions v WHERE v.board = s.board), 0)::text AS version
    FROM submissions s JOIN runs r ON r.submission_id = s.id
    WHERE s.kind <> 'import' AND NOT s.is_private ${only}
    GROUP BY s.board ORDER BY s.board`;
  return found.map((row) => ({ ...row, lastActivity: row.lastActivity?.toISOString() ?? null }));
};

/** A board is opened once; another network for it changes what it starts from, and so what it says of itself. */
export const openBoard = async (tx: Transaction, board: ImportedBoard, run: string): Promise<void> => {
  await tx.importedBoard.upsert({
    where: { id: board.id },
    create: { id: board.id, description: toJson(board), runId: run },
    update: { description: toJson(board), runId: run },
  });
};

const imported = async (client: Client): Promise<ImportedBoard[]> => {
  const rows = await client.importedBoard.findMany({
    where: { OR: [{ runId: null }, { run: { submission: { withdrawnAt: null } } }] },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
  });
  return rows.map(({ description }) => fromJson<ImportedBoard>(description));
};

const version = async (client: Client, board: string): Promise<string> => {
  const row = await client.boardVersion.findUnique({ where: { board } });
  return String(row?.version ?? 0);
};

export const boards = (client: Client): Boards => ({
  rows: (board, only) => rows(client, board, only),
  rowsAsOf: (board, asOf) => rows(client, board, undefined, asOf),
  stamps: (board) => stamps(client, board),
  activity: (board) => activity(client, board),
  version: (board) => version(client, board),
  imported: () => imported(client),
});
