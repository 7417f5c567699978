/**
 * What the document says of every operation beyond its schemas: the refusals that it may answer with, the headers that
 * it reads and sends, and the media types of bodies that are no JSON.
 */
import type { OpenAPIV3_1 } from 'openapi-types';
import { EXAMPLES } from './openapi-examples.js';

type Operation = OpenAPIV3_1.OperationObject;
type Parameter = OpenAPIV3_1.ParameterObject;
type Response = OpenAPIV3_1.ResponseObject;
type Media = Record<string, OpenAPIV3_1.MediaTypeObject>;

/** Described once each; a tag without a line here fails the linter. */
export const TAGS = [
  { name: 'boards', description: 'Leaderboards, and what follows from them' },
  { name: 'catalogue', description: 'What there is to choose from: tracks, methods, models, data sets' },
  { name: 'submissions', description: 'Who asks for what on which board, and what came out' },
  { name: 'runs', description: 'One target and one seed of a submission' },
  { name: 'artefacts', description: 'Stored files, by their sha256' },
  { name: 'uploads', description: 'Files that arrive in pieces and may be resumed' },
  { name: 'checks', description: 'What the gate says of a file, in dry run' },
  { name: 'disputes', description: 'Doubts about a result, and their answers' },
  { name: 'people', description: 'Who submits' },
  { name: 'account', description: 'Your own account, keys and notices' },
  { name: 'session', description: 'Signing in and out' },
  { name: 'status', description: 'How the server is doing' },
  { name: 'admin', description: 'For organisers and admins' },
];

const header = (description: string, type: 'string' | 'integer', example: string | number) => ({
  description,
  schema: { type },
  example,
});

/** The draft standard of the IETF (draft-ietf-httpapi-ratelimit-headers). */
export const HEADERS = {
  RateLimit: header('What is left: `r` requests within the next `t` seconds', 'string', '"read";r=598;t=41'),
  'RateLimit-Policy': header('The limit: `q` requests in `w` seconds', 'string', '"read";q=600;w=60'),
  'Retry-After': header('Seconds to wait before another try', 'integer', 17),
  Location: header('Address of what was made', 'string', '/api/v1/submissions/0198c2de'),
  ETag: header('For If-None-Match', 'string', '"7-2x"'),
  'Upload-Offset': header('Bytes that have arrived', 'integer', 4_194_304),
  'Upload-Length': header('Bytes of the whole file', 'integer', 9_437_184),
};

const headersOf = (...names: readonly (keyof typeof HEADERS)[]) =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

const problem = (
  description: string,
  { status, code, title, detail }: { status: number; code: string; title: string; detail: string },
  ...more: readonly (keyof typeof HEADERS)[]
): Response => ({
  description,
  headers: headersOf('RateLimit', 'RateLimit-Policy', ...more),
  content: {
    'application/problem+json': {
      schema: { $ref: '#/components/schemas/Problem' },
      example: { type: `/docs/errors#${code}`, title, status, code, detail },
    },
  },
});

/** Refusals that are the same on every route. */
export const RESPONSES: Readonly<Record<string, Response>> = {
  BadRequest: problem('The request does not fit the schema', {
    status: 400,
    code: 'TOPIARY_API_VALIDATION',
    title: 'The request does not fit the schema',
    detail: 'body targets.0: expected a request as in /docs, got targets.0: a speed-up such as 2x',
  }),
  Unauthenticated: problem('Nobody is signed in', {
    status: 401,
    code: 'TOPIARY_API_UNAUTHENTICATED',
    title: 'A key or a login is needed',
    detail: '/api/v1/quota: expected `Authorization: Bearer <key>` or a signed-in session, got neither',
  }),
  Forbidden: problem('The key or the person may not do that', {
    status: 403,
    code: 'TOPIARY_API_FORBIDDEN',
    title: 'This key may not do that',
    detail: "/api/v1/submissions: expected the scope 'submit', got read",
  }),
  NotFound: problem('There is no such thing', {
    status: 404,
    code: 'TOPIARY_DB_NOT_FOUND',
    title: 'There is no such record',
    detail: "submission 'none'",
  }),
  TooMany: problem(
    'Too many requests, or more than one person may have',
    {
      status: 429,
      code: 'TOPIARY_API_RATE_LIMITED',
      title: 'Too many requests',
      detail: 'expected another try after 17 s',
    },
    'Retry-After',
  ),
  Refused: problem('What went wrong: a stable code and one sentence', {
    status: 409,
    code: 'TOPIARY_TRACKS_BOARD_CLOSED',
    title: 'The board takes no submissions here',
    detail: 'classification.resnet56.cifar10: expected a base network, got none',
  }),
};

const refusal = (name: string) => ({ $ref: `#/components/responses/${name}` });

const refusalsOf = ({ parameters = [], requestBody, security = [] }: Operation, path: string) => ({
  ...(parameters.length > 0 || requestBody ? { 400: refusal('BadRequest') } : {}),
  ...(security.length > 0 ? { 401: refusal('Unauthenticated'), 403: refusal('Forbidden') } : {}),
  ...(path.includes('{') ? { 404: refusal('NotFound') } : {}),
  429: refusal('TooMany'),
  default: refusal('Refused'),
});

