/** Takes the kept positions of an initialiser along some of its axes. */
import { arrayOf, type DataType, dataOf, type Initializer, type TypedArray } from '@topiary/onnx';
import { range } from './positions.js';

/** Kept positions per axis; null = the whole axis. */
export type KeptAxes = readonly (Int32Array | null)[];

/** The same initialiser with the kept positions only; bytes are read lazily where they were lazy. */
export const sliceInitializer = (initializer: Initializer, kept: KeptAxes): Initializer => {
  const dims = initializer.dims.map((size, axis) => kept[axis]?.length ?? size);
  const { name, type, source } = initializer;
  const slice = (data: TypedArray) => sliceElements(data, type, initializer.dims, kept);
  if (source.kind === 'init') return { name, type, dims, source };
  if (source.kind === 'lazy') {
    return { name, type, dims, source: { kind: 'lazy', read: () => slice(dataOf(initializer)!) } };
  }
  return { name, type, dims, source: { kind: 'data', data: slice(source.data) } };
};

/** Row-major copy of runs: those of one outermost slice are found once and used for every kept outermost index. */
export const sliceElements = (
  data: TypedArray,
  type: DataType,
  dims: readonly number[],
  kept: KeptAxes,
): TypedArray => {
  const count = dims.reduce((n, dim, axis) => n * (kept[axis]?.length ?? dim), 1);
  const out = new (arrayOf(type))(count);
  const row = dims.slice(1).reduce((n, dim) => n * dim, 1);
  const rows = kept[0] ?? range(dims[0] ?? 1);
  const runs = runsOf(dims.slice(1), kept.slice(1));
  copyRuns(data, out, rows, row, runs);
  return out;
};

/** Runs shorter than this on average are copied element by element, by a list of places: a call costs more. */
const LONG = 64;

const copyRuns = (from: TypedArray, to: TypedArray, rows: Int32Array, row: number, runs: Int32Array): void => {
  let length = 0;
  for (let j = 0; j < runs.length; j += 2) length += runs[j + 1]! - runs[j]!;
  if (from.BYTES_PER_ELEMENT === 4 && length < (LONG * runs.length) / 2)
    gatherRows(words(from), words(to), rows, row, placesOf(runs, length));
  // the arrays' common behaviour is all that is used
  else copyRows(from as Float32Array, to as Float32Array, rows, row, runs);
};

/** Four bytes as integers, whatever they mean: a loop that has seen one kind of array only is compiled better. */
const words = ({ buffer, byteOffset, length }: TypedArray): Uint32Array => new Uint32Array(buffer, byteOffset, length);

const copyRows = (from: Float32Array, to: Float32Array, rows: Int32Array, row: number, runs: Int32Array): void => {
  let at = 0;
  for (let i = 0; i < rows.length; i += 1) {
    const base = rows[i]! * row;
    for (let j = 0; j < runs.length; j += 2) {
      to.set(from.subarray(base + runs[j]!, base + runs[j + 1]!), at);
      at += runs[j + 1]! - runs[j]!;
    }
  }
};

/** No branch but the loop's own, once for four elements: short runs of changing length would be mispredicted again and again. */
const gatherRows = (from: Uint32Array, to: Uint32Array, rows: Int32Array, row: number, places: Int32Array): void => {
  const { length } = places;
  const fours = length - (length % 4);
  for (let i = 0; i < rows.length; i += 1) {
    const base = rows[i]! * row;
    const at = i * length;
    for (let j = 0; j < fours; j += 4) {
      to[at + j] = from[base + places[j]!]!;
      to[at + j + 1] = from[base + places[j + 1]!]!;
      to[at + j + 2] = from[base + places[j + 2]!]!;
      to[at + j + 3] = from[base + places[j + 3]!]!;
    }
    for (let j = fours; j < length; j += 1) to[at + j] = from[base + places[j]!]!;
  }
};

/** Every place of the runs. */
const placesOf = (runs: Int32Array, length: number): Int32Array => {
  const places = new Int32Array(length);
  let at = 0;
  for (let j = 0; j < runs.length; j += 2) for (let p = runs[j]!; p < runs[j + 1]!; p += 1) places[at++] = p;
  return places;
};

/** Kept elements of the axes as pairs (start, end) of neighbours. */
const runsOf = (dims: readonly number[], kept: KeptAxes): Int32Array => {
  let runs: number[] = [0, 1];
  dims.forEach((dim, axis) => {
    const list = kept[axis];
    const next: number[] = [];
    const push = (start: number, end: number): void => {
      if (next.at(-1) === start) next[next.length - 1] = end;
      else next.push(start, end);
    };
    for (let j = 0; j < runs.length; j += 2) {
      if (!list) push(runs[j]! * dim, runs[j + 1]! * dim);
      else {
        for (let i = runs[j]!; i < runs[j + 1]!; i += 1) {
          for (const position of list) push(i * dim + position, i * dim + position + 1);
        }
      }
    }
    runs = next;
  });
  return Int32Array.from(runs);
};
