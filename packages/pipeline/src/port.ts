/** A port: an input of a part, and how to fill it with something valid. Latency, validity and the gate read it. */
import { TopiaryError } from '@topiary/errors';
import {
  type DataType,
  elements,
  type Graph,
  isFixed,
  printShape,
  type Shape,
  shapeAt,
  type Tensor,
} from '@topiary/onnx';

/** Values for the inputs of a graph, or from its outputs, by name. */
export type Feeds = Readonly<Record<string, Tensor>>;

/** What may stand at a port. */
export type Fill =
  /** Numbers spread over (-1, 1), the same every time: what is computed must not decide how long it takes. */
  | { readonly kind: 'picture' }
  | { readonly kind: 'zeros' }
  /** Whole numbers from 0 to `limit` - 1: a token, a class, a timestep. */
  | { readonly kind: 'below'; readonly limit: number };

export interface Port {
  readonly name: string;
  readonly type: DataType;
  /** The first dimension may be the batch. */
  readonly shape: Shape;
  readonly fill: Fill;
  /** Whether every call is given other values; else one value serves a whole loop. */
  readonly anew: boolean;
}

const ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  int64: BigInt64Array,
  int8: Int8Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const;

type Fillable = keyof typeof ARRAYS;

const isFillable = (type: DataType): type is Fillable => type in ARRAYS;

/** The golden ratio spreads whole numbers evenly, whatever the limit. */
const GOLDEN = 0.6180339887498949;

const VALUES: { readonly [K in Fill['kind']]: (fill: Extract<Fill, { kind: K }>) => (i: number) => number } = {
  picture: () => (i) => Math.sin(i * 1.7),
  zeros: () => () => 0,
  below:
    ({ limit }) =>
    (i) =>
      Math.floor((((i + 1) * GOLDEN) % 1) * limit),
};

/** Something valid for a port, `examples` of them; `round` varies what is drawn anew. */
export const fillPort = ({ name, type, shape, fill, anew }: Port, examples: number, round = 0): Tensor => {
  if (!isFillable(type)) {
    const expected = `a port of ${Object.keys(ARRAYS).join(', ')}`;
    throw new TopiaryError('TOPIARY_PIPELINE_PORT', { where: `port '${name}'`, expected, got: type });
  }
  const dims = shapeAt(shape, examples);
  const valueAt = (VALUES[fill.kind] as (fill: Fill) => (i: number) => number)(fill);
  const size = elements(dims);
  const first = anew ? round * size : 0;
  const cast: (value: number) => number | bigint = type === 'int64' ? (value) => BigInt(value) : (value) => value;
  const data = new ARRAYS[type](size);
  for (let i = 0; i < size; i += 1) (data as { [i: number]: number | bigint })[i] = cast(valueAt(first + i));
  return { type, dims, data };
};

/** Something valid for every port of a part. */
export const fillPorts = (ports: readonly Port[], examples: number, round = 0): Feeds =>
  Object.fromEntries(ports.map((port) => [port.name, fillPort(port, examples, round)]));

/** Ports where nothing more is known than a graph's inputs: floating-point numbers are pictures, whole ones 0. */
export const portsOf = (graph: Graph): Port[] =>
  graph.inputs.map(({ name, type, shape }) => ({
    name,
    type,
    shape,
    fill: type.startsWith('float') ? { kind: 'picture' } : { kind: 'below', limit: 1 },
    anew: false,
  }));

/** Refuses ports that are not the inputs of their graph. */
export const assertPorts = (part: string, graph: Graph, ports: readonly Port[]): void => {
  const refuse = (port: string, expected: string, got: string): never => {
    throw new TopiaryError('TOPIARY_PIPELINE_PORT', { where: `port '${port}' of part '${part}'`, expected, got });
  };
  for (const { name, type, shape } of graph.inputs) {
    const port = ports.find((one) => one.name === name) ?? refuse(name, 'a port for every input', 'none');
    const differs = (dim: Shape[number], i: number) => isFixed(dim) && isFixed(shape[i]!) && dim !== shape[i];
    if (port.type !== type || port.shape.length !== shape.length || port.shape.some(differs))
      refuse(name, `${type}${printShape(shape)}`, `${port.type}${printShape(port.shape)}`);
  }
  const extra = ports.find(({ name }) => !graph.inputs.some((input) => input.name === name));
  if (extra) refuse(extra.name, `one of ${graph.inputs.map(({ name }) => name).join(', ')}`, extra.name);
};
