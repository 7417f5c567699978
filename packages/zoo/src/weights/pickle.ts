/**
 * Reads Python's pickles as data. A pickle is a program that may name and call anything; here it may call what it is
 * given by name, and nothing else. Protocols 2 to 5 as far as checkpoints go.
 * https://github.com/python/cpython/blob/main/Lib/pickletools.py
 */
import { TopiaryError } from '@topiary/errors';
import { badFile } from './stored.js';

/** What a pickle may call. */
export class Callable {
  readonly name: string;
  readonly call: (args: readonly unknown[]) => unknown;

  constructor(name: string, call: (args: readonly unknown[]) => unknown) {
    this.name = name;
    this.call = call;
  }
}

export interface PickleWorld {
  /** By `module.name`: a `Callable`, or a value that stands for itself. */
  readonly globals: ReadonlyMap<string, unknown>;
  /** What lies outside of the pickle, by the id that it gives it. */
  readonly persistent: (id: unknown) => unknown;
}

/** Between what was on the stack and what is being put together. */
const MARK = Symbol('mark');
const WHERE = 'the pickle of the checkpoint';

/** Python's dictionaries are maps, lists and tuples are arrays, None is null, sets are sets. */
class Machine {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #world: PickleWorld;
  readonly #memo = new Map<number, unknown>();
  readonly stack: unknown[] = [];
  at = 0;

