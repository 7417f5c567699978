/**
 * The gate: ten checks in order, each of which may rely on those before it. The same code answers a dry run in the
 * web form and on the command line, an upload to the API, and the worker before it runs anything.
 */
import { isTopiaryError, type TopiaryError } from '@topiary/errors';
import type { Graph } from '@topiary/onnx';
import type { Rules } from './rules.js';
import { Refusal, type Step, type Subject } from './steps/_step.js';
import { contents } from './steps/contents.js';
import { cost } from './steps/cost.js';
import { file } from './steps/file.js';
import { format } from './steps/format.js';
import { graph } from './steps/graph.js';
import { ports } from './steps/interface.js';
import { nodes } from './steps/nodes.js';
import { operators } from './steps/operators.js';
import { shapes } from './steps/shapes.js';
import { values } from './steps/values.js';
import { type CheckLine, faultOf, type Verdict } from './verdict.js';

const STEPS: readonly Step[] = [file, format, contents, operators, graph, shapes, nodes, ports, values, cost];

export const CHECKS = STEPS.map(({ id, title }) => ({ id, title }));

const subjectOf = (bytes: Uint8Array, rules: Rules): Subject => ({
  bytes,
  rules,
  survey: null,
  graph: null,
  canonical: null,
  types: null,
  facts: null,
});

const errorsOf = (error: unknown): readonly TopiaryError[] => {
  if (error instanceof Refusal) return error.errors;
  if (isTopiaryError(error)) return [error];
  throw error;
};

interface Outcome {
  readonly subject: Subject;
  readonly checks: readonly CheckLine[];
  readonly errors: readonly TopiaryError[];
}

const inspect = (bytes: Uint8Array, rules: Rules): Outcome => {
  const subject = subjectOf(bytes, rules);
  const checks: CheckLine[] = [];
  let errors: readonly TopiaryError[] = [];
  for (const { id, title, run } of STEPS) {
    if (errors.length > 0) {
      checks.push({ id, title, state: 'skipped', detail: '' });
      continue;
    }
    try {
      checks.push({ id, title, state: 'passed', detail: run(subject) });
    } catch (error) {
      errors = errorsOf(error);
      checks.push({ id, title, state: 'failed', detail: errors[0]!.message });
    }
  }
  return { subject, checks, errors };
};

/** What the gate says of the bytes of a file. It throws only where we are at fault. */
export const check = (bytes: Uint8Array, rules: Rules): Verdict => {
  const { subject, checks, errors } = inspect(bytes, rules);
  return { ok: errors.length === 0, checks, faults: errors.map(faultOf), facts: subject.facts };
};

export interface Admitted {
  /** In its canonical form. What runs is this graph as our encoder writes it, never the bytes that came. */
  readonly graph: Graph;
  /** As it stands in the file, without metadata: for graphs with more than one open dimension. */
  readonly original: Graph;
}

/** The graph of a file that passes; of one that does not, its first fault is thrown. */
export const admit = (bytes: Uint8Array, rules: Rules): Admitted => {
  const { subject, errors } = inspect(bytes, rules);
  if (errors.length > 0) throw errors[0];
  return { graph: subject.canonical!, original: subject.graph! };
};
