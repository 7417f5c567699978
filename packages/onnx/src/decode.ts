/** Reads an ONNX file. An upload is data: whatever is in the bytes, the result is a valid graph or a TopiaryError. */
import { TopiaryError } from '@topiary/errors';
import protobuf from 'protobufjs';
import { type Dim, type Shape, UNKNOWN_SHAPE } from './dims.js';
import type { Attribute, Graph, Initializer, Node, Value } from './graph.js';
import { withData } from './graph.js';
import type {
  AttributeMessage,
  DimensionMessage,
  GraphMessage,
  ModelMessage,
  NodeMessage,
  ValueInfoMessage,
} from './message.js';
import { LIMITS, type Limits, scan } from './scan.js';
import { ATTRIBUTE_TYPES, GRAPH_TYPE, modelType } from './schema.js';
import { dataTypeOf, decodeTensor, toNumber } from './tensor-bytes.js';
import { validate } from './validate.js';

const utf8 = new TextDecoder();

/** A field of bytes that the file leaves out is an empty list to protobufjs, not an array of bytes. */
const textOf = (bytes: ArrayLike<number> | undefined): string => utf8.decode(Uint8Array.from(bytes ?? []));

const refuse = (where: string, got: string): never => {
  throw new TopiaryError('TOPIARY_ONNX_UNSUPPORTED', { where, got });
};

/** Old files leave the kind of an attribute out: then the field that is present tells it. */
const kindOf = (message: AttributeMessage): number => {
  if (message.type) return message.type;
  const present = (field: keyof AttributeMessage) => Object.hasOwn(message, field);
  if (present('f')) return ATTRIBUTE_TYPES.float;
  if (present('i')) return ATTRIBUTE_TYPES.int;
  if (present('s')) return ATTRIBUTE_TYPES.string;
  if (present('t')) return ATTRIBUTE_TYPES.tensor;
  if (present('floats')) return ATTRIBUTE_TYPES.floats;
  if (present('strings')) return ATTRIBUTE_TYPES.strings;
  return present('g') || present('graphs') ? GRAPH_TYPE : ATTRIBUTE_TYPES.ints;
};

const decodeAttribute = (message: AttributeMessage, where: string): Attribute => {
  if (message.refAttrName) refuse(where, 'a reference to the attribute of a function');
  switch (kindOf(message)) {
    case ATTRIBUTE_TYPES.float:
      return { kind: 'float', value: message.f ?? 0 };
    case ATTRIBUTE_TYPES.int:
      return { kind: 'int', value: toNumber(message.i ?? 0) };
    case ATTRIBUTE_TYPES.string:
      return { kind: 'string', value: textOf(message.s) };
    case ATTRIBUTE_TYPES.tensor:
      return { kind: 'tensor', value: decodeTensor(message.t ?? {}, where) };
    case ATTRIBUTE_TYPES.floats:
      return { kind: 'floats', value: [...(message.floats ?? [])] };
    case ATTRIBUTE_TYPES.ints:
      return { kind: 'ints', value: (message.ints ?? []).map(toNumber) };
    case ATTRIBUTE_TYPES.strings:
      return { kind: 'strings', value: (message.strings ?? []).map(textOf) };
    case 5:
    case 10:
      return refuse(where, 'a subgraph (If, Loop, Scan)');
    default:
      return refuse(where, `an attribute of type ${message.type}`);
  }
};

const domainOf = (domain: string | undefined): string => (domain === 'ai.onnx' ? '' : (domain ?? ''));

const decodeNode = (message: NodeMessage, index: number): Node => {
  const name = message.name ?? '';
  const op = message.opType ?? '';
  const where = `node ${index}, ${op || 'no operator'} '${name}'`;
  if (op === '') throw new TopiaryError('TOPIARY_ONNX_INVALID_GRAPH', { where, expected: 'an operator', got: 'none' });
  if (message.overload) refuse(where, `an overload '${message.overload}' of a function`);
  return {
    op,
    domain: domainOf(message.domain),
    name,
    inputs: [...(message.input ?? [])],
    outputs: [...(message.output ?? [])],
    attributes: Object.fromEntries(
      (message.attribute ?? []).map((attribute) => [
        attribute.name ?? '',
        decodeAttribute(attribute, `${where}, attribute '${attribute.name}'`),
      ]),
    ),
  };
};

