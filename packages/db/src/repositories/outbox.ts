/** Jobs on their way to the queue: written with what makes them necessary, sent afterwards, at least once. */
import type { RunJob } from '@topiary/contracts';
import { type Client, Prisma, transaction } from '../client.js';
import type { Outbox } from '../types.js';
import { RELAY_LOCK } from './event-log.js';

interface Row {
  readonly id: bigint;
  readonly payload: RunJob;
}

type Send = (jobs: readonly RunJob[]) => Promise<void>;

const relay = (client: Client, send: Send, limit: number): Promise<number | null> =>
  transaction(client, async (tx) => {
    const [lock] = await tx.$queryRaw<{ held: boolean }[]>`
      SELECT pg_try_advisory_xact_lock(${RELAY_LOCK}::bigint) AS held`;
    if (!lock?.held) return null;
    const rows = await tx.$queryRaw<Row[]>`
      SELECT id, payload FROM outbox WHERE sent_at IS NULL ORDER BY id LIMIT ${limit} FOR UPDATE SKIP LOCKED`;
    if (rows.length === 0) return 0;
    await send(rows.map(({ payload }) => payload));
    await tx.$executeRaw`
      UPDATE outbox SET sent_at = clock_timestamp() WHERE id IN (${Prisma.join(rows.map(({ id }) => id))})`;
    return rows.length;
  });

export const outbox = (client: Client): Outbox => ({
  relay: (send, limit = 100) => relay(client, send, limit),
  // A job only says that there is work, so a few of a long line are as good as all of it.
  resend: (olderThanSeconds, limit = 100) =>
    client.$executeRaw`
      UPDATE outbox SET sent_at = NULL WHERE id IN (
        SELECT o.id FROM outbox o JOIN runs r ON r.id = o.run_id AND r.attempt = o.attempt
        WHERE r.state = 'queued'
          AND o.sent_at < clock_timestamp() - make_interval(secs => ${olderThanSeconds}::double precision)
        ORDER BY o.sent_at, o.id LIMIT ${limit})`,
  unsent: () => client.outbox.count({ where: { sentAt: null } }),
  lag: async () => {
    const [row] = await client.$queryRaw<{ unsent: number; seconds: number }[]>`
      SELECT count(*)::int AS unsent,
        coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::float8 AS seconds
      FROM outbox WHERE sent_at IS NULL`;
    return row!;
  },
});
