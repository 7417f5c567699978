/** What a person may have computed and stored: counted from rows, under a lock per person while one is added. */
import { TopiaryError } from '@topiary/errors';
import type { Client, Transaction } from '../client.js';
import type { Quota, QuotaUse } from '../types.js';

/** A run that waits or runs counts by its estimate, one that has ended by what it took, whatever came of it. */
export const quotaUse = async (client: Client | Transaction, createdBy: string): Promise<QuotaUse> => {
  const [use] = await client.$queryRaw<{ scored: number; open: number; seconds: number }[]>`
    SELECT count(*) FILTER (WHERE r.state = 'done')::int AS scored,
      count(*) FILTER (WHERE r.state IN ('queued', 'running'))::int AS open,
      coalesce(sum(CASE
        WHEN r.state IN ('queued', 'running') THEN coalesce(r.estimated_seconds, 0)
        WHEN r.state = 'done' THEN coalesce(r.seconds, 0)
        ELSE coalesce(extract(epoch FROM r.finished_at - r.started_at), 0) END), 0)::float8 AS seconds
    FROM submissions s JOIN runs r ON r.submission_id = s.id
    WHERE s.created_by = ${createdBy}
      AND (r.state IN ('queued', 'running') OR r.finished_at > clock_timestamp() - interval '1 day')`;
  const { scored = 0, open = 0, seconds = 0 } = use ?? {};
  return { perDay: scored + open, atOnce: open, computeSeconds: seconds };
};

const lock = (tx: Transaction, what: string): Promise<number> =>
  tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${what}, 0))`;

const WORDS: Readonly<Record<keyof Quota, { readonly what: string; readonly cure: string }>> = {
  perDay: {
    what: 'runs within 24 hours',
    cure: 'A run counts from its submission until a day after its result; cancelled and failed ones do not',
  },
  atOnce: { what: 'runs that wait or run', cure: 'Try again when one of yours has ended, or cancel one' },
  computeSeconds: {
    what: 'seconds of computing within 24 hours',
    cure: 'Ask for fewer steps, targets or seeds, or come back tomorrow',
  },
};

/** What is asked for: so many runs, which the board estimates at so many seconds together. */
export interface Asked {
  readonly runs: number;
  readonly seconds: number;
}

/** What is used with it; throws where that is too much. The lock ends with the transaction. */
export const spend = async (tx: Transaction, createdBy: string, asked: Asked, quota: Quota): Promise<QuotaUse> => {
  await lock(tx, `quota ${createdBy}`);
  const before = await quotaUse(tx, createdBy);
  const after: QuotaUse = {
    perDay: before.perDay + asked.runs,
    atOnce: before.atOnce + asked.runs,
    computeSeconds: before.computeSeconds + asked.seconds,
  };
  for (const which of ['atOnce', 'perDay', 'computeSeconds'] as const) {
    const most = quota[which] ?? Number.MAX_SAFE_INTEGER;
    if (after[which] <= most) continue;
    const { what, cure } = WORDS[which];
    throw new TopiaryError('TOPIARY_API_QUOTA', {
      where: `${asked.runs} ${asked.runs === 1 ? 'run' : 'runs'} asked for`,
      expected: `at most ${most} ${what}`,
      got: `${Math.round(before[which])} before this${which === 'computeSeconds' ? `, and ${Math.round(asked.seconds)} more` : ''}`,
      cure,
    });
  }
  return after;
};

export const storedBytes = async (client: Client | Transaction, owner: string): Promise<number> => {
  const [row] = await client.$queryRaw<{ bytes: number }[]>`
    SELECT (
      (SELECT coalesce(sum(a.bytes), 0) FROM artefacts a WHERE a.sha256 IN (
        SELECT o.sha256 FROM artefact_owners o WHERE o.account_id = ${owner}
        UNION SELECT f.sha256 FROM submission_files f JOIN submissions s ON s.id = f.submission_id
          WHERE s.created_by = ${owner}
        UNION SELECT ra.sha256 FROM submissions s JOIN runs r ON r.submission_id = s.id
          JOIN run_artefacts ra ON ra.run_id = r.id WHERE s.created_by = ${owner}))
      + (SELECT coalesce(sum(u.bytes), 0) FROM uploads u
        WHERE u.owner = ${owner} AND u.completed_at IS NULL AND u.expires_at > clock_timestamp())
    )::float8 AS bytes`;
  return row?.bytes ?? 0;
};

/** Throws where so many bytes more would be too much. The lock ends with the transaction. */
export const spendBytes = async (tx: Transaction, owner: string, bytes: number, most: number): Promise<void> => {
  await lock(tx, `bytes ${owner}`);
  const used = await storedBytes(tx, owner);
  if (used + bytes <= most) return;
  throw new TopiaryError('TOPIARY_API_QUOTA', {
    where: `a file of ${bytes} bytes`,
    expected: `at most ${most} bytes of yours in the storage`,
    got: `${used} before this`,
    cure: 'Give up the files of a submission that you do not need: its numbers stay',
  });
};