const read = (
  name: string,
  description: string,
  type: 'string' | 'integer' = 'string',
  required = false,
): Parameter => ({
  in: 'header',
  name,
  description,
  schema: { type },
  required,
});

/** Headers that an operation reads. */
const READS: Readonly<Record<string, readonly Parameter[]>> = {
  createSubmission: [read('Idempotency-Key', 'The same key and body count once, for a day; at most 200 characters')],
  getLeaderboard: [read('If-None-Match', 'The ETag of an answer that is at hand')],
  streamEvents: [read('Last-Event-ID', 'The id of the last event that arrived')],
  appendUpload: [read('Upload-Offset', 'Bytes that have arrived: where this piece begins', 'integer', true)],
};

const UPLOAD_HEADERS = ['Upload-Offset', 'Upload-Length'] as const;
/** Headers that an operation sends beside those of every answer. */
const SENDS: Readonly<Record<string, readonly (keyof typeof HEADERS)[]>> = {
  createSubmission: ['Location'],
  importModel: ['Location'],
  createUpload: ['Location', ...UPLOAD_HEADERS],
  getUpload: UPLOAD_HEADERS,
  appendUpload: UPLOAD_HEADERS,
  getLeaderboard: ['ETag'],
  getArtefact: ['ETag'],
};

const text: OpenAPIV3_1.SchemaObject = { type: 'string' };
const file: OpenAPIV3_1.SchemaObject = { type: 'string', format: 'binary' };
/** The `data:` of each event is JSON of its own. */
const STREAM = {
  type: 'string',
  contentMediaType: 'application/json',
  contentSchema: { $ref: '#/components/schemas/RunEventRecord' },
} as OpenAPIV3_1.SchemaObject;

/** Of what is given as a table, too. */
const TABLES: Media = {
  'text/csv': { schema: text },
  'application/vnd.apache.parquet': { schema: file },
};

/** What answers are where they are no JSON; `also` beside it. */
const MEDIA: Readonly<Record<string, { readonly content: Media; readonly also?: true }>> = {
  getRowBadge: { content: { 'image/svg+xml': { schema: text } } },
  getDump: {
    content: { 'application/gzip': { schema: file }, 'application/vnd.apache.parquet': { schema: file } },
  },
  getBoardPicture: { content: { 'image/png': { schema: file } } },
  getBoardFeed: { content: { 'application/atom+xml': { schema: text } } },
  getLeaderboard: { also: true, content: TABLES },
  getOverall: { also: true, content: TABLES },
  streamEvents: { content: { 'text/event-stream': { schema: STREAM } } },
  getArtefact: { content: { 'application/octet-stream': { schema: file }, 'application/json': { schema: {} } } },
  exportAudit: { content: { 'application/x-ndjson': { schema: text } } },
};

/** Bodies that are the file itself. */
const FILES = new Set(['uploadArtefact', 'checkFile', 'importModel', 'appendUpload']);

const withExample = (content: Media, example: unknown): Media =>
  example === undefined || !content['application/json']
    ? content
    : { ...content, 'application/json': { ...content['application/json'], example } };

const describeAnswer = (operation: Operation, status: string, answer: Response): Response => {
  const id = operation.operationId!;
  const media = MEDIA[id];
  const own = media?.also ? { ...answer.content, ...media.content } : (media?.content ?? answer.content);
  const content = status === '204' || status === '304' ? undefined : own && withExample(own, EXAMPLES[id]?.answer);
  const { content: _, ...rest } = answer;
  return {
    ...rest,
    description: status === '304' ? 'Nothing has changed' : (operation.summary ?? ''),
    headers: headersOf('RateLimit', 'RateLimit-Policy', ...(SENDS[id] ?? [])),
    ...(content ? { content } : {}),
  };
};

const bodyOf = ({ operationId: id = '', requestBody }: Operation): OpenAPIV3_1.RequestBodyObject | undefined => {
  if (FILES.has(id)) return { required: true, content: { 'application/octet-stream': { schema: file } } };
  const body = requestBody as OpenAPIV3_1.RequestBodyObject | undefined;
  return body && { ...body, content: withExample(body.content, EXAMPLES[id]?.request) };
};

/** One operation, whole. */
export const describeOperation = (operation: Operation, path: string): Operation => {
  const parameters = [...(operation.parameters ?? []), ...(READS[operation.operationId ?? ''] ?? [])];
  const requestBody = bodyOf(operation);
  const { requestBody: _, parameters: __, ...rest } = operation;
  const whole: Operation = {
    ...rest,
    security: operation.security ?? [],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(requestBody ? { requestBody } : {}),
  };
  const answers = Object.entries(operation.responses ?? {}).map(([status, answer]) => [
    status === 'default' ? '200' : status,
    describeAnswer(whole, status, answer as Response),
  ]);
  return { ...whole, responses: { ...Object.fromEntries(answers), ...refusalsOf(whole, path) } };
};
