/** The little of WebAssembly that the kernels need, as bytes: instructions by their names in the specification. */

type Code = readonly number[];

/** Unsigned LEB128. */
export const unsigned = (n: number): Code => (n < 128 ? [n] : [(n & 127) | 128, ...unsigned(n >>> 7)]);

const signed = (n: number): Code => (n >= -64 && n < 64 ? [n & 127] : [(n & 127) | 128, ...signed(n >> 7)]);

export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number): Code => [0x21, ...unsigned(local)];

export const i32 = {
  const: (n: number): Code => [0x41, ...signed(n)],
  add: [0x6a] as Code,
  shl: [0x74] as Code,
  lessThan: [0x49] as Code,
};

export const f64 = {
  add: [0xa0] as Code,
  promote: [0xbb] as Code,
  store: (offset: number): Code => [0x39, 3, ...unsigned(offset)],
};

const simd = (code: number): Code => [0xfd, ...unsigned(code)];

export const v128 = {
  load: [...simd(0x00), 2, 0] as Code,
  store: [...simd(0x0b), 2, 0] as Code,
  /** One number of 64 bits in both lanes. */
  splat: (offset: number): Code => [...simd(0x0a), 3, ...unsigned(offset)],
  zero: [...simd(0x0c), ...new Array<number>(16).fill(0)] as Code,
};

export const f64x2 = { sub: simd(0xf1) };

/** Four numbers of 32 bits or two of 64, side by side. */
export interface Lanes {
  readonly count: number;
  readonly bytes: number;
  readonly add: Code;
  readonly mul: Code;
  /** One of them, as a number of 64 bits. */
  readonly extract: (lane: number) => Code;
}

export const F32X4: Lanes = {
  count: 4,
  bytes: 4,
  add: simd(0xe4),
  mul: simd(0xe6),
  extract: (lane) => [...simd(0x1f), lane, ...f64.promote],
};

export const F64X2: Lanes = {
  count: 2,
  bytes: 8,
  add: simd(0xf0),
  mul: simd(0xf2),
  extract: (lane) => [...simd(0x21), lane],
};

/** A number grows by what the code leaves. */
export const advance = (local: number, by: Code): Code => [...get(local), ...by, ...i32.add, ...set(local)];

/** Runs the body again while the condition that it ends with holds. */
export const repeat = (...body: readonly Code[]): Code => [0x03, 0x40, ...body.flat(), 0x0d, 0, 0x0b];

const I32 = 0x7f;
const V128 = 0x7b;

const section = (id: number, ...body: readonly Code[]): Code => {
  const bytes = body.flat();
  return [id, ...unsigned(bytes.length), ...bytes];
};

const text = (name: string): Code => [...unsigned(name.length), ...[...name].map((c) => c.charCodeAt(0))];

export interface Routine {
  /** All of them 32-bit whole numbers. */
  readonly parameters: number;
  /** Further locals behind the parameters: whole numbers, then vectors. */
  readonly numbers: number;
  readonly vectors: number;
  readonly body: Code;
}

/** A module of one routine, exported as `run`, on a memory that it imports as `host.memory`. */
export const moduleOf = ({ parameters, numbers, vectors, body }: Routine): Uint8Array<ArrayBuffer> => {
  const types = new Array<number>(parameters).fill(I32);
  const locals = [2, ...unsigned(numbers), I32, ...unsigned(vectors), V128];
  const code = [...locals, ...body, 0x0b];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, ...unsigned(parameters), ...types, 0]),
    ...section(2, [1], text('host'), text('memory'), [2, 0, 1]),
    ...section(3, [1, 0]),
    ...section(7, [1], text('run'), [0, 0]),
    ...section(10, [1, ...unsigned(code.length)], code),
  ]);
};

/** A module's routine on a memory. */
export const routineOn = (
  memory: WebAssembly.Memory,
  code: Uint8Array<ArrayBuffer>,
): ((...numbers: number[]) => void) => {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code), { host: { memory } });
  return exports['run'] as (...numbers: number[]) => void;
};

/** Of memory, in bytes. */
export const PAGE = 65536;
