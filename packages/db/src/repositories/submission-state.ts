/**
 * The state of a submission, derived from the states of its runs; nobody else writes it.
 *
 * Whoever changes a run locks its submission first. So two runs that end at the same moment cannot each take the
 * other for still running, and every transaction takes its locks in one order: submission, runs, events.
 */
import type { Transaction } from '../client.js';

export const lockSubmission = async (tx: Transaction, id: string): Promise<boolean> => {
  const rows = await tx.$queryRaw<unknown[]>`SELECT 1 FROM submissions WHERE id = ${id} FOR NO KEY UPDATE`;
  return rows.length === 1;
};

/** The id of the run's submission, now locked; null when there is no such run. */
export const lockSubmissionOf = async (tx: Transaction, run: string): Promise<string | null> => {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT s.id FROM submissions s JOIN runs r ON r.submission_id = s.id WHERE r.id = ${run} FOR NO KEY UPDATE OF s`;
  return rows[0]?.id ?? null;
};

/** Under way: running. Else what is worst: failed, cancelled, done. */
export const refreshState = async (tx: Transaction, id: string): Promise<void> => {
  await tx.$executeRaw`
    UPDATE submissions SET state = derived.state
    FROM (
      SELECT CASE
        WHEN bool_or(state = 'running') OR (bool_or(state = 'queued') AND bool_or(state IN ('done', 'failed'))) THEN 'running'
        WHEN bool_or(state = 'queued') THEN 'queued'
        WHEN bool_or(state = 'failed') THEN 'failed'
        WHEN bool_or(state = 'cancelled') THEN 'cancelled'
        ELSE 'done'
      END::run_state AS state
      FROM runs WHERE submission_id = ${id}
    ) AS derived
    WHERE id = ${id}`;
};