  constructor(bytes: Uint8Array, world: PickleWorld) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#world = world;
  }

  fault(expected: string, got: string): TopiaryError {
    return badFile(`${WHERE}, byte ${this.at}`, expected, got);
  }

  take(count: number): Uint8Array {
    if (!(count >= 0 && this.at + count <= this.#bytes.length)) {
      throw this.fault(`${count} more bytes`, `${this.#bytes.length - this.at}`);
    }
    this.at += count;
    return this.#bytes.subarray(this.at - count, this.at);
  }

  /** An unsigned number of 1, 2, 4 or 8 bytes, the smallest first. */
  count(size: 1 | 2 | 4 | 8): number {
    const from = this.at;
    this.take(size);
    if (size === 1) return this.#view.getUint8(from);
    if (size === 2) return this.#view.getUint16(from, true);
    return size === 4 ? this.#view.getUint32(from, true) : Number(this.#view.getBigUint64(from, true));
  }

  int32(): number {
    const from = this.at;
    this.take(4);
    return this.#view.getInt32(from, true);
  }

  float64(): number {
    const from = this.at;
    this.take(8);
    return this.#view.getFloat64(from);
  }

  text(length: number): string {
    return new TextDecoder().decode(this.take(length));
  }

  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.at);
    if (end < 0) throw this.fault('a line', 'the end');
    const text = this.text(end - this.at);
    this.at += 1;
    return text;
  }

  /** Two's complement of any length, the lowest byte first; beyond 2^53 it stays a bigint. */
  long(length: number): number | bigint {
    const bytes = this.take(length);
    const unsigned = bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    const value = BigInt.asIntN(8 * length, unsigned);
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }

  push(value: unknown): void {
    this.stack.push(value);
  }

  pop(): unknown {
    if (this.stack.length === 0) throw this.fault('a value', 'an empty stack');
    const value = this.stack.pop();
    if (value === MARK) throw this.fault('a value', 'a mark');
    return value;
  }

  /** Everything above the last mark. */
  popToMark(): unknown[] {
    const at = this.stack.lastIndexOf(MARK);
    if (at < 0) throw this.fault('a mark', 'none');
    return this.stack.splice(at).slice(1);
  }

  top<T>(type: new () => T, what: string): T {
    const value = this.stack.at(-1);
    if (value instanceof type) return value;
    throw this.fault(what, describe(value));
  }

  remember(place = this.#memo.size): void {
    this.#memo.set(place, this.stack.at(-1));
  }

  recall(place: number): void {
    if (!this.#memo.has(place)) throw this.fault(`something kept at ${place}`, 'nothing');
    this.push(this.#memo.get(place));
  }

  global(module: unknown, name: unknown): void {
    const path = `${module}.${name}`;
    if (!this.#world.globals.has(path)) throw refused(path);
    this.push(this.#world.globals.get(path));
  }

  call(): void {
    const [args, what] = [this.pop(), this.pop()];
    if (!(what instanceof Callable)) throw this.fault('something that can be called', describe(what));
    if (!Array.isArray(args)) throw this.fault('arguments', describe(args));
    this.push(what.call(args));
  }

  persistent(): void {
    this.push(this.#world.persistent(this.pop()));
  }

  setItems(items: readonly unknown[]): void {
    const map = this.top(Map<unknown, unknown>, 'a dictionary');
    if (items.length % 2 === 1) throw this.fault('keys with values', `${items.length} items`);
    for (let i = 0; i < items.length; i += 2) map.set(items[i], items[i + 1]);
  }

  /** State of an object: only dictionaries have any here (`_metadata`), and it does not matter. */
  build(): void {
    this.pop();
    this.top(Map<unknown, unknown>, 'a dictionary that gets attributes');
  }
}

const describe = (value: unknown): string => {
  if (value instanceof Callable) return value.name;
  return value === null || typeof value !== 'object' ? String(value) : value.constructor.name;
};

const refused = (path: string): TopiaryError =>
  new TopiaryError('TOPIARY_ZOO_WEIGHTS_UNSAFE', {
    where: 'the checkpoint',
    expected: 'tensors in dictionaries',
    got: path,
    cure: 'Nothing of it was run. Where you trust the file, save its weights alone: torch.save(model.state_dict(), "weights.pt")',
  });

type Step = (m: Machine) => void;

const tuple =
  (size: number): Step =>
  (m) =>
    m.push(Array.from({ length: size }, () => m.pop()).reverse());

/** By opcode, in the order of Python's table. */
const STEPS: ReadonlyMap<number, Step> = new Map<number, Step>([
  [0x80, (m) => m.count(1)], // PROTO
  [0x95, (m) => m.count(8)], // FRAME
  [0x28, (m) => m.push(MARK)],
  [0x30, (m) => m.pop()],
  [0x31, (m) => m.popToMark()],
  [0x32, (m) => m.push(m.stack.at(-1))], // DUP
  [0x4e, (m) => m.push(null)],
  [0x88, (m) => m.push(true)],
  [0x89, (m) => m.push(false)],
  [0x4b, (m) => m.push(m.count(1))], // BININT1
  [0x4d, (m) => m.push(m.count(2))],
  [0x4a, (m) => m.push(m.int32())],
  [0x8a, (m) => m.push(m.long(m.count(1)))], // LONG1
  [0x8b, (m) => m.push(m.long(m.count(4)))],
  [0x47, (m) => m.push(m.float64())],
  [0x8c, (m) => m.push(m.text(m.count(1)))], // SHORT_BINUNICODE
  [0x58, (m) => m.push(m.text(m.count(4)))],
  [0x8d, (m) => m.push(m.text(m.count(8)))],
  [0x55, (m) => m.push(m.text(m.count(1)))], // SHORT_BINSTRING
  [0x54, (m) => m.push(m.text(m.count(4)))],
  [0x43, (m) => m.push(m.take(m.count(1)))], // SHORT_BINBYTES
  [0x42, (m) => m.push(m.take(m.count(4)))],
  [0x8e, (m) => m.push(m.take(m.count(8)))],
  [0x29, tuple(0)],
  [0x85, tuple(1)],
  [0x86, tuple(2)],
  [0x87, tuple(3)],
  [0x74, (m) => m.push(m.popToMark())], // TUPLE
  [0x5d, (m) => m.push([])],
  [0x6c, (m) => m.push(m.popToMark())], // LIST
  [
    0x61, // APPEND
    (m) => {
      const value = m.pop();
      m.top(Array<unknown>, 'a list').push(value);
    },
  ],
  [
    0x65, // APPENDS
    (m) => {
      const values = m.popToMark();
      const list = m.top(Array<unknown>, 'a list');
      for (const value of values) list.push(value);
    },
  ],
  [0x7d, (m) => m.push(new Map())],
  [
    0x73, // SETITEM
    (m) => {
      const [value, key] = [m.pop(), m.pop()];
      m.setItems([key, value]);
    },
  ],
  [0x75, (m) => m.setItems(m.popToMark())],
  [0x8f, (m) => m.push(new Set())],
  [
    0x90, // ADDITEMS
    (m) => {
      const values = m.popToMark();
      const set = m.top(Set<unknown>, 'a set');
      for (const value of values) set.add(value);
    },
  ],
  [0x71, (m) => m.remember(m.count(1))], // BINPUT
  [0x72, (m) => m.remember(m.count(4))],
  [0x94, (m) => m.remember()], // MEMOIZE
  [0x68, (m) => m.recall(m.count(1))], // BINGET
  [0x6a, (m) => m.recall(m.count(4))],
  [0x63, (m) => m.global(m.line(), m.line())], // GLOBAL
  [
    0x93, // STACK_GLOBAL
    (m) => {
      const [name, module] = [m.pop(), m.pop()];
      m.global(module, name);
    },
  ],
  [0x52, (m) => m.call()], // REDUCE
  [0x81, (m) => m.call()], // NEWOBJ
  [0x51, (m) => m.persistent()], // BINPERSID
  [0x62, (m) => m.build()],
]);

const STOP = 0x2e;

export const unpickle = (bytes: Uint8Array, world: PickleWorld): unknown => {
  const machine = new Machine(bytes, world);
  for (;;) {
    const code = machine.count(1);
    if (code === STOP) return machine.pop();
    const step = STEPS.get(code);
    if (!step) throw machine.fault('an instruction of protocols 2 to 5', `0x${code.toString(16).padStart(2, '0')}`);
    step(machine);
  }
};
