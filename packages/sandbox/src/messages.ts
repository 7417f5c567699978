/** What the two sides say to each other: one question at a time, and one answer to each. */
import type { ErrorCode, ErrorDetails } from '@topiary/errors';

export interface Question {
  readonly id: number;
  readonly name: string;
  readonly value: unknown;
}

export type Answer =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly code: ErrorCode; readonly details: ErrorDetails };

/** Said while a question is still open. */
export interface Notice {
  readonly id: number;
  readonly notice: unknown;
}

export const isNotice = (message: Answer | Notice): message is Notice => 'notice' in message;

/** What Node, V8, C++ and onnxruntime say when memory has run out. */
export const saysOutOfMemory = (text: string): boolean =>
  /out of memory|allocation failed|bad_alloc|bad allocation|Failed to allocate/i.test(text);
