/** One check of the gate: what it is given, what it adds, and how errors of other packages become the gate's own. */
import { type ErrorCode, isTopiaryError, TopiaryError } from '@topiary/errors';
import type { Graph, TensorType } from '@topiary/onnx';
import type { Rules } from '../rules.js';
import type { Survey } from '../survey.js';
import type { CheckId, Facts } from '../verdict.js';

/** What is known of the file so far; each step may rely on what those before it have put here. */
export interface Subject {
  readonly bytes: Uint8Array;
  readonly rules: Rules;
  survey: Survey | null;
  /** As it stands in the file. */
  graph: Graph | null;
  /** Its canonical form: what will run, written by our own encoder. */
  canonical: Graph | null;
  types: ReadonlyMap<string, TensorType> | null;
  facts: Facts | null;
}

export interface Step {
  readonly id: CheckId;
  readonly title: string;
  /** Says what it found, or throws: a TopiaryError, or a `Refusal` of several. */
  readonly run: (subject: Subject) => string;
}

/** Several faults of one step. */
export class Refusal extends Error {
  readonly errors: readonly TopiaryError[];

  constructor(errors: readonly TopiaryError[]) {
    super(errors.map(({ message }) => message).join('\n'));
    this.errors = errors;
  }
}

export const refuseAll = (errors: readonly TopiaryError[]): void => {
  if (errors.length > 0) throw new Refusal(errors);
};

export const refuse = (
  code: ErrorCode,
  where: string,
  expected: string,
  got: string,
  cure?: string | undefined,
): TopiaryError => new TopiaryError(code, { where, expected, got, ...(cure ? { cure } : {}) });

/** Runs the code of another package; its errors keep their words and get the gate's code. */
export const guarded = <T>(codeOf: (code: ErrorCode) => ErrorCode, body: () => T): T => {
  try {
    return body();
  } catch (error) {
    if (!isTopiaryError(error)) throw error;
    const { where = 'the model', expected = 'what this server knows', got = 'something else' } = error.details;
    throw new TopiaryError(codeOf(error.code), { ...error.details, where, expected, got }, { cause: error });
  }
};

/** What an earlier step has put there. */
export const given = <T>(value: T | null): T => {
  if (value === null) throw new Error('a step of the gate ran before the one that it relies on');
  return value;
};
