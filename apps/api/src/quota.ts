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

/** How many bytes somebody may have stored; undefined: any number. */
export const storedQuotaOf = ({ limits }: Pick<ApiContext, 'limits'>, who: Who): number | undefined =>
  who.scopes.includes('admin') || limits.storedBytes === Number.MAX_SAFE_INTEGER ? undefined : limits.storedBytes;

const ofRuns = (quota: Quota | undefined, use: QuotaUse): Omit<QuotaState, 'storedBytes'> => ({
  perDay: quota ? allowance(quota.perDay, use.perDay) : null,
  atOnce: quota ? allowance(quota.atOnce, use.atOnce) : null,
  computeSeconds: quota?.computeSeconds ? allowance(quota.computeSeconds, Math.ceil(use.computeSeconds)) : null,
});

export const quotaState = async (context: ApiContext, who: Who): Promise<QuotaState> => {
  const [use, bytes] = await Promise.all([
    context.db.submissions.quotaUse(who.id),
    context.db.uploads.storedBytes(who.id),
  ]);
  const most = storedQuotaOf(context, who);
  return { ...ofRuns(quotaOf(context, who), use), storedBytes: most === undefined ? null : allowance(most, bytes) };
};

const HEADERS = {
  perDay: 'x-quota-runs-per-day',
  atOnce: 'x-quota-runs-at-once',
  computeSeconds: 'x-quota-compute-seconds-per-day',
} as const;

export const sendQuota = (reply: FastifyReply, quota: Quota | undefined, use: QuotaUse): void => {
  const state = ofRuns(quota, use);
  for (const which of ['perDay', 'atOnce', 'computeSeconds'] as const) {
    const left = state[which];
    if (left === null) continue;
    reply.header(HEADERS[which], left.limit);
    reply.header(`${HEADERS[which]}-remaining`, left.remaining);
  }
};
