/** Is it a valid graph, and does a second reader see the same one? */
import type { ErrorCode } from '@topiary/errors';
import { decode, type Graph } from '@topiary/onnx';
import type { GateLimits } from '../limits.js';
import type { Survey } from '../survey.js';
import { given, guarded, refuse, type Step } from './_step.js';

/** The second reader's words for what it does not take. */
const codeOf = (code: ErrorCode): ErrorCode =>
  code === 'TOPIARY_ONNX_UNSUPPORTED' ? 'TOPIARY_GATE_FORBIDDEN' : 'TOPIARY_GATE_MALFORMED';

const own = ({ bytes, messages, textBytes, proseBytes, listBytes }: GateLimits) => ({
  bytes,
  messages,
  stringBytes: Math.max(textBytes, proseBytes),
  listBytes,
});

/** The readers were written apart: where they disagree, a third one might see something else again. */
const checkAgreement = (graph: Graph, { nodes, initializers }: Survey): void => {
  if (graph.nodes.length === nodes && graph.initializers.size === initializers) return;
  const expected = `${nodes} nodes and ${initializers} initialisers`;
  const got = `${graph.nodes.length} and ${graph.initializers.size} to the second reader`;
  throw refuse('TOPIARY_GATE_MALFORMED', 'the graph', expected, got);
};

export const graph: Step = {
  id: 'graph',
  title: 'A valid graph, the same to two readers',
  run: (subject) => {
    const read = guarded(codeOf, () => decode(subject.bytes, own(subject.rules.limits)));
    checkAgreement(read, given(subject.survey));
    subject.graph = { ...read, metadata: {} };
    return `${read.nodes.length} nodes in order`;
  },
};
