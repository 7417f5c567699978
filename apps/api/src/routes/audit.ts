/** The audit log, for admins: looked through, exported whole, and its chain recomputed. */
import { Readable } from 'node:stream';
import { AuditCheck, AuditEvent, listOf, Page } from '@topiary/contracts';
import type { AuditRecord } from '@topiary/db';
import { z } from 'zod';
import type { Route } from '../context.js';
import { BY_KEY, guard } from '../plugins/auth.js';

const shared = { onRequest: guard('admin') };
const schema = { tags: ['admin'], security: BY_KEY };

async function* linesOf(records: AsyncIterable<AuditRecord>): AsyncGenerator<string> {
  for await (const record of records) yield `${JSON.stringify(record)}\n`;
}

export const audit: Route = (app, { db }) => {
  const Query = Page.extend({
    cursor: z
      .string()
      .regex(/^\d{1,18}$/)
      .optional(),
    actor: z.string().optional(),
    target: z.string().optional(),
    action: z.string().optional(),
  });
  app.get(
    '/api/v1/admin/audit',
    {
      ...shared,
      schema: {
        operationId: 'listAuditEvents',
        summary: 'Audit log',
        description: 'What was done by whom, the newest first.',
        ...schema,
        querystring: Query,
        response: { 200: listOf(AuditEvent) },
      },
    },
    ({ query: { limit, cursor, actor, target, action } }) =>
      db.audit.list({
        limit,
        ...(cursor === undefined ? {} : { cursor }),
        ...(actor ? { actor } : {}),
        ...(target ? { target } : {}),
        ...(action ? { action } : {}),
      }),
  );

  app.get(
    '/api/v1/admin/audit/check',
    {
      ...shared,
      schema: {
        operationId: 'checkAudit',
        summary: 'Check the audit log',
        description: 'Recomputes the chain of hashes and says where it breaks.',
        ...schema,
        response: { 200: AuditCheck },
      },
    },
    () => db.audit.verify(),
  );

  app.get(
    '/api/v1/admin/audit/export',
    {
      ...shared,
      schema: {
        operationId: 'exportAudit',
        summary: 'Export the audit log',
        description: 'The whole log as lines of JSON, oldest first.',
        ...schema,
      },
    },
    async (_request, reply) => {
      reply
        .type('application/x-ndjson')
        .header('cache-control', 'no-store')
        .header('content-disposition', 'attachment; filename="topiary-audit.ndjson"');
      return reply.send(Readable.from(linesOf(db.audit.export()))) as never;
    },
  );
};
