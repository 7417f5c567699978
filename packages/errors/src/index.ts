/** The error class and the table of codes; importable by all. */
import { CODES, type ErrorCode, type ErrorFact } from './codes.js';

export { type Blame, CODES, type ErrorCode, type ErrorFact } from './codes.js';
export { didYouMean, nearest, slips } from './nearest.js';

/** Where it was, what was expected, what was got; and the cure if there is one. */
export interface ErrorDetails {
  readonly where?: string;
  readonly expected?: string;
  readonly got?: string;
  readonly cure?: string;
}

const sentence = (code: ErrorCode, { where, expected, got, cure }: ErrorDetails): string => {
  const parts = [where ? `${CODES[code].title}: ${where}` : CODES[code].title];
  if (expected) parts.push(`expected ${expected}`);
  if (got) parts.push(`got ${got}`);
  return `${parts.join('; ')}${cure ? `. ${cure}` : ''}`;
};

/** Every error that this project throws on purpose. */
export class TopiaryError extends Error {
  override readonly name = 'TopiaryError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: ErrorDetails = {}, options?: ErrorOptions) {
    super(sentence(code, details), options);
    this.code = code;
    this.details = details;
  }

  get fact(): ErrorFact {
    return CODES[this.code];
  }
}

export const isTopiaryError = (error: unknown): error is TopiaryError =>
  error instanceof TopiaryError || (error instanceof Error && error.name === 'TopiaryError');

/** Closes a switch over a union: a forgotten case is a type error. */
export const assertNever = (value: never): never => {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
};
