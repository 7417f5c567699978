/**
 * safetensors: eight bytes that say how long a JSON header is, the header, then the numbers.
 * https://github.com/huggingface/safetensors#format
 */
import { elements } from '@topiary/onnx';
import { badFile, formatOf, rowMajor, type StoredTensor, takeOut, type Weights } from './stored.js';

/** Types by the format's own words; what is missing here has no meaning for weights, but may stand in the file. */
const TYPES: Readonly<Record<string, readonly [type: string, bytes: number]>> = {
  F64: ['float64', 8],
  F32: ['float32', 4],
  F16: ['float16', 2],
  BF16: ['bfloat16', 2],
  I64: ['int64', 8],
  I32: ['int32', 4],
  I16: ['int16', 2],
  I8: ['int8', 1],
  U8: ['uint8', 1],
  BOOL: ['bool', 1],
};

const LENGTH = 8;
/** Of the format's own reader. */
const LONGEST_HEADER = 100_000_000;

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

const isEntry = (value: unknown): value is Entry => {
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Partial<Record<keyof Entry, unknown>>;
  const [from, to, more] = Array.isArray(offsets) ? (offsets as unknown[]) : [];
  if (typeof dtype !== 'string' || !Array.isArray(shape) || !shape.every(isCount)) return false;
  return isCount(from) && isCount(to) && more === undefined && from <= to;
};

/** How long the header is; null: the bytes begin with something else. */
export const headerLength = (bytes: Uint8Array): number | null => {
  if (bytes.length < LENGTH + 2 || bytes[LENGTH] !== '{'.charCodeAt(0)) return null;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  return length <= LONGEST_HEADER ? Number(length) : null;
};

const readHeader = (bytes: Uint8Array, end: number): Record<string, unknown> => {
  if (end > bytes.length) throw badFile('safetensors', `a header of ${end - LENGTH} bytes`, `${bytes.length} bytes`);
  try {
    return JSON.parse(new TextDecoder().decode(bytes.subarray(LENGTH, end))) as Record<string, unknown>;
  } catch {
    throw badFile('safetensors', 'a header of JSON', 'bytes that are none');
  }
};

const stored = (name: string, entry: unknown, data: Uint8Array): StoredTensor => {
  const where = `tensor '${name}'`;
  if (!isEntry(entry)) throw badFile(where, 'dtype, shape and data_offsets', JSON.stringify(entry) ?? 'nothing');
  const { dtype, shape: dims, data_offsets: offsets } = entry;
  const [type, size] = TYPES[dtype] ?? [dtype, null];
  const [from, to] = offsets;
  if (to > data.length) throw badFile(where, `bytes up to ${to}`, `${data.length} in the file`);
  if (size !== null && to - from !== size * elements(dims)) {
    throw badFile(where, `${size * elements(dims)} bytes for ${dtype} [${dims}]`, `${to - from}`);
  }
  const layout = { dims, offset: 0, strides: rowMajor(dims) };
  return { dims, type, read: async () => takeOut(data.subarray(from, to), formatOf(name, type), layout) };
};

export const readSafetensors = (bytes: Uint8Array): Weights => {
  const end = LENGTH + headerLength(bytes)!;
  const { __metadata__: _, ...entries } = readHeader(bytes, end);
  const data = bytes.subarray(end);
  return new Map(Object.entries(entries).map(([name, entry]) => [name, stored(name, entry, data)]));
};
