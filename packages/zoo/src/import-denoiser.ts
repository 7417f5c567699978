/** A foreign ONNX file becomes a denoiser that a board can take, or an error that says what does not fit. */
import { type CanonicalOptions, canonicalize } from '@topiary/canonical';
import { TopiaryError } from '@topiary/errors';
import { decode, type Graph, isFixed, printShape, type Shape, type Value } from '@topiary/onnx';

/** Which input of a denoiser is the picture, which the timestep and which the class. */
export interface ConditionInputs {
  /** [N, C, H, W] */
  readonly x: Value;
  /** [N] */
  readonly t: Value;
  readonly y: Value;
}

const printed = (values: readonly Value[]): string =>
  values.map(({ name, type, shape }) => `${name} ${type}${printShape(shape)}`).join(', ') || 'none';

/**
 * By their ranks and, of the timestep and the class, by their order.
 * @throws TOPIARY_PIPELINE_PORT
 */
export const conditionsOf = (inputs: readonly Value[], where = 'the network'): ConditionInputs => {
  const x = inputs.find(({ type, shape }) => type === 'float32' && shape.length === 4);
  const [t, y, more] = inputs.filter((input) => input !== x);
  if (x && t && y && !more && t.shape.length === 1 && y.shape.length === 1) return { x, t, y };
  const expected = 'three inputs: pictures [N, C, H, W], timesteps [N], classes [N]';
  throw new TopiaryError('TOPIARY_PIPELINE_PORT', { where, expected, got: printed(inputs) });
};

/** What goes in and comes out are pictures of the data set; behind those that come out there may be variances. */
const checkPictures = (graph: Graph, [channels, ...sides]: readonly [number, number, number]): void => {
  const { x } = conditionsOf(graph.inputs);
  const [said, more] = graph.outputs;
  const fits = (shape: Shape, times: number) =>
    !isFixed(shape[0] ?? 0) && shape.slice(1).join() === [times * channels, ...sides].join();
  if (said && !more && fits(x.shape, 1) && (fits(said.shape, 1) || fits(said.shape, 2))) return;
  throw new TopiaryError('TOPIARY_ONNX_UNSUPPORTED', {
    where: 'the network',
    expected: `pictures ${printShape(['N', channels, ...sides])} in and out, or twice the channels out`,
    got: `${printed(graph.inputs)} in, ${printed(graph.outputs)} out`,
  });
};

/** Reads, makes plain and checks a file; with `input` null it is a part of a pipeline, whose ports are its own. */
export const importDenoiser = (
  bytes: Uint8Array,
  input: readonly [number, number, number] | null,
  options: Pick<CanonicalOptions, 'evaluate'> = {},
): Graph => {
  const graph = canonicalize(decode(bytes), options);
  if (input !== null) checkPictures(graph, input);
  return graph;
};
