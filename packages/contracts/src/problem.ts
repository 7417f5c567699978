/** Errors as problem+json (RFC 9457), and the HTTP status of each code. */
import { CODES, type ErrorCode, type TopiaryError } from '@topiary/errors';
import { z } from 'zod';

export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.string().describe('Stable: `TOPIARY_<PART>_<WHAT>`'),
  detail: z.string().describe('One sentence: where it was, what was expected, what was got'),
  where: z.string().optional(),
  expected: z.string().optional(),
  got: z.string().optional(),
  requestId: z.string().optional(),
});
export type Problem = z.infer<typeof Problem>;

/** A code as the page of errors tells it. */
export const ErrorDescription = z.object({
  code: z.string(),
  status: z.number().int().describe('Of HTTP, where the API answers with it'),
  title: z.string(),
  blame: z.enum(['caller', 'operator', 'topiary']).describe('Who can mend it'),
  retry: z.boolean().describe('The same request may succeed later'),
});
export type ErrorDescription = z.infer<typeof ErrorDescription>;

/** Codes that are not 500 (blame topiary), 422 (blame caller) or 503 (blame operator). */
const STATUS: Partial<Record<ErrorCode, number>> = {
  TOPIARY_API_VALIDATION: 400,
  TOPIARY_API_UNAUTHENTICATED: 401,
  TOPIARY_API_FORBIDDEN: 403,
  TOPIARY_API_NOT_FOUND: 404,
  TOPIARY_DB_NOT_FOUND: 404,
  TOPIARY_STORAGE_NOT_FOUND: 404,
  TOPIARY_TRACKS_UNKNOWN_BOARD: 404,
  TOPIARY_METHODS_UNKNOWN: 422,
  TOPIARY_API_CONFLICT: 409,
  TOPIARY_TRACKS_BOARD_CLOSED: 409,
  TOPIARY_UPLOAD_OFFSET: 409,
  TOPIARY_API_TOO_LARGE: 413,
  TOPIARY_GATE_TOO_LARGE: 413,
  TOPIARY_API_RATE_LIMITED: 429,
  TOPIARY_API_QUOTA: 429,
  TOPIARY_STORAGE_FULL: 507,
};

const BY_BLAME = { caller: 422, operator: 503, topiary: 500 } as const;

export const httpStatus = (code: ErrorCode): number => STATUS[code] ?? BY_BLAME[CODES[code].blame];

export const toProblem = (error: TopiaryError, requestId?: string): Problem => {
  const { where, expected, got } = error.details;
  return {
    type: `/docs/errors#${error.code}`,
    title: error.fact.title,
    status: httpStatus(error.code),
    code: error.code,
    detail: error.message,
    ...(where === undefined ? {} : { where }),
    ...(expected === undefined ? {} : { expected }),
    ...(got === undefined ? {} : { got }),
    ...(requestId === undefined ? {} : { requestId }),
  };
};

/** Every code, in the order of the table. */
export const errorDescriptions = (): ErrorDescription[] =>
  (Object.keys(CODES) as ErrorCode[]).map((code) => {
    const { title, blame, retry } = CODES[code];
    return { code, status: httpStatus(code), title, blame, retry };
  });
