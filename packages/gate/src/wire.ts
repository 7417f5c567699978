/**
 * Protobuf's wire format, read as strictly as the library inside onnxruntime reads it: tags and lengths of at most
 * five bytes, numbers of at most ten. Non-minimal numbers are legal and are read as what they mean, never searched
 * for as bytes. https://protobuf.dev/programming-guides/encoding/
 */
import { TopiaryError } from '@topiary/errors';

export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
export const FIXED32 = 5;

const TAG_BYTES = 5;
const NUMBER_BYTES = 10;

export class Wire {
  pos = 0;
  readonly bytes: Uint8Array;
  readonly #where: () => string;

  /** `where` is asked only when something is wrong. */
  constructor(bytes: Uint8Array, where: () => string) {
    this.bytes = bytes;
    this.#where = where;
  }

  malformed(expected: string, got: string): TopiaryError {
    const where = `${this.#where()}, byte ${this.pos}`;
    return new TopiaryError('TOPIARY_GATE_MALFORMED', { where, expected, got });
  }

  #varint(end: number, longest: number): number {
    let value = 0;
    for (let i = 0; i < longest; i += 1) {
      if (this.pos >= end) throw this.malformed('a number', `the end at byte ${end}`);
      const byte = this.bytes[this.pos++]!;
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return value;
    }
    throw this.malformed(`a number of at most ${longest} bytes`, 'a longer one');
  }

  /** Field number and wire type. */
  tag(end: number): { readonly id: number; readonly wire: number } {
    const tag = this.#varint(end, TAG_BYTES);
    const id = Math.floor(tag / 8);
    if (id === 0 || tag >= 2 ** 32) throw this.malformed('a field number from 1 to 2^29 - 1', `${id}`);
    return { id, wire: tag % 8 };
  }

  /** Length of what follows, which lies whole before `end`. */
  length(end: number): number {
    const length = this.#varint(end, TAG_BYTES);
    if (this.pos + length > end) throw this.malformed(`${length} bytes`, `${end - this.pos}`);
    return length;
  }

  /** The bits of a number as an unsigned one; digits beyond 2^53 may be lost. */
  number(end: number): number {
    return this.#varint(end, NUMBER_BYTES);
  }

  /** A 32-bit number: five bytes, or ten when it is negative. Libraries disagree on lengths in between. */
  number32(end: number): number {
    const from = this.pos;
    const value = this.#varint(end, NUMBER_BYTES);
    const length = this.pos - from;
    if (length > TAG_BYTES && length < NUMBER_BYTES) throw this.malformed('a number of 32 bits', `${length} bytes`);
    return value % 2 ** 32;
  }

  skip(count: number, end: number): void {
    if (this.pos + count > end) throw this.malformed(`${count} bytes`, `${end - this.pos}`);
    this.pos += count;
  }
}
