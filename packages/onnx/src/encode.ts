/** Writes a graph as an ONNX file. */
import { TopiaryError } from '@topiary/errors';
import { type Dim, isUnknownShape } from './dims.js';
import { type Attribute, type Graph, type Initializer, type Node, tensorOf, type Value } from './graph.js';
import type {
  AttributeMessage,
  GraphMessage,
  ModelMessage,
  NodeMessage,
  TensorMessage,
  ValueInfoMessage,
} from './message.js';
import { encodeRoomy } from './roomy-writer.js';
import { ATTRIBUTE_TYPES, DATA_TYPES, modelType } from './schema.js';
import { encodeTensor, fromNumber } from './tensor-bytes.js';
import { validate } from './validate.js';

/** The IR version that came with opset 20 (ONNX 1.15). */
const IR_VERSION = 9;

const utf8 = new TextEncoder();

const encodeAttribute = (name: string, { kind, value }: Attribute): AttributeMessage => {
  const type = ATTRIBUTE_TYPES[kind];
  switch (kind) {
    case 'int':
      return { name, type, i: fromNumber(value) };
    case 'float':
      return { name, type, f: value };
    case 'string':
      return { name, type, s: utf8.encode(value) };
    case 'ints':
      return { name, type, ints: value.map(fromNumber) };
    case 'floats':
      return { name, type, floats: value };
    case 'strings':
      return { name, type, strings: value.map((text) => utf8.encode(text)) };
    case 'tensor':
      return { name, type, t: encodeTensor(value, '') };
  }
};

const encodeNode = (node: Node): NodeMessage => ({
  opType: node.op,
  domain: node.domain,
  name: node.name,
  input: node.inputs,
  output: node.outputs,
  attribute: Object.entries(node.attributes).map(([name, attribute]) => encodeAttribute(name, attribute)),
});

const encodeDim = (dim: Dim) => (typeof dim === 'number' ? { dimValue: dim } : { dimParam: dim });

const encodeValue = ({ name, type, shape }: Value): ValueInfoMessage => {
  const elemType = DATA_TYPES[type];
  const tensorType = isUnknownShape(shape) ? { elemType } : { elemType, shape: { dim: shape.map(encodeDim) } };
  return { name, type: { tensorType } };
};

const encodeInitializer = (initializer: Initializer): TensorMessage => {
  const tensor = tensorOf(initializer);
  if (!tensor) {
    throw new TopiaryError('TOPIARY_ONNX_INVALID_GRAPH', {
      where: `initialiser '${initializer.name}'`,
      expected: 'elements',
      got: 'only a rule to make them',
      cure: 'Draw the initial weights before writing the file.',
    });
  }
  return encodeTensor(tensor, initializer.name);
};

export const graphMessage = (graph: Graph): GraphMessage => ({
  name: graph.name || 'graph',
  node: graph.nodes.map(encodeNode),
  initializer: Array.from(graph.initializers.values(), encodeInitializer),
  input: graph.inputs.map(encodeValue),
  output: graph.outputs.map(encodeValue),
});

/** Of a node, or of a tensor without its elements: names and attributes. */
const PER_ENTRY = 2048;

/** About as many bytes as a graph will have, and some more. */
const sizeOf = ({ node = [], initializer = [] }: GraphMessage): number =>
  initializer.reduce(
    (sum, { rawData }) => sum + (rawData?.length ?? 0),
    PER_ENTRY * (node.length + initializer.length),
  );

/** A file with the operator sets of `graph`, and `message` as its graph. */
export const fileOf = ({ opsets, metadata }: Graph, message: GraphMessage): Uint8Array => {
  const model: ModelMessage = {
    irVersion: IR_VERSION,
    producerName: 'topiary',
    opsetImport: Object.entries(opsets).map(([domain, version]) => ({ domain, version })),
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    graph: message,
  };
  return encodeRoomy(modelType, model, sizeOf(message));
};

/** The bytes of an ONNX file. Every initialiser needs its elements: init rules are refused. */
export const encode = (graph: Graph): Uint8Array => {
  validate(graph);
  return fileOf(graph, graphMessage(graph));
};
