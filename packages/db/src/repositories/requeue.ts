/** Queues runs again under the next attempt number, which fences off whatever the last attempt still writes. */
import type { RunJob } from '@topiary/contracts';
import { Prisma, type Transaction } from '../client.js';
import { type EventRow, stateEvent } from './event-log.js';
import { toJob, toJson } from './rows.js';

/** The stages as they were at the beginning. */
const WAITING = Prisma.sql`(
  SELECT coalesce(jsonb_agg(stage || '{"state": "waiting", "seconds": null, "progress": null}' ORDER BY place), '[]')
  FROM jsonb_array_elements(stages) WITH ORDINALITY AS list(stage, place))`;

interface Requeued {
  readonly id: string;
  readonly attempt: number;
  readonly device: RunJob['capability']['device'];
  readonly memoryBytes: bigint;
}

const requeueWhere = async (tx: Transaction, condition: Prisma.Sql, standing: Prisma.Sql): Promise<EventRow[]> => {
  const runs = await tx.$queryRaw<Requeued[]>`
    UPDATE runs SET
      state = 'queued', attempt = attempt + 1, ${standing},
      lease_until = NULL, worker = NULL, cancel_requested = false, stages = ${WAITING}, progress = 0,
      problem = NULL, started_at = NULL, finished_at = NULL
    WHERE ${condition}
    RETURNING id, attempt, device, memory_bytes AS "memoryBytes"`;
  const jobs = runs.map((run) => ({ runId: run.id, attempt: run.attempt, payload: toJson(toJob(run)) }));
  await tx.outbox.createMany({ data: jobs });
  return runs.map((run) => stateEvent(run.id, run.attempt, 'queued'));
};

/** A person asks for it: a new request, which goes to the end of the line; the count of crashes starts afresh. */
export const requeueEnded = (tx: Transaction, submission: string): Promise<EventRow[]> =>
  requeueWhere(
    tx,
    Prisma.sql`submission_id = ${submission} AND state IN ('failed', 'cancelled')`,
    Prisma.sql`crashes = 0, resumed = false, queued_at = clock_timestamp()`,
  );

/**
 * The attempt ended without an outcome, which is no fault of whoever asked: the run keeps its place, and that was the
 * head of the line. The caller holds the submission's lock and has checked the attempt.
 */
export const requeueRun = (tx: Transaction, run: string, isCrash: boolean): Promise<EventRow[]> =>
  requeueWhere(tx, Prisma.sql`id = ${run}`, Prisma.sql`crashes = crashes + ${isCrash ? 1 : 0}, resumed = true`);
