/** Jobs on their way to the queue: written with what makes them necessary, sent afterwards, at least once. */
import type { RunJob } from '@topiary/contracts';
import { type Client, Prisma, transaction } from '../client.js';
import type { Outbox } from '../types.js';
import { RELAY_LOCK } from './event-log.js';

interface Row {
  readonly id: bigint;
  readonly payload: RunJob;
}

/** Sends until `send` throws; what was sent is marked in any case. */
const sendAll = async (rows: readonly Row[], send: (job: RunJob) => Promise<void>) => {
  const sent: bigint[] = [];
  for (const row of rows) {
    try {
      await send(row.payload);
    } catch (error) {
      return { sent, error };
    }
    sent.push(row.id);
  }
  return { sent, error: null };
};

const relay = async (client: Client, send: (job: RunJob) => Promise<void>, limit: number): Promise<number | null> => {
  const outcome = await transaction(client, async (tx) => {
    const [lock] = await tx.$queryRaw<{ held: boolean }[]>`
      SELECT pg_try_advisory_xact_lock(${RELAY_LOCK}::bigint) AS held`;
    if (!lock?.held) return null;
    const rows = await tx.$queryRaw<Row[]>`
      SELECT id, payload FROM outbox WHERE sent_at IS NULL ORDER BY id LIMIT ${limit} FOR UPDATE SKIP LOCKED`;
    const done = await sendAll(rows, send);
    if (done.sent.length > 0) {
      await tx.$executeRaw`
        UPDATE outbox SET sent_at = clock_timestamp() WHERE id IN (${Prisma.join(done.sent)})`;
    }
    return done;
  });
  if (outcome?.error) throw outcome.error;
  return outcome === null ? null : outcome.sent.length;
};

export const outbox = (client: Client): Outbox => ({
  relay: (send, limit = 100) => relay(client, send, limit),
  resend: (olderThanSeconds) =>
    client.$executeRaw`
      UPDATE outbox o SET sent_at = NULL FROM runs r
      WHERE r.id = o.run_id AND r.attempt = o.attempt AND r.state = 'queued'
        AND o.sent_at < clock_timestamp() - make_interval(secs => ${olderThanSeconds}::double precision)`,
  unsent: () => client.outbox.count({ where: { sentAt: null } }),
  lag: async () => {
    const [row] = await client.$queryRaw<{ unsent: number; seconds: number }[]>`
      SELECT count(*)::int AS unsent,
        coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::float8 AS seconds
      FROM outbox WHERE sent_at IS NULL`;
    return row!;
  },
});
