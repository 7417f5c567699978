/** What the gate says of a file: one line per check, and every fault with its stable code. */
import { CODES, type ErrorCode, type TopiaryError } from '@topiary/errors';
import type { OtherWork } from './dense.js';

/** `run` is the sandbox's own: the gate itself runs nothing. */
export type CheckId =
  | 'run'
  | 'file'
  | 'format'
  | 'contents'
  | 'operators'
  | 'graph'
  | 'shapes'
  | 'nodes'
  | 'interface'
  | 'values'
  | 'cost';

export interface CheckLine {
  readonly id: CheckId;
  readonly title: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  /** What was found, in words. */
  readonly detail: string;
}

export interface Fault {
  readonly code: ErrorCode;
  readonly title: string;
  readonly detail: string;
  readonly where: string;
  readonly expected: string;
  readonly got: string;
}

/** Counted by the operators' own rules; of a file that was refused, as far as the checks came. */
export interface Facts {
  readonly bytes: number;
  readonly nodes: number;
  readonly opset: number;
  readonly params: number;
  readonly macs: { readonly pure: number; readonly published: number };
  /** For one example, besides the multiply-accumulates of layers. */
  readonly work: OtherWork;
  readonly peakActivationBytes: number;
}

export interface Verdict {
  readonly ok: boolean;
  readonly checks: readonly CheckLine[];
  readonly faults: readonly Fault[];
  readonly facts: Facts | null;
}

export const faultOf = ({ code, message, details }: TopiaryError): Fault => ({
  code,
  title: CODES[code].title,
  detail: message,
  where: details.where ?? '',
  expected: details.expected ?? '',
  got: details.got ?? '',
});
