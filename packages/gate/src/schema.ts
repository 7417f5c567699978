/**
 * Every message of the ONNX format, down to the places where a file could hide something: subgraphs, functions,
 * training information, sparse tensors, sequence types. `onnx` leaves these opaque; the gate looks into all of them.
 * Names and numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */

/** How a field lies on the wire. `text` is a name or an attribute, `prose` is for readers only, `raw` is numbers. */
export type Kind = 'int32' | 'int64' | 'fixed32' | 'fixed64' | 'text' | 'prose' | 'raw' | MessageName;

export interface Field {
  readonly name: string;
  readonly kind: Kind;
  readonly repeated: boolean;
  /** Fields of one oneof: at most one of them may stand in a message. */
  readonly oneof?: string;
}

const one = (name: string, kind: Kind, oneof?: string): Field => ({
  name,
  kind,
  repeated: false,
  ...(oneof === undefined ? {} : { oneof }),
});
const many = (name: string, kind: Kind): Field => ({ name, kind, repeated: true });

export type MessageName =
  | 'Model'
  | 'OperatorSet'
  | 'Entry'
  | 'Training'
  | 'Function'
  | 'Graph'
  | 'Annotation'
  | 'Node'
  | 'Attribute'
  | 'Tensor'
  | 'SparseTensor'
  | 'Segment'
  | 'ValueInfo'
  | 'Type'
  | 'TensorType'
  | 'ElementType'
  | 'MapType'
  | 'Shape'
  | 'Dimension';

export const SCHEMA: Readonly<Record<MessageName, Readonly<Record<number, Field>>>> = {
  Model: {
    1: one('irVersion', 'int64'),
    2: one('producerName', 'prose'),
    3: one('producerVersion', 'prose'),
    4: one('domain', 'prose'),
    5: one('modelVersion', 'int64'),
    6: one('docString', 'prose'),
    7: one('graph', 'Graph'),
    8: many('opsetImport', 'OperatorSet'),
    14: many('metadataProps', 'Entry'),
    20: many('trainingInfo', 'Training'),
    25: many('functions', 'Function'),
  },
  OperatorSet: { 1: one('domain', 'text'), 2: one('version', 'int64') },
  Entry: { 1: one('key', 'text'), 2: one('value', 'prose') },
  Training: {
    1: one('initialization', 'Graph'),
    2: one('algorithm', 'Graph'),
    3: many('initializationBinding', 'Entry'),
    4: many('updateBinding', 'Entry'),
  },
  Function: {
    1: one('name', 'text'),
    4: many('input', 'text'),
    5: many('output', 'text'),
    6: many('attribute', 'text'),
    7: many('node', 'Node'),
    8: one('docString', 'prose'),
    9: many('opsetImport', 'OperatorSet'),
    10: one('domain', 'text'),
    11: many('attributeProto', 'Attribute'),
    12: many('valueInfo', 'ValueInfo'),
    13: one('overload', 'text'),
    14: many('metadataProps', 'Entry'),
  },
  Graph: {
    1: many('node', 'Node'),
    2: one('name', 'text'),
    5: many('initializer', 'Tensor'),
    10: one('docString', 'prose'),
    11: many('input', 'ValueInfo'),
    12: many('output', 'ValueInfo'),
    13: many('valueInfo', 'ValueInfo'),
    14: many('quantizationAnnotation', 'Annotation'),
    15: many('sparseInitializer', 'SparseTensor'),
    16: many('metadataProps', 'Entry'),
  },
  Annotation: { 1: one('tensorName', 'text'), 2: many('quantParameterTensorNames', 'Entry') },
  Node: {
    1: many('input', 'text'),
    2: many('output', 'text'),
    3: one('name', 'text'),
    4: one('opType', 'text'),
    5: many('attribute', 'Attribute'),
    6: one('docString', 'prose'),
    7: one('domain', 'text'),
    8: one('overload', 'text'),
    9: many('metadataProps', 'Entry'),
  },
  Attribute: {
    1: one('name', 'text'),
    2: one('f', 'fixed32'),
    3: one('i', 'int64'),
    4: one('s', 'text'),
    5: one('t', 'Tensor'),
    6: one('g', 'Graph'),
    7: many('floats', 'fixed32'),
    8: many('ints', 'int64'),
    9: many('strings', 'text'),
    10: many('tensors', 'Tensor'),
    11: many('graphs', 'Graph'),
    13: one('docString', 'prose'),
    14: one('tp', 'Type'),
    15: many('typeProtos', 'Type'),
    20: one('type', 'int32'),
    21: one('refAttrName', 'text'),
    22: one('sparseTensor', 'SparseTensor'),
    23: many('sparseTensors', 'SparseTensor'),
  },
  Tensor: {
    1: many('dims', 'int64'),
    2: one('dataType', 'int32'),
    3: one('segment', 'Segment'),
    4: many('floatData', 'fixed32'),
    5: many('int32Data', 'int32'),
    6: many('stringData', 'text'),
    7: many('int64Data', 'int64'),
    8: one('name', 'text'),
    9: one('rawData', 'raw'),
    10: many('doubleData', 'fixed64'),
    11: many('uint64Data', 'int64'),
    12: one('docString', 'prose'),
    13: many('externalData', 'Entry'),
    14: one('dataLocation', 'int32'),
    16: many('metadataProps', 'Entry'),
  },
  SparseTensor: { 1: one('values', 'Tensor'), 2: one('indices', 'Tensor'), 3: many('dims', 'int64') },
  Segment: { 1: one('begin', 'int64'), 2: one('end', 'int64') },
  ValueInfo: {
    1: one('name', 'text'),
    2: one('type', 'Type'),
    3: one('docString', 'prose'),
    4: many('metadataProps', 'Entry'),
  },
  Type: {
    1: one('tensorType', 'TensorType', 'value'),
    4: one('sequenceType', 'ElementType', 'value'),
    5: one('mapType', 'MapType', 'value'),
    6: one('denotation', 'prose'),
    8: one('sparseTensorType', 'TensorType', 'value'),
    9: one('optionalType', 'ElementType', 'value'),
  },
  TensorType: { 1: one('elemType', 'int32'), 2: one('shape', 'Shape') },
  ElementType: { 1: one('elemType', 'Type') },
  MapType: { 1: one('keyType', 'int32'), 2: one('valueType', 'Type') },
  Shape: { 1: many('dim', 'Dimension') },
  Dimension: {
    1: one('dimValue', 'int64', 'value'),
    2: one('dimParam', 'text', 'value'),
    3: one('denotation', 'prose'),
  },
};
