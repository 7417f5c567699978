/** A foreign ONNX file becomes a classifier that a board can take, or an error that says what does not fit. */
import { type CanonicalOptions, canonicalize, foreignTypes } from '@topiary/canonical';
import { TopiaryError } from '@topiary/errors';
import {
  DATA_TYPES,
  type DataType,
  decode,
  type Graph,
  isFixed,
  printShape,
  type Shape,
  type Value,
} from '@topiary/onnx';
import { inferTypes } from '@topiary/ops';

export interface Classification {
  /** Channels, height, width of a picture; null: any. */
  readonly input: readonly number[] | null;
  readonly classes: number;
}

/** Networks are trained in single precision; whatever their constants and indices are does no harm. */
const TRAINED: ReadonlySet<DataType> = new Set(
  (Object.keys(DATA_TYPES) as DataType[]).filter((type) => type !== 'float16'),
);

const refuse = (where: string, expected: string, got: string, cure?: string): never => {
  throw new TopiaryError('TOPIARY_ONNX_UNSUPPORTED', { where, expected, got, ...(cure ? { cure } : {}) });
};

const only = (values: readonly Value[], what: string): Value =>
  values.length === 1 ? values[0]! : refuse(what, 'exactly one', values.map(({ name }) => name).join(', ') || 'none');

/** What the network itself takes of each picture. */
const inputOf = (graph: Graph): number[] => {
  const { name, type, shape } = only(graph.inputs, 'inputs');
  const rest = shape.slice(1).filter(isFixed);
  if (rest.length === 3 && shape.length === 4) return rest;
  return refuse(
    `input '${name}'`,
    'float32 [N, channels, height, width], all but N fixed',
    `${type} ${printShape(shape)}`,
  );
};

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
      isFixed(value.shape[0] ?? 0) ? 'Export the network with an open batch (dynamic_axes)' : undefined,
    );
  };
  check(only(graph.inputs, 'inputs'), input ?? inputOf(graph), 'input');
  check(only(graph.outputs, 'outputs'), [classes], 'output');
  return graph;
};

/** Reads a file and makes it plain; `evaluate` computes what its constants make, where our own rules do not. */
export const readModel = (bytes: Uint8Array, options: Pick<CanonicalOptions, 'evaluate' | 'sizes'> = {}): Graph => {
  const file = decode(bytes);
  const graph = canonicalize(file, options);
  const [foreign] = foreignTypes(file, inferTypes(graph), TRAINED, 'float32');
  if (foreign) throw new TopiaryError('TOPIARY_ONNX_UNSUPPORTED', foreign);
  return graph;
};

/** Reads, makes plain and checks a classifier's file. */
export const importModel = (
  bytes: Uint8Array,
  task: Classification,
  options: Pick<CanonicalOptions, 'evaluate'> = {},
): Graph => checkClassifier(readModel(bytes, options), task);
