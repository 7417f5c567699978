/**
 * A training as bytes: a line that says what it is, the length of a table, the table (steps, names and dimensions, and what
 * the training was set to), then the numbers, float32, one tensor after another.
 */
import { TopiaryError } from '@topiary/errors';
import { elements, floats, type Tensor } from '@topiary/onnx';
import type { Feeds } from './tensors.js';

export interface TrainingState {
  /** Steps so far, and how many of them were skipped. */
  readonly steps: number;
  readonly skipped: number;
  /** What it was set to beyond its graph, in the words of who trains: its rates and their steps, its data. Empty: not said. */
  readonly setting: string;
  readonly values: Feeds;
}

interface Table {
  readonly steps: number;
  readonly skipped: number;
  readonly setting?: string;
  readonly values: readonly (readonly [name: string, dims: readonly number[]])[];
}

const MAGIC = new TextEncoder().encode('TOPIARY-TRAINING-1\n');
const LENGTH = 4;

const bytesOf = ({ data }: Tensor): Uint8Array => {
  const { buffer, byteOffset, byteLength } = data as Float32Array;
  return new Uint8Array(buffer, byteOffset, byteLength);
};

export const writeCheckpoint = ({ steps, skipped, setting, values }: TrainingState): Uint8Array => {
  const entries = Object.entries(values);
  const said = setting === '' ? {} : { setting };
  const table: Table = { steps, skipped, ...said, values: entries.map(([name, { dims }]) => [name, dims]) };
  const text = new TextEncoder().encode(JSON.stringify(table));
  const head = MAGIC.length + LENGTH + text.length;
  const bytes = new Uint8Array(entries.reduce((sum, [, value]) => sum + bytesOf(value).length, head));
  bytes.set(MAGIC);
  new DataView(bytes.buffer).setUint32(MAGIC.length, text.length, true);
  bytes.set(text, MAGIC.length + LENGTH);
  let at = head;
  for (const [, value] of entries) {
    bytes.set(bytesOf(value), at);
    at += bytesOf(value).length;
  }
  return bytes;
};

const damaged = (expected: string, got: string): TopiaryError =>
  new TopiaryError('TOPIARY_RUNTIME_CHECKPOINT', { where: 'checkpoint', expected, got });

const tableOf = (bytes: Uint8Array): { readonly table: Table; readonly end: number } => {
  const from = MAGIC.length + LENGTH;
  if (bytes.length < from || MAGIC.some((byte, i) => bytes[i] !== byte))
    throw damaged('the state of a training', `${bytes.length} bytes of something else`);
  const end = from + new DataView(bytes.buffer, bytes.byteOffset).getUint32(MAGIC.length, true);
  try {
    return { table: JSON.parse(new TextDecoder().decode(bytes.subarray(from, end))) as Table, end };
  } catch {
    throw damaged('a table of its values', 'bytes that are none');
  }
};

export const readCheckpoint = (bytes: Uint8Array): TrainingState => {
  const { table, end } = tableOf(bytes);
  const size = table.values.reduce((sum, [, dims]) => sum + 4 * elements(dims), end);
  if (bytes.length !== size) throw damaged(`${size} bytes`, `${bytes.length}`);
  let at = end;
  const values = table.values.map(([name, dims]) => {
    // a copy: floats want an address of their own, and a Buffer's slice would share the whole pool
    const data = new Float32Array(Uint8Array.from(bytes.subarray(at, at + 4 * elements(dims))).buffer);
    at += data.byteLength;
    return [name, floats(data, dims)] as const;
  });
  const { steps, skipped, setting = '' } = table;
  return { steps, skipped, setting, values: Object.fromEntries(values) };
};
