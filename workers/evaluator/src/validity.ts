/**
 * The last check, in the sandbox alone: onnxruntime loads the admitted graph, with every rewriting switched off, and runs
 * it once. What the gate's own rules overlooked ends here, before anything depends on it.
 */
import { isTopiaryError, TopiaryError } from '@topiary/errors';
import type { Graph } from '@topiary/onnx';
import { fillPorts, portsOf } from '@topiary/pipeline';
import { infer } from '@topiary/runtime';

/** More than one example: a file whose batch is fixed fails here. */
const BATCH = 2;

export const assertRuns = async (graph: Graph): Promise<void> => {
  const feeds = fillPorts(portsOf(graph), BATCH);
  try {
    await infer(graph, feeds, { provider: 'cpu', threads: 1, level: 'disabled', lowMemory: true });
  } catch (error) {
    const got = isTopiaryError(error) ? (error.details.got ?? error.message) : String(error);
    const details = { where: `the graph, with a batch of ${BATCH}`, expected: 'a graph that onnxruntime runs', got };
    throw new TopiaryError('TOPIARY_GATE_NOT_RUNNABLE', details, { cause: error });
  }
};
