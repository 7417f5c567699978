/** What makes `/openapi.json` a document that clients are generated from: named schemas, and problems on every route. */
import * as contracts from '@topiary/contracts';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { OpenAPIV3_1 } from 'openapi-types';
import { z } from 'zod';

/** Schemas that have a name of their own in the document; in requests it ends in `Input`. */
const NAMED: ReadonlySet<string> = new Set<keyof typeof contracts>([
  'Account',
  'ApiKey',
  'AuditEvent',
  'Board',
  'CreateSubmission',
  'DatasetDescription',
  'Dispute',
  'FailedRun',
  'Findings',
  'HeldRun',
  'Invite',
  'Leaderboard',
  'MethodDescription',
  'ModelDescription',
  'OwnAccount',
  'Person',
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

const PROBLEM = {
  description: 'What went wrong: a stable code and one sentence',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

/** Names that nothing refers to, directly or through other names, leave the document. */
const referenced = (document: OpenAPIV3_1.Document): Set<string> => {
  const schemas = document.components?.schemas ?? {};
  const found = new Set<string>(['RunEventRecord']); // of the event stream, which has no JSON schema of its own
  const visit = (value: unknown): void => {
    for (const [, name] of JSON.stringify(value ?? null).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (found.has(name!)) continue;
      found.add(name!);
      visit(schemas[name!]);
    }
  };
  visit(document.paths);
  for (const name of [...found]) visit(schemas[name]);
  return found;
};

export const transform = createJsonSchemaTransform({ schemaRegistry });

const nameSchemas = createJsonSchemaTransformObject({ schemaRegistry });

export const transformObject: typeof nameSchemas = (input) => {
  const document = nameSchemas(input) as OpenAPIV3_1.Document;
  for (const path of Object.values(document.paths ?? {})) {
    for (const operation of Object.values(path ?? {}) as OpenAPIV3_1.OperationObject[]) {
      operation.responses = { ...operation.responses, default: PROBLEM };
    }
  }
  const used = referenced(document);
  const schemas = Object.entries(document.components?.schemas ?? {}).filter(([name]) => used.has(name));
  document.components = { ...document.components, schemas: Object.fromEntries(schemas.sort()) };
  return document;
};
