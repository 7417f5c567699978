/** Protobuf written by hand: what our own encoder never writes, and what a hostile file may hold. */

/** A number in base 128; `pad` appends empty groups, which is legal and which honest writers do not do. */
export const varint = (value: number | bigint, pad = 0): Uint8Array => {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  do {
    bytes.push(Number(rest & 0x7fn));
    rest >>= 7n;
  } while (rest > 0n);
  for (let i = 0; i < pad; i += 1) bytes.push(0);
  return Uint8Array.from(bytes, (byte, i) => (i < bytes.length - 1 ? byte | 0x80 : byte));
};

export const join = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));

/** A length-delimited field: text, bytes, or a message. */
export const field = (id: number, content: Uint8Array | string, pad = 0): Uint8Array => {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return join(varint(id * 8 + 2, pad), varint(bytes.length, pad), bytes);
};

export const number = (id: number, value: number | bigint, pad = 0): Uint8Array =>
  join(varint(id * 8, pad), varint(value, pad));

// The messages of ONNX, as far as tests need them: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto

export const entry = (key: string, value: string): Uint8Array => join(field(1, key), field(2, value));

export const tensorType = (elem: number, ...dims: (number | string)[]): Uint8Array =>
  field(
    1,
    join(
      number(1, elem),
      field(2, join(...dims.map((dim) => field(1, typeof dim === 'number' ? number(1, dim) : field(2, dim))))),
    ),
  );

export const valueInfo = (name: string, elem: number, ...dims: (number | string)[]): Uint8Array =>
  join(field(1, name), field(2, tensorType(elem, ...dims)));

export const node = (op: string, inputs: string[], outputs: string[], ...rest: Uint8Array[]): Uint8Array =>
  field(1, join(...inputs.map((x) => field(1, x)), ...outputs.map((y) => field(2, y)), field(4, op), ...rest));

/** A float tensor with raw data; of the dims given, whatever the data says. */
export const tensor = (name: string, dims: number[], data: Float32Array, ...rest: Uint8Array[]): Uint8Array =>
  join(
    ...dims.map((dim) => number(1, dim)),
    number(2, 1),
    field(8, name),
    field(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
    ...rest,
  );

export const modelOf = (graph: Uint8Array, ...rest: Uint8Array[]): Uint8Array =>
  join(number(1, 9), field(7, join(field(2, 'g'), graph)), field(8, join(field(1, ''), number(2, 20))), ...rest);
