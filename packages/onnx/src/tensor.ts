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

/** The elements as JavaScript numbers (integers beyond 2^53 lose digits; no shape is that large). */
export const toNumbers = (value: Tensor): number[] => Array.from(value.data as ArrayLike<number | bigint>, Number);
