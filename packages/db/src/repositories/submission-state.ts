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

/** Under way: running. Else what is worst: failed, cancelled, done. With it what lists say of the runs. */
export const refreshState = async (tx: Transaction, id: string): Promise<void> => {
  await tx.$executeRaw`
    UPDATE submissions SET state = derived.state, finished_at = derived.finished_at, run_counts = run_counts_of(${id})
    FROM (
      SELECT CASE
        WHEN bool_or(state = 'running') OR (bool_or(state = 'queued') AND bool_or(state IN ('done', 'failed'))) THEN 'running'
        WHEN bool_or(state = 'queued') THEN 'queued'
        WHEN bool_or(state = 'failed') THEN 'failed'
        WHEN bool_or(state = 'cancelled') THEN 'cancelled'
        ELSE 'done'
      END::run_state AS state, max(finished_at) AS finished_at
      FROM runs WHERE submission_id = ${id}
    ) AS derived
    WHERE id = ${id}`;
};

/** After a run of it got a result; nothing else changes what came out. */
export const refreshOutcomes = async (tx: Transaction, run: string): Promise<void> => {
  await tx.$executeRaw`
    UPDATE submissions s SET outcomes = outcomes_of(s.id) FROM runs r WHERE r.id = ${run} AND s.id = r.submission_id`;
};
