/**
 * Walks a whole ONNX file, wherever messages may nest, and writes down what is in it. Costs no memory: tensors are
 * stepped over. What may not be there at all is a violation; a file that cannot be read to its end is an error.
 */
import { type ErrorDetails, TopiaryError } from '@topiary/errors';
import type { GateLimits } from './limits.js';
import { type Field, type Kind, type MessageName, SCHEMA } from './schema.js';
import { checkMarkers, type Entered, onLeave } from './violations.js';
import { BYTES, FIXED32, FIXED64, VARINT, Wire } from './wire.js';

export interface Survey {
  /** In the main graph and in every subgraph and function. */
  readonly nodes: number;
  readonly initializers: number;
  readonly tensorBytes: number;
  readonly opsets: ReadonlyMap<string, number>;
  /** Operators by `domain:type`, with how often each stands. */
  readonly operators: ReadonlyMap<string, number>;
  readonly violations: readonly TopiaryError[];
}

const MOST_VIOLATIONS = 20;
/** What a number outside of raw bytes is counted as. */
const NUMBER_BYTES = 8;
const WIRE: Partial<Record<Kind, number>> = { int32: VARINT, int64: VARINT, fixed32: FIXED32, fixed64: FIXED64 };
const utf8 = new TextDecoder('utf-8', { fatal: true });

const decodeText = (bytes: Uint8Array): string | null => {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
};

const isMessage = (kind: Kind): kind is MessageName => kind in SCHEMA;

/** May this field come with this wire type? Repeated numbers come one by one or packed. */
const fits = ({ kind, repeated }: Field, wire: number): boolean => {
  const plain = WIRE[kind];
  return plain === undefined ? wire === BYTES : wire === plain || (wire === BYTES && repeated);
};

export class Surveyor {
  readonly limits: GateLimits;
  readonly wire: Wire;
  readonly violations: TopiaryError[] = [];
  readonly opsets = new Map<string, number>();
  readonly operators = new Map<string, number>();
  nodes = 0;
  initializers = 0;
  tensorBytes = 0;
  /** Tensors whose numbers lie outside of the file. */
  external = 0;
  #messages = 0;
  #listBytes = 0;
  readonly #path: { readonly name: string; readonly index: number | null }[] = [];

  constructor(bytes: Uint8Array, limits: GateLimits) {
    this.limits = limits;
    this.wire = new Wire(bytes, () => this.place);
  }

  get place(): string {
    const parts = this.#path.map(({ name, index }) => (index === null ? name : `${name}[${index}]`));
    return ['model', ...parts].join('.');
  }

  report(error: TopiaryError): void {
    if (this.violations.length < MOST_VIOLATIONS) this.violations.push(error);
  }

  over(expected: string, got: string): TopiaryError {
    return new TopiaryError('TOPIARY_GATE_LIMIT', { where: this.place, expected: `at most ${expected}`, got });
  }

  ambiguous(details: ErrorDetails): TopiaryError {
    return new TopiaryError('TOPIARY_GATE_MALFORMED', { where: this.place, ...details });
  }

  message(name: MessageName, end: number): void {
    const { limits } = this;
    this.#messages += 1;
    if (this.#messages > limits.messages) throw this.over(`${limits.messages} messages`, 'more');
    if (this.#path.length >= limits.depth) throw this.over(`${limits.depth} levels of messages`, 'more');
    const entered: Entered = { values: new Map(), counts: new Map() };
    while (this.wire.pos < end) this.#field(SCHEMA[name], end, entered);
    onLeave(this, name, entered);
  }

  #field(schema: Readonly<Record<number, Field>>, end: number, entered: Entered): void {
    const { id, wire } = this.wire.tag(end);
    const field = schema[id];
    if (field === undefined) {
      this.#unknown(wire, end);
      return;
    }
    const index = this.#count(field, entered);
    this.#path.push({ name: field.name, index: field.repeated ? index : null });
    if (!fits(field, wire)) throw this.wire.malformed(`a field of type ${field.kind}`, `wire type ${wire}`);
    if (wire === BYTES) this.#delimited(field, end, entered);
    else this.#single(field, wire, end, entered);
    this.#path.pop();
  }

  /** One number; of those that stand one by one in a list, each becomes a JavaScript number. */
  #single({ name, kind, repeated }: Field, wire: number, end: number, { values }: Entered): void {
    if (repeated) this.#list(NUMBER_BYTES);
    if (wire === VARINT) values.set(name, kind === 'int32' ? this.wire.number32(end) : this.wire.number(end));
    else this.wire.skip(wire === FIXED32 ? 4 : 8, end);
  }

  /** Libraries merge or replace what stands twice where one is allowed: such a file means different things to them. */
  #count({ name, repeated, oneof }: Field, { counts }: Entered): number {
    const before = counts.get(name) ?? 0;
    counts.set(name, before + 1);
    const rivals = oneof === undefined ? before : (counts.get(`oneof ${oneof}`) ?? 0);
    if (oneof !== undefined) counts.set(`oneof ${oneof}`, rivals + 1);
    if (rivals > 0 && !repeated) throw this.ambiguous({ expected: `one '${name}' at most`, got: 'several' });
    return before;
  }

  #unknown(wire: number, end: number): void {
    this.#list(NUMBER_BYTES);
    if (wire === VARINT) this.wire.number(end);
    else if (wire === FIXED64) this.wire.skip(8, end);
    else if (wire === FIXED32) this.wire.skip(4, end);
    else if (wire === BYTES) this.wire.skip(this.wire.length(end), end);
    else throw this.wire.malformed('wire type 0, 1, 2 or 5', `${wire}`);
  }

  #delimited({ name, kind }: Field, end: number, entered: Entered): void {
    const { wire, limits } = this;
    const length = wire.length(end);
    const until = wire.pos + length;
    if (isMessage(kind)) this.message(kind, until);
    else if (kind === 'text') entered.values.set(name, this.#text(length, limits.textBytes));
    else if (kind === 'prose') this.#text(length, limits.proseBytes);
    else this.#numbers(kind, length);
    wire.pos = until;
  }

  #text(length: number, most: number): string {
    const { wire } = this;
    if (length > most) throw this.over(`${most} bytes of text`, `${length}`);
    const read = decodeText(wire.bytes.subarray(wire.pos, wire.pos + length));
    if (read === null) throw wire.malformed('text in UTF-8', 'other bytes');
    checkMarkers(this, read);
    return read;
  }

  #numbers(kind: Kind, length: number): void {
    const { limits } = this;
    this.tensorBytes += length;
    if (this.tensorBytes > limits.tensorBytes) throw this.over(`${limits.tensorBytes} bytes in tensors`, 'more');
    if (kind !== 'raw') this.#list(length);
  }

  #list(length: number): void {
    this.#listBytes += length;
    const { listBytes } = this.limits;
    if (this.#listBytes > listBytes) throw this.over(`${listBytes} bytes in lists`, 'more');
  }
}

export const survey = (bytes: Uint8Array, limits: GateLimits): Survey => {
  const surveyor = new Surveyor(bytes, limits);
  surveyor.message('Model', bytes.length);
  return surveyor;
};
