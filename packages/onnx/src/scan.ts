/**
 * Walks the wire format of an ONNX file before anything is decoded: every length fits its message, every field has
 * the kind that the schema gives it, and nothing exceeds the limits. Costs no memory; initialisers are stepped over.
 * Wire format: https://protobuf.dev/programming-guides/encoding/
 */
import { TopiaryError } from '@topiary/errors';
import { type FieldSchema, MESSAGES, type MessageName } from './schema.js';

export interface Limits {
  /** Size of the whole file. */
  readonly bytes: number;
  /** Nodes, initialisers, inputs, attributes, … together. */
  readonly messages: number;
  /** One name or text attribute. */
  readonly stringBytes: number;
  /** Elements in lists outside of raw bytes (they become JavaScript numbers): bytes of all lists together. */
  readonly listBytes: number;
}

export const LIMITS: Limits = { bytes: 2 ** 31, messages: 1_000_000, stringBytes: 2 ** 20, listBytes: 2 ** 26 };

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;
const WIRE: Readonly<Record<string, number>> = {
  int32: VARINT,
  int64: VARINT,
  uint64: VARINT,
  float: FIXED32,
  double: FIXED64,
};

interface Field extends FieldSchema {
  readonly name: string;
}
const TABLES = Object.fromEntries(
  Object.entries(MESSAGES).map(([message, fields]) => [
    message,
    new Map(Object.entries(fields).map(([name, field]: [string, FieldSchema]) => [field.id, { ...field, name }])),
  ]),
) as Record<MessageName, Map<number, Field>>;

const isMessage = (type: string): type is MessageName => type in TABLES;

class Scanner {
  pos = 0;
  messages = 0;
  listBytes = 0;
  readonly bytes: Uint8Array;
  readonly limits: Limits;

  constructor(bytes: Uint8Array, limits: Limits) {
    this.bytes = bytes;
    this.limits = limits;
  }

  truncated(where: string, expected: string, got: string): TopiaryError {
    return new TopiaryError('TOPIARY_ONNX_TRUNCATED', { where: `${where} at byte ${this.pos}`, expected, got });
  }

  notAModel(where: string, expected: string, got: string): TopiaryError {
    return new TopiaryError('TOPIARY_ONNX_NOT_A_MODEL', { where: `${where} at byte ${this.pos}`, expected, got });
  }

  /** Tags and lengths have at most five bytes; a sixth would make two readers see different fields. */
  short(where: string, end: number): number {
    return this.varint(where, end, 5);
  }

  /** A 32-bit number has at most five bytes, or ten when it is negative; protobufjs misreads lengths in between. */
  scalar(field: Field | undefined, where: string, end: number): void {
    const from = this.pos;
    this.varint(where, end);
    const length = this.pos - from;
    if (field?.type === 'int32' && length > 5 && length < 10)
      throw this.notAModel(where, 'a number of 32 bits', `${length} bytes`);
  }

  varint(where: string, end: number, longest = 10): number {
    let value = 0;
    for (let i = 0; i < longest; i += 1) {
      if (this.pos >= end) throw this.truncated(where, 'a number', `the end at byte ${end}`);
      const byte = this.bytes[this.pos++]!;
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return value;
    }
    throw this.notAModel(where, `a number of at most ${longest} bytes`, 'a longer one');
  }

  skip(count: number, where: string, end: number): void {
    if (this.pos + count > end) throw this.truncated(where, `${count} bytes`, `${end - this.pos}`);
    this.pos += count;
  }

  message(name: MessageName, end: number, path: string): void {
    this.messages += 1;
    if (this.messages > this.limits.messages) throw tooLarge(path, `${this.limits.messages} messages`, 'more');
    while (this.pos < end) this.field(TABLES[name], end, path);
  }

  field(table: Map<number, Field>, end: number, path: string): void {
    const tag = this.short(path, end);
    const [id, wire] = [Math.floor(tag / 8), tag % 8];
    const field = table.get(id);
    const where = `${path}.${field?.name ?? `field ${id}`}`;
    if (id === 0 || tag >= 2 ** 32) throw this.notAModel(path, 'a field number from 1 to 2^29 - 1', `${id}`);
    if (field && !fits(field, wire)) throw this.notAModel(where, `a field of type ${field.type}`, `wire type ${wire}`);
    if (wire === VARINT) this.scalar(field, where, end);
    else if (wire === FIXED64) this.skip(8, where, end);
    else if (wire === FIXED32) this.skip(4, where, end);
    else if (wire === BYTES) this.delimited(field, where, end);
    else throw this.notAModel(where, 'wire type 0, 1, 2 or 5', `${wire}`);
  }

  delimited(field: Field | undefined, where: string, end: number): void {
    const length = this.short(where, end);
    const from = this.pos;
    this.skip(length, where, end);
    if (!field) return;
    if (isMessage(field.type)) {
      this.pos = from;
      this.message(field.type, from + length, where);
    } else if (field.type === 'string' || field.name === 's' || field.name === 'strings') {
      if (length > this.limits.stringBytes) throw tooLarge(where, `${this.limits.stringBytes} bytes`, `${length}`);
    } else if (field.type in WIRE) {
      this.listBytes += length;
      if (this.listBytes > this.limits.listBytes)
        throw tooLarge(where, `${this.limits.listBytes} bytes in lists`, 'more');
    }
  }
}

const tooLarge = (where: string, expected: string, got: string) =>
  new TopiaryError('TOPIARY_ONNX_UNSUPPORTED', { where, expected: `at most ${expected}`, got });

const fits = (field: Field, wire: number): boolean => {
  const scalar = WIRE[field.type];
  return scalar === undefined ? wire === BYTES : wire === scalar || (wire === BYTES && field.rule === 'repeated');
};

/** Throws where the bytes are not a whole ONNX model within the limits. */
export const scan = (bytes: Uint8Array, limits: Limits): void => {
  if (bytes.length === 0) throw new TopiaryError('TOPIARY_ONNX_NOT_A_MODEL', { where: 'the file', got: 'no bytes' });
  if (bytes.length > limits.bytes) throw tooLarge('the file', `${limits.bytes} bytes`, `${bytes.length}`);
  // Every ONNX writer begins with ir_version, field 1: without it this is another kind of file.
  if (bytes[0] !== 0x08) {
    const got = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const expected = 'an ONNX model, which begins with byte 08 (its IR version)';
    throw new TopiaryError('TOPIARY_ONNX_NOT_A_MODEL', { where: 'the file at byte 0', expected, got });
  }
  const scanner = new Scanner(bytes, limits);
  scanner.message('ModelProto', bytes.length, 'model');
};