/** A number or a symbol; `2*N` is read as a multiple, any other star would mean something to `dims.ts`. */
const decodeDim = (message: DimensionMessage, fallback: string): Dim => {
  const value = Object.hasOwn(message, 'dimValue') ? toNumber(message.dimValue ?? 0) : -1;
  if (value >= 0) return value;
  const symbol = message.dimParam || fallback;
  return /^(\d+\*)?[^*]+$/.test(symbol) ? symbol : symbol.replaceAll('*', '·');
};

const decodeValue = (message: ValueInfoMessage, what: string): Value => {
  const name = message.name ?? '';
  const where = `${what} '${name}'`;
  const type = message.type?.tensorType;
  if (!type) return refuse(where, message.type ? 'a type that is not a dense tensor' : 'no type');
  const shape: Shape = type.shape
    ? (type.shape.dim ?? []).map((dim, i) => decodeDim(dim, `${name}.${i}`))
    : UNKNOWN_SHAPE;
  return { name, type: dataTypeOf(type.elemType ?? 0, where), shape };
};

const decodeInitializers = (message: GraphMessage): Map<string, Initializer> => {
  if (message.sparseInitializer?.length) refuse('the graph', 'a sparse initialiser');
  const initializers = new Map<string, Initializer>();
  for (const tensor of message.initializer ?? []) {
    const name = tensor.name ?? '';
    const where = `initialiser '${name}'`;
    if (name === '' || initializers.has(name)) {
      throw new TopiaryError('TOPIARY_ONNX_INVALID_GRAPH', { where, expected: 'a name of its own' });
    }
    initializers.set(name, withData(name, decodeTensor(tensor, where)));
  }
  return initializers;
};

const parse = (bytes: Uint8Array): ModelMessage => {
  const reader = protobuf.Reader.create(bytes);
  reader.discardUnknown = true;
  try {
    return modelType.decode(reader) as unknown as ModelMessage;
  } catch (cause) {
    const where = `the file near byte ${reader.pos}`;
    throw new TopiaryError('TOPIARY_ONNX_NOT_A_MODEL', { where, got: String(cause) }, { cause });
  }
};

const decodeOpsets = (model: ModelMessage): Record<string, number> => {
  const opsets = (model.opsetImport ?? []).map(({ domain, version }) => [domainOf(domain), toNumber(version ?? 0)]);
  return Object.fromEntries(opsets);
};

/** A graph from the bytes of an ONNX file. Initialisers may go on living in `bytes`: do not write into it. */
export const decode = (bytes: Uint8Array, limits: Partial<Limits> = {}): Graph => {
  scan(bytes, { ...LIMITS, ...limits });
  const model = parse(bytes);
  const message = model.graph;
  if (!message || !model.opsetImport?.length) {
    // Every field that the file has is whole, and writers put the graph (7) and the opsets (8) last.
    const expected = message ? 'an opset import' : 'a graph';
    throw new TopiaryError('TOPIARY_ONNX_TRUNCATED', { where: 'the model', expected, got: 'the end of the file' });
  }
  if (model.functions?.length) refuse('the model', 'functions of its own');
  if (model.trainingInfo?.length) refuse('the model', 'training information');
  const initializers = decodeInitializers(message);
  // Until IR version 3 initialisers had to be inputs, too.
  const inputs = (message.input ?? []).filter(({ name }) => !initializers.has(name ?? ''));
  const graph: Graph = {
    name: message.name ?? '',
    opsets: decodeOpsets(model),
    inputs: inputs.map((value) => decodeValue(value, 'input')),
    outputs: (message.output ?? []).map((value) => decodeValue(value, 'output')),
    nodes: (message.node ?? []).map(decodeNode),
    initializers,
    metadata: Object.fromEntries((model.metadataProps ?? []).map(({ key, value }) => [key ?? '', value ?? ''])),
  };
  validate(graph);
  return graph;
};
