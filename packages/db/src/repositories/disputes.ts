/** Disputes: somebody doubts a submission, in public; an organiser answers. Neither is ever taken back. */
import type { Dispute } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import type { Disputes } from '../account-types.js';
import { type Client, notFound, type Prisma, type Transaction, transaction } from '../client.js';
import { newId } from '../identifiers.js';
import { writeAudit } from './audit.js';
import { lockSubmission } from './submission-state.js';

const byline = { select: { id: true, name: true } } as const;
const people = { author: byline, resolver: byline } as const;

type Row = Prisma.DisputeGetPayload<{ include: typeof people }>;

const toDispute = (row: Row): Dispute => ({
  id: row.id,
  submission: row.submissionId,
  raisedBy: row.author,
  text: row.text,
  at: row.createdAt.toISOString(),
  answer:
    row.outcome && row.resolver && row.resolvedAt
      ? { outcome: row.outcome, text: row.resolution ?? '', by: row.resolver, at: row.resolvedAt.toISOString() }
      : null,
});

const conflict = (where: string, expected: string, got: string): TopiaryError =>
  new TopiaryError('TOPIARY_API_CONFLICT', { where, expected, got });

const find = async (tx: Transaction, where: Prisma.DisputeWhereUniqueInput): Promise<Row> => {
  const row = await tx.dispute.findUnique({ where, include: people });
  if (row === null) throw notFound('dispute', where.id ?? '');
  return row;
};

const raise: (client: Client) => Disputes['raise'] = (client) => (submissionId, text, by) =>
  transaction(client, async (tx) => {
    // The lock makes one person's two requests at once one dispute.
    if (!(await lockSubmission(tx, submissionId))) throw notFound('submission', submissionId);
    const raisedBy = by.account!;
    if (await tx.dispute.findFirst({ where: { submissionId, raisedBy, resolvedAt: null } }))
      throw conflict(`submission '${submissionId}'`, 'no open dispute of yours', 'one');
    const id = newId();
    await tx.dispute.create({ data: { id, submissionId, raisedBy, text } });
    const row = await find(tx, { id });
    const target = `submission:${submissionId}`;
    await writeAudit(tx, { action: 'dispute.raise', target, detail: { dispute: id }, after: toDispute(row) }, by);
    return toDispute(row);
  });

const answer: (client: Client) => Disputes['answer'] =
  (client) =>
  (id, { outcome, text }, by) =>
    transaction(client, async (tx) => {
      const before = await find(tx, { id });
      const { count } = await tx.dispute.updateMany({
        where: { id, resolvedAt: null },
        data: { outcome, resolution: text, resolvedBy: by.account, resolvedAt: new Date() },
      });
      if (count === 0) throw conflict(`dispute '${id}'`, 'an open one', 'one that was answered');
      const after = await find(tx, { id });
      const entry = {
        action: 'dispute.answer',
        target: `submission:${before.submissionId}`,
        detail: { dispute: id, outcome },
        before: toDispute(before),
        after: toDispute(after),
      };
      await writeAudit(tx, entry, by);
      return toDispute(after);
    });

export const disputes = (client: Client): Disputes => {
  const list = async (where: Prisma.DisputeWhereInput) =>
    (await client.dispute.findMany({ where, include: people, orderBy: { id: 'asc' }, take: 500 })).map(toDispute);
  return {
    raise: raise(client),
    of: (submissionId) => list({ submissionId }),
    open: () => list({ resolvedAt: null }),
    answer: answer(client),
  };
};
