/** Webhooks, and what they and people are told: written by a trigger when a submission ends, taken by the API's background. */
import type { Delivery, Webhook } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import { type Client, notFound, type Prisma, transaction } from '../client.js';
import { newId } from '../identifiers.js';
import type { DueNotice, NoticesKept } from '../notice-types.js';
import { writeAudit } from './audit.js';
import { iso } from './rows.js';

const MOST = 10;
const SHOWN = 50;
/** Whoever took a notice and died gives it back after this long. */
const TAKEN_SECONDS = 120;
const KEPT_DAYS = 30;

const toWebhook = ({ id, url, createdAt }: Prisma.WebhookModel): Webhook => ({
  id,
  url,
  createdAt: createdAt.toISOString(),
});

const toDelivery = (row: Prisma.NoticeModel): Delivery => ({
  id: row.id,
  event: row.event,
  submission: row.submissionId,
  state: row.endedAt === null ? 'waiting' : row.error === null ? 'delivered' : 'given-up',
  attempts: row.attempts,
  status: row.status,
  error: row.error,
  createdAt: row.createdAt.toISOString(),
  nextAt: row.endedAt === null ? iso(row.nextAt) : null,
});

const own = async (client: Client, account: string, id: string): Promise<void> => {
  if ((await client.webhook.count({ where: { id, accountId: account } })) === 0) throw notFound('webhook', id);
};

const create: (client: Client) => NoticesKept['create'] =
  (client) =>
  ({ account, url, secret }, by) =>
    transaction(client, async (tx) => {
      // one after the other: two at once must not both be the last one allowed
      await tx.$queryRaw`SELECT 1 FROM accounts WHERE id = ${account} FOR UPDATE`;
      const count = await tx.webhook.count({ where: { accountId: account } });
      if (count >= MOST)
        throw new TopiaryError('TOPIARY_API_CONFLICT', {
          where: 'webhooks',
          expected: `at most ${MOST}`,
          got: 'one more',
        });
      const row = await tx.webhook.create({ data: { id: newId(), accountId: account, url, secret } });
      await writeAudit(tx, { action: 'webhook.create', target: `account:${account}`, detail: { webhook: row.id } }, by);
      return toWebhook(row);
    });

const remove: (client: Client) => NoticesKept['remove'] = (client) => (account, id, by) =>
  transaction(client, async (tx) => {
    const { count } = await tx.webhook.deleteMany({ where: { id, accountId: account } });
    if (count === 0) throw notFound('webhook', id);
    await writeAudit(tx, { action: 'webhook.delete', target: `account:${account}`, detail: { webhook: id } }, by);
  });

interface DueRow extends Omit<DueNotice, 'webhook'> {
  readonly url: string | null;
  readonly secret: string | null;
}

const take = async (client: Client, limit: number): Promise<DueNotice[]> => {
  const rows = await client.$queryRaw<DueRow[]>`
    WITH due AS (
      SELECT id FROM notices WHERE ended_at IS NULL AND next_at <= clock_timestamp()
      ORDER BY next_at LIMIT ${limit} FOR UPDATE SKIP LOCKED
    ), taken AS (
      UPDATE notices n SET attempts = n.attempts + 1,
        next_at = clock_timestamp() + make_interval(secs => ${TAKEN_SECONDS}::double precision)
      FROM due WHERE n.id = due.id RETURNING n.*
    )
    SELECT t.id, w.url, w.secret, a.email, t.submission_id AS submission, t.event, t.attempts
    FROM taken t JOIN accounts a ON a.id = t.account_id LEFT JOIN webhooks w ON w.id = t.webhook_id`;
  return rows.map(({ url, secret, ...row }) => ({
    ...row,
    webhook: url === null || secret === null ? null : { url, secret },
  }));
};

/** Those of ended ones that nobody looks at any more go. */
export const sweepNotices = async (client: Client): Promise<void> => {
  await client.$executeRaw`
    DELETE FROM notices WHERE ended_at < clock_timestamp() - make_interval(days => ${KEPT_DAYS})`;
};

export const notices = (client: Client): NoticesKept => ({
  list: async (account) =>
    (await client.webhook.findMany({ where: { accountId: account }, orderBy: { id: 'asc' } })).map(toWebhook),
  create: create(client),
  remove: remove(client),
  deliveries: async (account, id) => {
    await own(client, account, id);
    const rows = await client.notice.findMany({
      where: { webhookId: id },
      orderBy: { createdAt: 'desc' },
      take: SHOWN,
    });
    return rows.map(toDelivery);
  },
  trial: async (account, id) => {
    await own(client, account, id);
    await client.notice.create({ data: { id: newId(), accountId: account, webhookId: id, event: 'trial' } });
  },
  mailAtEnd: async (account) => {
    const row = await client.account.findUnique({ where: { id: account }, select: { mailAtEnd: true } });
    if (row === null) throw notFound('account', account);
    return row.mailAtEnd;
  },
  setMailAtEnd: (account, on, by) =>
    transaction(client, async (tx) => {
      await tx.account.update({ where: { id: account }, data: { mailAtEnd: on } });
      await writeAudit(tx, { action: 'account.notices', target: `account:${account}`, detail: { mailAtEnd: on } }, by);
    }),
  take: (limit) => take(client, limit),
  told: async (id, { status, error, againInSeconds }) => {
    await client.$executeRaw`
      UPDATE notices SET status = ${status}, error = ${error},
        ended_at = CASE WHEN ${againInSeconds === null} THEN clock_timestamp() END,
        next_at = clock_timestamp() + make_interval(secs => ${againInSeconds ?? 0}::double precision)
      WHERE id = ${id} AND ended_at IS NULL`;
  },
});
