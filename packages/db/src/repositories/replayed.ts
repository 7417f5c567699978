/** A request that is sent again with its key enters nothing twice. */
import type { Submission } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import type { Transaction } from '../client.js';
import type { Created, Idempotency } from '../types.js';
import { countRuns, fromJson } from './rows.js';

/** Whether the key is new; the transaction holds it until its end. */
export const claimKey = async (tx: Transaction, { scope, key, bodyHash }: Idempotency): Promise<boolean> => {
  const count = await tx.$executeRaw`
    INSERT INTO idempotency_keys (scope, key, body_hash) VALUES (${scope}, ${key}, ${bodyHash})
    ON CONFLICT (scope, key) DO NOTHING`;
  return count === 1;
};

/** What the first request with this key came to. */
export const replay = async (tx: Transaction, { scope, key, bodyHash }: Idempotency): Promise<Created> => {
  const first = await tx.idempotencyKey.findUniqueOrThrow({ where: { scope_key: { scope, key } } });
  if (first.bodyHash === bodyHash) {
    const kept = fromJson<Submission>(first.response);
    // What an earlier release kept had no summary yet.
    const summary = () => ({
      ...{ finishedAt: null, runCounts: countRuns(kept.runs), outcomes: [], private: false, publishedAt: null },
    });
    return { submission: kept.runCounts ? kept : { ...kept, ...summary() }, replayed: true, used: null };
  }
  throw new TopiaryError('TOPIARY_API_CONFLICT', {
    where: `Idempotency-Key '${key}'`,
    expected: 'the same request as the first time',
    got: 'another body',
    cure: 'Use a new key for a new request',
  });
};
