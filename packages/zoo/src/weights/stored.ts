/** Tensors as a file of weights holds them: what they are is known at once, numbers are read when they are asked for. */
import { TopiaryError } from '@topiary/errors';
import { elements, fromHalf } from '@topiary/onnx';

export interface StoredTensor {
  readonly dims: readonly number[];
  /** As the file calls it: `float32`, `bfloat16`, `int64`, … */
  readonly type: string;
  /** The numbers in row-major order, in single precision. */
  read(): Promise<Float32Array>;
}

/** Names as the file has them. */
export type Weights = ReadonlyMap<string, StoredTensor>;

/** A file that is damaged, or something else than it should be. */
export const badFile = (where: string, expected: string, got: string, cure?: string): TopiaryError =>
  new TopiaryError('TOPIARY_ZOO_WEIGHTS_FILE', { where, expected, got, ...(cure ? { cure } : {}) });

interface Format {
  readonly bytes: number;
  /** Of one element, at an offset. */
  readonly at: (view: DataView, offset: number) => number;
}

/** The upper half of a float32. */
const fromBrain = (bits: number): number => {
  BRAIN.setUint32(0, bits << 16);
  return BRAIN.getFloat32(0);
};
const BRAIN = new DataView(new ArrayBuffer(4));

const FLOATS: Readonly<Record<string, Format>> = {
  float16: { bytes: 2, at: (view, offset) => fromHalf(view.getUint16(offset, true)) },
  bfloat16: { bytes: 2, at: (view, offset) => fromBrain(view.getUint16(offset, true)) },
  float32: { bytes: 4, at: (view, offset) => view.getFloat32(offset, true) },
  float64: { bytes: 8, at: (view, offset) => view.getFloat64(offset, true) },
};

export const formatOf = (name: string, type: string): Format => {
  const format = FLOATS[type];
  if (format) return format;
  throw badFile(`tensor '${name}'`, `elements of ${Object.keys(FLOATS).join(', ')}`, type);
};

/** Elements of a tensor in its storage: the first one, and how far apart neighbours along each axis are. */
export interface Layout {
  readonly dims: readonly number[];
  readonly offset: number;
  readonly strides: readonly number[];
}

/** Of elements that lie one after another, the last axis next to itself. */
export const rowMajor = (dims: readonly number[]): number[] => dims.map((_, axis) => elements(dims.slice(axis + 1)));

/** How many elements of its storage a tensor reaches into. */
export const reach = ({ dims, offset, strides }: Layout): number =>
  elements(dims) === 0 ? offset : dims.reduce((last, dim, axis) => last + (dim - 1) * strides[axis]!, offset) + 1;

/** Takes a tensor out of the bytes of its storage, which must be long enough. */
export const takeOut = (bytes: Uint8Array, { bytes: size, at }: Format, layout: Layout): Float32Array => {
  const { dims, offset, strides } = layout;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const out = new Float32Array(elements(dims));
  const place = dims.map(() => 0);
  let from = offset;
  for (let to = 0; to < out.length; to += 1) {
    out[to] = at(view, from * size);
    // the next place in row-major order: the last axis turns first
    for (let axis = dims.length - 1; axis >= 0; axis -= 1) {
      place[axis] = place[axis]! + 1;
      from += strides[axis]!;
      if (place[axis]! < dims[axis]!) break;
      from -= dims[axis]! * strides[axis]!;
      place[axis] = 0;
    }
  }
  return out;
};
