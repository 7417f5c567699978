/** The order in which queued runs begin: submitters take turns. */
import type { RunJob } from '@topiary/contracts';
import { type Client, Prisma, type Transaction } from '../client.js';
import type { AttemptRef, Forecast } from '../types.js';

type Device = RunJob['capability']['device'];

/**
 * All queued runs with their place in line. A submitter's k-th waiting run comes after everybody's (k-1)-th, where runs
 * under way count as begun; between equals goes first who was served longest ago, then who asked first.
 */
const LINE = (device: Prisma.Sql): Prisma.Sql => Prisma.sql`
  WITH busy AS (
    SELECT coalesce(s.created_by, '') AS owner, count(*) AS running
    FROM runs r JOIN submissions s ON s.id = r.submission_id WHERE r.state = 'running' GROUP BY 1
  ), waiting AS (
    SELECT r.id, r.attempt, r.board, r.submission_id, r.queued_at, r.position, coalesce(s.created_by, '') AS owner,
      row_number() OVER (PARTITION BY coalesce(s.created_by, '') ORDER BY r.queued_at, r.position, r.id) AS turn
    FROM runs r JOIN submissions s ON s.id = r.submission_id WHERE r.state = 'queued' ${device}
  ), line AS (
    SELECT w.*, row_number() OVER (
      ORDER BY w.turn + coalesce(b.running, 0), t.served_at NULLS FIRST, w.queued_at, w.position, w.id) AS place
    FROM waiting w LEFT JOIN busy b ON b.owner = w.owner LEFT JOIN turns t ON t.owner = w.owner
  )`;

export const nextInLine = async (client: Client, device: Device): Promise<AttemptRef | null> => {
  const [first] = await client.$queryRaw<AttemptRef[]>`
    ${LINE(Prisma.sql`AND r.device = ${device}`)} SELECT id AS run, attempt FROM line ORDER BY place LIMIT 1`;
  return first ?? null;
};

/** Notes that the owner of this submission has just been served. */
export const noteTurn = (tx: Transaction, submission: string): Promise<number> =>
  tx.$executeRaw`
    INSERT INTO turns (owner, served_at)
    SELECT coalesce(created_by, ''), clock_timestamp() FROM submissions WHERE id = ${submission}
    ON CONFLICT (owner) DO UPDATE SET served_at = excluded.served_at`;

export const forecast = async (client: Client, submission: string): Promise<Forecast> => {
  const rows = await client.$queryRaw<
    { board: string | null; queued: number; running: number; progress: number; position: number | null }[]
  >`
    ${LINE(Prisma.empty)}, own AS (SELECT min(place) AS place FROM line WHERE submission_id = ${submission}),
    ahead AS (
      SELECT board, count(*) AS queued, 0 AS running, 0 AS progress FROM line, own WHERE line.place < own.place GROUP BY board
      UNION ALL
      SELECT board, 0, count(*), sum(progress) FROM runs WHERE state = 'running' GROUP BY board
    )
    SELECT a.board, coalesce(sum(a.queued), 0)::int AS queued, coalesce(sum(a.running), 0)::int AS running,
      coalesce(sum(a.progress), 0)::float8 AS progress, own.place::int AS position
    FROM own LEFT JOIN ahead a ON true GROUP BY a.board, own.place ORDER BY a.board`;
  return {
    position: rows[0]?.position ?? null,
    before: rows.flatMap(({ board, queued, running, progress }) =>
      board === null ? [] : [{ board, queued, running, progress }],
    ),
  };
};
