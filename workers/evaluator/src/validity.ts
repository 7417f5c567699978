/**
 * The last check, in the sandbox alone: onnxruntime loads the admitted graph, with every rewriting switched off, and runs
 * it once. What the gate's own rules overlooked ends here, before anything depends on it.
 */
import { isTopiaryError, TopiaryError } from '@topiary/errors';
import { elements, floats, type Graph, shapeAt } from '@topiary/onnx';
import { infer } from '@topiary/runtime';

/** More than one example: a file whose batch is fixed fails here. */
const BATCH = 2;

export const assertRuns = async (graph: Graph): Promise<void> => {
  const feeds = graph.inputs.map(({ name, shape }) => {
    const dims = shapeAt(shape, BATCH);
    const values = Float32Array.from({ length: elements(dims) }, (_, i) => Math.sin(i * 1.7));
    return [name, floats(values, dims)] as const;
  });
  try {
    await infer(graph, Object.fromEntries(feeds), { provider: 'cpu', threads: 1, level: 'disabled', lowMemory: true });
  } catch (error) {
    const got = isTopiaryError(error) ? (error.details.got ?? error.message) : String(error);
    const details = { where: `the graph, with a batch of ${BATCH}`, expected: 'a graph that onnxruntime runs', got };
    throw new TopiaryError('TOPIARY_GATE_NOT_RUNNABLE', details, { cause: error });
  }
};
