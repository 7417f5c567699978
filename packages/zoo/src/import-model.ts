/** A foreign ONNX file becomes a classifier that a board can take, or an error that says what does not fit. */
import { canonicalize } from '@topiary/canonical';
import { TopiaryError } from '@topiary/errors';
import { decode, type Graph, isFixed, printShape, type Shape, type Value } from '@topiary/onnx';

export interface Classification {
  /** Channels, height, width of a picture. */
  readonly input: readonly number[];
  readonly classes: number;
}

const refuse = (where: string, expected: string, got: string): never => {
  throw new TopiaryError('TOPIARY_ONNX_UNSUPPORTED', { where, expected, got });
};

const only = (values: readonly Value[], what: string): Value =>
  values.length === 1 ? values[0]! : refuse(what, 'exactly one', values.map(({ name }) => name).join(', ') || 'none');

/** The first dimension is the batch and open, the others are as given. */
const fits = (shape: Shape, rest: readonly number[]): boolean =>
  shape.length === rest.length + 1 && !isFixed(shape[0]!) && rest.every((dim, i) => shape[i + 1] === dim);

/** Throws unless the graph maps float pictures [N, C, H, W] to logits [N, classes]. */
export const checkClassifier = (graph: Graph, { input, classes }: Classification): Graph => {
  const check = (value: Value, rest: readonly number[], what: string) => {
    if (value.type === 'float32' && fits(value.shape, rest)) return;
    refuse(
      `${what} '${value.name}'`,
      `float32 ${printShape(['N', ...rest])}`,
      `${value.type} ${printShape(value.shape)}`,
    );
  };
  check(only(graph.inputs, 'inputs'), input, 'input');
  check(only(graph.outputs, 'outputs'), [classes], 'output');
  return graph;
};

/** Reads, makes plain and checks a file. */
export const importModel = (bytes: Uint8Array, task: Classification): Graph =>
  checkClassifier(canonicalize(decode(bytes)), task);
