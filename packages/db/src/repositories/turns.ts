/**
 * The order in which queued runs begin: first those whose turn had come already and was lost, then submitters take
 * turns. Neither question reads the line: an owner's next run is the first entry of an index, and how long each line is
 * says the table `waiting`, so both cost as much as there are owners who wait.
 */
import type { RunJob } from '@topiary/contracts';
import { type Client, Prisma, type Transaction } from '../client.js';
import type { AttemptRef, Forecast } from '../types.js';

type Device = RunJob['capability']['device'];

const IN_LINE = Prisma.sql`r.state = 'queued' AND NOT r.resumed`;
const RESUMED = Prisma.sql`r.state = 'queued' AND r.resumed`;

/** Everybody who waits for such a device: their next run, what they have under way, when they were served last. */
const owners = (device: Prisma.Sql, fits = Prisma.empty): Prisma.Sql => Prisma.sql`
  busy AS (SELECT owner, count(*) AS running FROM runs WHERE state = 'running' GROUP BY owner),
  owners AS (
    SELECT line.owner, line.runs, coalesce(b.running, 0) AS running, coalesce(t.served_at, '-infinity') AS served_at,
      next.id, next.attempt, next.queued_at, next.position
    FROM (SELECT owner, sum(runs) AS runs FROM waiting WHERE device = ${device} AND runs > 0 GROUP BY owner) AS line
      CROSS JOIN LATERAL (
        SELECT r.id, r.attempt, r.queued_at, r.position FROM runs r
        WHERE ${IN_LINE} AND r.device = ${device} AND r.owner = line.owner ${fits}
        ORDER BY r.queued_at, r.position, r.id LIMIT 1) AS next
      LEFT JOIN busy b ON b.owner = line.owner LEFT JOIN turns t ON t.owner = line.owner
  )`;

/** Of those with equally many under way goes first who was served longest ago, then who asked first. */
const PRECEDENCE = Prisma.sql`served_at, queued_at, position, id`;

/** `memoryBytes`: what the device has; runs that need more stay in line for another. */
export const nextInLine = async (
  client: Client,
  device: Device,
  memoryBytes: number | undefined,
): Promise<AttemptRef | null> => {
  const fits =
    memoryBytes === undefined ? Prisma.empty : Prisma.sql`AND r.memory_bytes <= ${BigInt(Math.floor(memoryBytes))}`;
  const [first] = await client.$queryRaw<AttemptRef[]>`
    WITH ${owners(Prisma.sql`${device}`, fits)}, lost AS (
      SELECT r.id, r.attempt FROM runs r WHERE ${RESUMED} AND r.device = ${device} ${fits}
      ORDER BY r.queued_at, r.position, r.id LIMIT 1
    ), next AS (SELECT id, attempt FROM owners ORDER BY running, ${PRECEDENCE} LIMIT 1)
    SELECT id AS run, attempt FROM (SELECT 1 AS rank, * FROM lost UNION ALL SELECT 2, * FROM next) AS either
    ORDER BY rank LIMIT 1`;
  return first ?? null;
};

/** Notes that the owner of this submission has just been served. */
export const noteTurn = (tx: Transaction, submission: string): Promise<number> =>
  tx.$executeRaw`
    INSERT INTO turns (owner, served_at)
    SELECT coalesce(created_by, ''), clock_timestamp() FROM submissions WHERE id = ${submission}
    ON CONFLICT (owner) DO UPDATE SET served_at = excluded.served_at`;

/**
 * An owner's k-th run in line begins after everybody's (k-1)-th, where what is under way counts as begun. So of another
 * owner begin before it: as many as make them equal, and one more if that owner goes first between equals. Which boards
 * those are is taken from the mix of that owner's line.
 */
const AHEAD = Prisma.sql`
  mine AS (
    SELECT o.*, behind.runs AS before, behind.runs + 1 + o.running AS turn
    FROM own, owners o, LATERAL (
      SELECT count(*) AS runs FROM runs r
      WHERE ${IN_LINE} AND r.device = own.device AND r.owner = own.owner
        AND (r.queued_at, r.position, r.id) < (own.queued_at, own.position, own.id)) AS behind
    WHERE o.owner = own.owner AND NOT own.resumed
  ), ahead AS (
    SELECT o.owner, o.runs, CASE WHEN o.owner = m.owner THEN m.before ELSE least(o.runs, greatest(0,
      m.turn - 1 - o.running
      + ((o.served_at, o.queued_at, o.position, o.id) < (m.served_at, m.queued_at, m.position, m.id))::int)) END AS before
    FROM mine m, owners o
  ), queued AS (
    SELECT w.board, sum(a.before * w.runs / a.runs) AS runs
    FROM own JOIN waiting w ON w.device = own.device JOIN ahead a ON a.owner = w.owner
    WHERE a.before > 0 GROUP BY w.board
    UNION ALL
    SELECT r.board, count(*) FROM runs r, own
    WHERE ${RESUMED} AND r.device = own.device
      AND (NOT own.resumed OR (r.queued_at, r.position, r.id) < (own.queued_at, own.position, own.id))
    GROUP BY r.board
  )`;

export const forecast = async (client: Client, submission: string): Promise<Forecast> => {
  const rows = await client.$queryRaw<{ board: string | null; queued: number; running: number; progress: number }[]>`
    WITH own AS (
      SELECT r.id, r.owner, r.device, r.resumed, r.queued_at, r.position FROM runs r
      WHERE r.submission_id = ${submission} AND r.state = 'queued'
      ORDER BY r.resumed DESC, r.queued_at, r.position, r.id LIMIT 1
    ), ${owners(Prisma.sql`(SELECT device FROM own)`)}, ${AHEAD}, before AS (
      SELECT board, runs AS queued, 0 AS running, 0 AS progress FROM queued
      UNION ALL
      SELECT r.board, 0, count(*), sum(r.progress) FROM runs r, own
      WHERE r.state = 'running' AND r.device = own.device GROUP BY r.board
    )
    SELECT b.board, coalesce(sum(b.queued), 0)::float8 AS queued, coalesce(sum(b.running), 0)::int AS running,
      coalesce(sum(b.progress), 0)::float8 AS progress
    FROM own LEFT JOIN before b ON true GROUP BY b.board ORDER BY b.board`;
  const before = rows.flatMap(({ board, ...rest }) => (board === null ? [] : [{ board, ...rest }]));
  const queued = before.reduce((sum, board) => sum + board.queued, 0);
  return { position: rows.length === 0 ? null : 1 + Math.round(queued), before };
};
