/** Writes a graph with one more output, before all others: an empty sequence of tensors, which costs nothing to make. */
import { fileOf, graphMessage } from './encode.js';
import type { Graph } from './graph.js';
import type { ValueInfoMessage } from './message.js';
import { validate } from './validate.js';

/** TypeProto.Sequence of the specification, encoded: elem_type = 1 { tensor_type = 1 { elem_type = 1: float } }. */
const SEQUENCE_OF_FLOATS = Uint8Array.of(0x0a, 4, 0x0a, 2, 0x08, 1);

/** The bytes of an ONNX file whose first output is the sequence `name`. */
export const encodeWithSequence = (graph: Graph, name: string): Uint8Array => {
  validate(graph);
  const message = graphMessage(graph);
  const sequence: ValueInfoMessage = { name, type: { sequenceType: SEQUENCE_OF_FLOATS } };
  return fileOf(graph, {
    ...message,
    node: [...(message.node ?? []), { opType: 'SequenceEmpty', name, output: [name] }],
    output: [sequence, ...(message.output ?? [])],
  });
};
