/** The audit log, for admins: looked through, exported whole, and its chain recomputed. */
import { Readable } from 'node:stream';
import { AuditCheck, AuditEvent, listOf, Page } from '@topiary/contracts';
import type { AuditRecord } from '@topiary/db';
import { z } from 'zod';
import type { Route } from '../context.js';
import { guard } from '../plugins/auth.js';

const shared = { onRequest: guard('admin') };
const schema = { tags: ['admin'], security: [{ key: [] }] };

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
    { ...shared, schema: { ...schema, querystring: Query, response: { 200: listOf(AuditEvent) } } },
    ({ query: { limit, cursor, actor, target, action } }) =>
      db.audit.list({
        limit,
        ...(cursor === undefined ? {} : { cursor }),
        ...(actor ? { actor } : {}),
        ...(target ? { target } : {}),
        ...(action ? { action } : {}),
      }),
  );

  app.get('/api/v1/admin/audit/check', { ...shared, schema: { ...schema, response: { 200: AuditCheck } } }, () =>
    db.audit.verify(),
  );

  app.get(
    '/api/v1/admin/audit/export',
    { ...shared, schema: { ...schema, description: 'The whole log as lines of JSON, oldest first.' } },
    async (_request, reply) => {
      reply
        .type('application/x-ndjson')
        .header('cache-control', 'no-store')
        .header('content-disposition', 'attachment; filename="topiary-audit.ndjson"');
      return reply.send(Readable.from(linesOf(db.audit.export()))) as never;
    },
  );
};
