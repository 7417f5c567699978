/** What a person may have computed: counted from the runs themselves, under a lock per person while one is added. */
import { TopiaryError } from '@topiary/errors';
import type { Client, Transaction } from '../client.js';
import type { Quota, QuotaUse } from '../types.js';

export const quotaUse = async (client: Client | Transaction, createdBy: string): Promise<QuotaUse> => {
  const [use] = await client.$queryRaw<{ scored: number; open: number }[]>`
    SELECT count(*) FILTER (WHERE r.state = 'done' AND r.finished_at > clock_timestamp() - interval '1 day')::int AS scored,
      count(*) FILTER (WHERE r.state IN ('queued', 'running'))::int AS open
    FROM submissions s JOIN runs r ON r.submission_id = s.id
    WHERE s.created_by = ${createdBy}
      AND (r.state IN ('queued', 'running') OR (r.state = 'done' AND r.finished_at > clock_timestamp() - interval '1 day'))`;
  const { scored = 0, open = 0 } = use ?? {};
  return { perDay: scored + open, atOnce: open };
};

const WORDS: Readonly<Record<keyof Quota, { readonly what: string; readonly cure: string }>> = {
  perDay: {
    what: 'runs within 24 hours',
    cure: 'A run counts from its submission until a day after its result; cancelled and failed ones do not',
  },
  atOnce: { what: 'runs that wait or run', cure: 'Try again when one of yours has ended, or cancel one' },
};

/** What is used with `runs` more; throws where that is too much. The lock ends with the transaction. */
export const spend = async (tx: Transaction, createdBy: string, runs: number, quota: Quota): Promise<QuotaUse> => {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`quota ${createdBy}`}, 0))`;
  const use = await quotaUse(tx, createdBy);
  for (const which of ['atOnce', 'perDay'] as const) {
    if (use[which] + runs <= quota[which]) continue;
    const { what, cure } = WORDS[which];
    throw new TopiaryError('TOPIARY_API_QUOTA', {
      where: `${runs} ${runs === 1 ? 'run' : 'runs'} asked for`,
      expected: `at most ${quota[which]} ${what}`,
      got: `${use[which]} before this`,
      cure,
    });
  }
  return { perDay: use.perDay + runs, atOnce: use.atOnce + runs };
};
