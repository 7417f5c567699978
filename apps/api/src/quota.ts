/** What a person may still have computed: as headers of the answers that spend it, and as a page of its own. */
import type { QuotaState } from '@topiary/contracts';
import type { Quota, QuotaUse } from '@topiary/db';
import type { FastifyReply } from 'fastify';
import type { Who } from './accounts/identity.js';
import type { ApiContext } from './context.js';

/** Those who run the server may fill it. */
export const quotaOf = ({ limits }: ApiContext, who: Who): Quota | undefined =>
  who.scopes.includes('admin') ? undefined : limits.quota;

const allowance = (limit: number, used: number) =>
  limit === Number.MAX_SAFE_INTEGER ? null : { limit, used, remaining: Math.max(0, limit - used) };

export const quotaState = (quota: Quota | undefined, use: QuotaUse): QuotaState => ({
  perDay: quota ? allowance(quota.perDay, use.perDay) : null,
  atOnce: quota ? allowance(quota.atOnce, use.atOnce) : null,
});

const HEADERS = { perDay: 'x-quota-runs-per-day', atOnce: 'x-quota-runs-at-once' } as const;

export const sendQuota = (reply: FastifyReply, quota: Quota | undefined, use: QuotaUse): void => {
  const state = quotaState(quota, use);
  for (const which of ['perDay', 'atOnce'] as const) {
    const left = state[which];
    if (left === null) continue;
    reply.header(HEADERS[which], left.limit);
    reply.header(`${HEADERS[which]}-remaining`, left.remaining);
  }
};
