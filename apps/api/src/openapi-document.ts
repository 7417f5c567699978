/** What makes `/openapi.json` a document that clients are generated from: named schemas, and problems on every route. */
import * as contracts from '@topiary/contracts';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { OpenAPIV3_1 } from 'openapi-types';
import { z } from 'zod';
import { describeOperation, HEADERS, RESPONSES, TAGS } from './openapi-operations.js';

/** Schemas that have a name of their own in the document; in requests it ends in `Input`. */
const NAMED: ReadonlySet<string> = new Set<keyof typeof contracts>([
  'Account',
  'ApiKey',
  'AuditEvent',
  'Board',
  'Delivery',
  'NoticeSettings',
  'Webhook',
  'WebhookEvent',
  'CreateSubmission',
  'DatasetDescription',
  'Dispute',
  'Dump',
  'ErrorDescription',
  'FailedRun',
  'Findings',
  'HeldRun',
  'Invite',
  'Leaderboard',
  'MethodDescription',
  'ModelDescription',
  'OwnAccount',
  'Person',
  'Overall',
  'Problem',
  'QuotaState',
  'Recipe',
  'RecipeDescription',
  'Result',
  'Row',
  'Run',
  'RunEventRecord',
  'Session',
  'Status',
  'Submission',
  'SubmissionItem',
  'Target',
  'TrackDescription',
  'Training',
  'Upload',
  'Verdict',
]);

const schemaRegistry = z.registry<{ id?: string }>();
for (const [id, schema] of Object.entries(contracts))
  if (NAMED.has(id) && schema instanceof z.ZodType) schemaRegistry.add(schema, { id });

/** Names that nothing refers to, directly or through other names, leave the document. */
const referenced = (document: OpenAPIV3_1.Document): Set<string> => {
  const schemas = document.components?.schemas ?? {};
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    for (const [, name] of JSON.stringify(value ?? null).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (found.has(name!)) continue;
      found.add(name!);
      visit(schemas[name!]);
    }
  };
  visit(document.paths);
  visit(document.components?.responses);
  for (const name of [...found]) visit(schemas[name]);
  return found;
};

/** A tuple of equal items as a list of that length: not every reader of the document knows `prefixItems`. */
const plainTuples = (value: unknown): void => {
  if (typeof value !== 'object' || value === null) return;
  const schema = value as { prefixItems?: unknown[]; items?: unknown; minItems?: number; maxItems?: number };
  const { prefixItems: items, items: rest } = schema;
  if (Array.isArray(items) && rest === undefined && new Set(items.map((item) => JSON.stringify(item))).size === 1) {
    Object.assign(schema, { items: items[0], minItems: items.length, maxItems: items.length });
    delete schema.prefixItems;
  }
  for (const inner of Object.values(value)) plainTuples(inner);
};

export const transform = createJsonSchemaTransform({ schemaRegistry });

const nameSchemas = createJsonSchemaTransformObject({ schemaRegistry });

export const transformObject: typeof nameSchemas = (input) => {
  const document = nameSchemas(input) as OpenAPIV3_1.Document;
  document.tags = TAGS;
  document.components = { ...document.components, headers: HEADERS, responses: RESPONSES };
  // HEAD is GET without a body, wherever GET is
  for (const [path, item] of Object.entries(document.paths ?? {}))
    for (const [method, operation] of Object.entries(item ?? {}) as [keyof typeof item, OpenAPIV3_1.OperationObject][])
      if (method === 'head') delete item![method];
      else Object.assign(item!, { [method]: describeOperation(operation, path) });
  plainTuples(document.paths);
  plainTuples(document.components);
  const used = referenced(document);
  const schemas = Object.entries(document.components?.schemas ?? {}).filter(([name]) => used.has(name));
  document.components = { ...document.components, schemas: Object.fromEntries(schemas.sort()) };
  return document;
};
