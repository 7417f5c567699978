/**
 * The elements of a tensor between an ONNX file and a typed array. Raw bytes are little-endian in the file and on
 * every machine that Node runs on; they are viewed where they lie when aligned, else copied once.
 */
import { TopiaryError } from '@topiary/errors';
import { cureOf, ONE_FILE } from './cures.js';
import type { TensorMessage } from './message.js';
import { DATA_TYPES, type Int64, OTHER_DATA_TYPES } from './schema.js';
import { arrayOf, type DataType, elements, type Tensor, type TypedArray } from './tensor.js';

const TYPE_NAMES = new Map(Object.entries(DATA_TYPES).map(([name, id]) => [id, name as DataType]));

export const dataTypeOf = (id: number, where: string): DataType => {
  const type = TYPE_NAMES.get(id);
  if (type) return type;
  const got = OTHER_DATA_TYPES[id] ?? `number ${id}`;
  const expected = `an element type of ${[...TYPE_NAMES.values()].join(', ')}`;
  const cure = cureOf(got);
  throw new TopiaryError('TOPIARY_ONNX_UNSUPPORTED', { where, expected, got, ...(cure ? { cure } : {}) });
};

export const toNumber = (value: Int64): number =>
  typeof value === 'number' ? value : value.high * 2 ** 32 + (value.low >>> 0);

const toBigInt = (value: Int64): bigint =>
  typeof value === 'number' ? BigInt(value) : (BigInt(value.high) << 32n) | BigInt(value.low >>> 0);

/** int64 of the file; a number beyond its range (slice ends written as "infinity") becomes the nearest int64. */
export const fromNumber = (value: number): Int64 => {
  if (Math.abs(value) < 2 ** 53) return value;
  return value > 0 ? { low: -1, high: 0x7fffffff, unsigned: false } : { low: 0, high: -0x80000000, unsigned: false };
};

const fromRaw = (type: DataType, raw: Uint8Array, where: string): TypedArray => {
  const Type = arrayOf(type);
  const width = Type.BYTES_PER_ELEMENT;
  if (raw.byteLength % width !== 0) {
    const got = `${raw.byteLength} bytes`;
    throw new TopiaryError('TOPIARY_ONNX_INVALID_GRAPH', { where, expected: `a multiple of ${width} bytes`, got });
  }
  const bytes = raw.byteOffset % width === 0 ? raw : Uint8Array.from(raw);
  return new Type(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength / width);
};

/** Which list of the message holds a type's elements when they are not raw. */
const fromLists = (type: DataType, message: TensorMessage): TypedArray => {
  if (type === 'float32') return Float32Array.from(message.floatData ?? []);
  if (type === 'float64') return Float64Array.from(message.doubleData ?? []);
  if (type === 'int64') return BigInt64Array.from(message.int64Data ?? [], toBigInt);
  if (type === 'uint64') return BigUint64Array.from(message.uint64Data ?? [], toBigInt);
  if (type === 'uint32') return Uint32Array.from(message.uint64Data ?? [], toNumber);
  const list = message.int32Data ?? [];
  const Type = arrayOf(type) as Int32ArrayConstructor; // bool, float16 as bits and every integer up to 32 bits
  return Type.from(list);
};

export const decodeTensor = (message: TensorMessage, where: string): Tensor => {
  const type = dataTypeOf(message.dataType ?? 0, where);
  const unsupported = (got: string, cure: object) => {
    throw new TopiaryError('TOPIARY_ONNX_UNSUPPORTED', { where, expected: 'a tensor inside the file', got, ...cure });
  };
  if (message.dataLocation === 1 || message.externalData?.length) unsupported('external data', { cure: ONE_FILE });
  if (message.segment?.length) unsupported('a segment of a tensor', {});
  const dims = (message.dims ?? []).map(toNumber);
  const data = message.rawData?.length ? fromRaw(type, message.rawData, where) : fromLists(type, message);
  if (dims.some((dim) => !Number.isSafeInteger(dim) || dim < 0) || elements(dims) !== data.length) {
    throw new TopiaryError('TOPIARY_ONNX_INVALID_GRAPH', {
      where: `${where}, ${type} [${dims}]`,
      expected: `${elements(dims)} elements`,
      got: `${data.length}`,
    });
  }
  return { type, dims, data };
};

export const encodeTensor = ({ type, dims, data }: Tensor, name: string): TensorMessage => ({
  name,
  dataType: DATA_TYPES[type],
  dims,
  rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
});
