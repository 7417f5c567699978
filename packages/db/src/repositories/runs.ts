/** Runs: claimed with a lease on the database's clock, and written only by the attempt that is current. */
import type { RunJob, Stage, State, SubmissionKind, Target } from '@topiary/contracts';
import { type Client, notFound, type Transaction, transaction } from '../client.js';
import { jsonText } from '../json.js';
import type { AttemptRef, ClaimedRun, ClaimOptions, NewEvent, Runs } from '../types.js';
import { attemptEnds } from './attempt-ends.js';
import { stateEvent, writeEvents } from './event-log.js';
import { toJob, toRun } from './rows.js';
import { runsOverview } from './runs-overview.js';
import { lockSubmissionOf, refreshState } from './submission-state.js';
import { nextInLine, noteTurn } from './turns.js';

interface ClaimRow {
  readonly id: string;
  readonly attempt: number;
  readonly submission: string;
  readonly kind: SubmissionKind;
  readonly board: string;
  readonly recipe: Record<string, unknown>;
  readonly recipeHash: string;
  readonly target: Target | null;
  readonly seed: number;
  readonly stages: Stage[];
  readonly device: string;
  readonly memoryBytes: bigint;
}

/** The claim itself: one statement, so that of two claimants one finds the run no longer queued. */
const take = (tx: Transaction, { run, attempt }: AttemptRef, { worker, leaseSeconds }: ClaimOptions) =>
  tx.$queryRaw<ClaimRow[]>`
    UPDATE runs r SET
      state = 'running', worker = ${worker}, started_at = clock_timestamp(),
      lease_until = clock_timestamp() + make_interval(secs => ${leaseSeconds}::double precision)
    FROM submissions s
    WHERE r.id = ${run} AND r.attempt = ${attempt} AND r.state = 'queued' AND s.id = r.submission_id
    RETURNING r.id, r.attempt, s.id AS submission, s.kind, r.board, s.recipe, s.recipe_hash AS "recipeHash",
      r.target, r.seed, r.stages, r.device, r.memory_bytes AS "memoryBytes"`;

const claim = (client: Client, ref: AttemptRef, options: ClaimOptions): Promise<ClaimedRun | null> =>
  transaction(client, async (tx) => {
    const submission = await lockSubmissionOf(tx, ref.run);
    const [row] = submission === null ? [] : await take(tx, ref, options);
    if (submission === null || row === undefined) return null;
    await noteTurn(tx, submission);
    await refreshState(tx, submission);
    await writeEvents(tx, submission, [stateEvent(row.id, row.attempt, 'running')]);
    const { id, device: _, memoryBytes: __, ...rest } = row;
    return { ...rest, run: id, capability: toJob(row).capability };
  });

const claimNext = async (client: Client, device: RunJob['capability']['device'], options: ClaimOptions) => {
  // Looks without a lock and claims as usual: when others are faster it looks again.
  for (let look = 0; look < 10; look++) {
    const next = await nextInLine(client, device, options.memoryBytes);
    if (next === null) return null;
    const claimed = await claim(client, next, options);
    if (claimed !== null) return claimed;
  }
  return null;
};

const heartbeat = async (client: Client, { run, attempt }: AttemptRef, leaseSeconds: number) => {
  const rows = await client.$queryRaw<{ cancelRequested: boolean }[]>`
    UPDATE runs SET lease_until = clock_timestamp() + make_interval(secs => ${leaseSeconds}::double precision)
    WHERE id = ${run} AND attempt = ${attempt} AND state = 'running'
    RETURNING cancel_requested AS "cancelRequested"`;
  return { held: rows.length === 1, cancelRequested: rows[0]?.cancelRequested ?? false };
};

const appendEvents = (client: Client, { run, attempt }: AttemptRef, events: readonly NewEvent[]): Promise<boolean> =>
  transaction(client, async (tx) => {
    const row = await tx.run.findFirst({
      where: { id: run, attempt, state: 'running' },
      select: { submissionId: true },
    });
    if (row === null) return false;
    const rows = events.map(({ sequence, event }) => ({ run, attempt, sequence, event }));
    await writeEvents(tx, row.submissionId, rows);
    return true;
  });

const counts = async (client: Client): Promise<Record<State, number>> => {
  const rows = await client.run.groupBy({ by: ['state'], _count: true });
  const none: Record<State, number> = { queued: 0, running: 0, done: 0, failed: 0, cancelled: 0 };
  return { ...none, ...Object.fromEntries(rows.map((row) => [row.state, row._count])) };
};

/** Newest results of a board that its typical duration is taken from. */
const TYPICAL_OF = 20;

const typicalSeconds = async (client: Client): Promise<ReadonlyMap<string, number>> => {
  const rows = await client.$queryRaw<{ board: string; seconds: number }[]>`
    SELECT b.board, percentile_cont(0.5) WITHIN GROUP (ORDER BY newest.seconds) AS seconds
    FROM board_versions b, LATERAL (
      SELECT r.seconds FROM runs r WHERE r.board = b.board AND r.state = 'done' AND r.seconds IS NOT NULL
      ORDER BY r.finished_at DESC LIMIT ${TYPICAL_OF}) AS newest
    GROUP BY b.board`;
  return new Map(rows.map(({ board, seconds }) => [board, seconds]));
};

export const runs = (client: Client): Runs => ({
  ...attemptEnds(client),
  ...runsOverview(client),
  get: async (id) => {
    const row = await client.run.findUnique({ where: { id } });
    if (row === null) throw notFound('run', id);
    return toRun(row);
  },
  claim: (ref, options) => claim(client, ref, options),
  claimNext: (device, options) => claimNext(client, device, options),
  heartbeat: (ref, leaseSeconds) => heartbeat(client, ref, leaseSeconds),
  progress: async ({ run, attempt }, { stages, progress }) => {
    const count = await client.$executeRaw`
      UPDATE runs SET stages = ${jsonText(stages)}::jsonb, progress = ${progress}::double precision
      WHERE id = ${run} AND attempt = ${attempt} AND state = 'running'`;
    return count === 1;
  },
  appendEvents: (ref, events) => appendEvents(client, ref, events),
  longestWait: async () => {
    const [row] = await client.$queryRaw<{ seconds: number }[]>`
      SELECT coalesce(extract(epoch FROM clock_timestamp() - min(queued_at)), 0)::float8 AS seconds
      FROM runs WHERE state = 'queued'`;
    return row!.seconds;
  },
  underwaySeeds: ({ board, owner, target }) =>
    client.$queryRaw<{ recipeHash: string; seed: number }[]>`
      SELECT s.recipe_hash AS "recipeHash", r.seed FROM runs r JOIN submissions s ON s.id = r.submission_id
      WHERE r.state IN ('queued', 'running') AND r.board = ${board} AND r.owner = ${owner}
        AND r.target_label = ${target} AND NOT r.cancel_requested AND s.withdrawn_at IS NULL AND NOT s.is_private
      ORDER BY r.seed`,
  counts: () => counts(client),
  typicalSeconds: () => typicalSeconds(client),
  finishedSince: (date) => client.run.count({ where: { state: 'done', finishedAt: { gte: date } } }),
});
