/** Concrete tensors: element type, dimensions and a typed array in row-major order. */
import { TopiaryError } from '@topiary/errors';
import type { Shape } from './dims.js';

/** Element types, named as onnxruntime names them. */
export type DataType =
  | 'float32'
  | 'float64'
  | 'float16'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'bool';

export type TypedArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** `float16` lies in a Uint16Array as its bits, `bool` in a Uint8Array as 0 and 1. */
const ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
} as const satisfies Record<DataType, unknown>;

export const arrayOf = (type: DataType) => ARRAYS[type];

export const bytesPerElement = (type: DataType): number => ARRAYS[type].BYTES_PER_ELEMENT;

export interface Tensor {
  readonly type: DataType;
  readonly dims: readonly number[];
  readonly data: TypedArray;
}

/** Type and shape of a value inside a graph. */
export interface TensorType {
  readonly type: DataType;
  readonly shape: Shape;
}

export const elements = (dims: readonly number[]): number => dims.reduce((n, dim) => n * dim, 1);

export const tensor = (type: DataType, dims: readonly number[], data: TypedArray): Tensor => {
  if (data.length !== elements(dims)) {
    throw new TopiaryError('TOPIARY_ONNX_INVALID_GRAPH', {
      where: `a ${type} tensor [${dims}]`,
      expected: `${elements(dims)} elements`,
      got: `${data.length}`,
    });
  }
  return { type, dims, data };
};

export const floats = (values: ArrayLike<number>, dims: readonly number[] = [values.length]): Tensor =>
  tensor('float32', dims, values instanceof Float32Array ? values : Float32Array.from(values));

export const int64s = (values: readonly (number | bigint)[], dims: readonly number[] = [values.length]): Tensor =>
  tensor('int64', dims, BigInt64Array.from(values, BigInt));

export const scalar = (value: number): Tensor => floats([value], []);

/** The number behind the bits of half precision: 1 bit of sign, 5 of exponent, 10 of fraction (IEEE 754). */
export const fromHalf = (bits: number): number => {
  const sign = bits & 0x8000 ? -1 : 1;
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
};

/** The bits of the nearest number of half precision; halfway between two, the even one. */
export const toHalf = (value: number): number => {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size >= 65520) return sign | 0x7c00;
  const exponent = Math.max(-14, Math.floor(Math.log2(size || 1e-9)));
  const steps = size / 2 ** (exponent - 10);
  const [below, rest] = [Math.floor(steps), steps % 1];
  const whole = rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
  // a carry out of the fraction counts the exponent up, as it should
  return sign | (whole < 1024 ? whole : ((exponent + 15) << 10) + whole - 1024);
};

/** The elements as JavaScript numbers (integers beyond 2^53 lose digits; no shape is that large). */
export const toNumbers = ({ type, data }: Tensor): number[] =>
  type === 'float16'
    ? Array.from(data as Uint16Array, fromHalf)
    : Array.from(data as ArrayLike<number | bigint>, Number);
