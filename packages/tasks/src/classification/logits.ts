/** Asks a network for the logits of a batch, and refuses what is none. */
import { TopiaryError } from '@topiary/errors';
import { floats, shapeAt } from '@topiary/onnx';
import { graphOf, NETWORK, type Pipeline, type RunPart } from '@topiary/pipeline';
import type { Batch } from '@topiary/zoo';

const WHERE = 'the network';

/** [size, classes] */
export const logitsOf = async (
  run: RunPart,
  pipeline: Pipeline,
  { images, size }: Batch,
  classes: number,
): Promise<Float32Array> => {
  const { inputs, outputs } = graphOf(pipeline);
  const { name, shape } = inputs[0]!;
  const results = await run(NETWORK, { [name]: floats(images, shapeAt(shape, size)) });
  const { dims, data } = results[outputs[0]!.name]!;
  if (dims.length !== 2 || dims[0] !== size || dims[1] !== classes || data.length !== size * classes) {
    const [expected, got] = [`logits [${size},${classes}]`, `[${dims}]`];
    throw new TopiaryError('TOPIARY_GATE_OUTPUT', { where: WHERE, expected, got });
  }
  const logits = data as Float32Array;
  const bad = logits.find((value) => !Number.isFinite(value));
  if (bad === undefined) return logits;
  throw new TopiaryError('TOPIARY_RUNTIME_NOT_FINITE', { where: WHERE, expected: 'finite logits', got: `${bad}` });
};
