import { isTopiaryError } from '@topiary/errors';
import { decode, encode, floats, type Graph, int64s, tensorOf, toNumbers, withData } from '@topiary/onnx';
import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { runOnnx } from '../../helpers/onnxruntime.js';
import { varint } from '../../helpers/protobuf.js';

/** Protobuf by hand: the test writes what our own writer never does. */
const field = (id: number, bytes: Uint8Array | string): Uint8Array =>
  protobuf.Writer.create()
    .uint32(id * 8 + 2)
    .bytes(typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes)
    .finish();
const number = (id: number, value: number): Uint8Array =>
  protobuf.Writer.create()
    .uint32(id * 8)
    .int64(value)
    .finish();
const join = (...parts: Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));
const type = (elem: number, ...dims: number[]): Uint8Array =>
  field(1, join(number(1, elem), field(2, join(...dims.map((dim) => field(1, number(1, dim)))))));
const value = (name: string, elem: number, ...dims: number[]): Uint8Array =>
  join(field(1, name), field(2, type(elem, ...dims)));
const model = (...graph: Uint8Array[]): Uint8Array =>
  join(number(1, 9), field(7, join(field(2, 'g'), ...graph)), field(8, join(field(1, ''), number(2, 20))));
const node = (op: string, inputs: string[], outputs: string[], ...rest: Uint8Array[]): Uint8Array =>
  field(1, join(...inputs.map((x) => field(1, x)), ...outputs.map((y) => field(2, y)), field(4, op), ...rest));

const packed = (write: (writer: protobuf.Writer) => void): Uint8Array => {
  const writer = protobuf.Writer.create();
  write(writer);
  return writer.finish();
};

/** A number field whose tag or value carries empty groups at its end: legal, and longer than need be. */
const padded = (id: number, value: number, pad: { tag?: number; value?: number }): Uint8Array =>
  join(varint(id * 8, pad.tag), varint(value, pad.value));

const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (isTopiaryError(error)) return error.code;
    throw error;
  }
  return 'no error';
};

const identity = (...more: Uint8Array[]): Uint8Array =>
  model(node('Identity', ['x'], ['y']), field(11, value('x', 1, 2)), field(12, value('y', 1, 2)), ...more);

describe('elements of initialisers', () => {
  const cases: [string, Uint8Array, string, number[]][] = [
    [
      'float_data',
      join(
        number(2, 1),
        field(
          4,
          packed((w) => w.float(1.5).float(-2)),
        ),
      ),
      'float32',
      [1.5, -2],
    ],
    [
      'double_data',
      join(
        number(2, 11),
        field(
          10,
          packed((w) => w.double(1.5).double(-2)),
        ),
      ),
      'float64',
      [1.5, -2],
    ],
    [
      'int64_data',
      join(
        number(2, 7),
        field(
          7,
          packed((w) => w.int64(-3).int64(2 ** 40)),
        ),
      ),
      'int64',
      [-3, 2 ** 40],
    ],
    [
      'int32_data',
      join(
        number(2, 6),
        field(
          5,
          packed((w) => w.int32(-3).int32(7)),
        ),
      ),
      'int32',
      [-3, 7],
    ],
    [
      'int8 in int32_data',
      join(
        number(2, 3),
        field(
          5,
          packed((w) => w.int32(-3).int32(7)),
        ),
      ),
      'int8',
      [-3, 7],
    ],
    [
      'bool in int32_data',
      join(
        number(2, 9),
        field(
          5,
          packed((w) => w.int32(1).int32(0)),
        ),
      ),
      'bool',
      [1, 0],
    ],
    // 1.0 and -2.0 as IEEE half precision: 0x3c00, 0xc000
    [
      'float16 in int32_data',
      join(
        number(2, 10),
        field(
          5,
          packed((w) => w.int32(0x3c00).int32(0xc000)),
        ),
      ),
      'float16',
      [0x3c00, 0xc000],
    ],
    [
      'uint32 in uint64_data',
      join(
        number(2, 12),
        field(
          11,
          packed((w) => w.uint64(5).uint64(4e9)),
        ),
      ),
      'uint32',
      [5, 4e9],
    ],
    [
      'uint64_data',
      join(
        number(2, 13),
        field(
          11,
          packed((w) => w.uint64(5).uint64(2 ** 50)),
        ),
      ),
      'uint64',
      [5, 2 ** 50],
    ],
    [
      'raw float64',
      join(number(2, 11), field(9, new Uint8Array(Float64Array.of(1.5, -2).buffer))),
      'float64',
      [1.5, -2],
    ],
    ['raw int64', join(number(2, 7), field(9, new Uint8Array(BigInt64Array.of(-1n, 9n).buffer))), 'int64', [-1, 9]],
  ];
  for (const [name, bytes, wanted, expected] of cases) {
    // Names of different lengths move the raw bytes, so that aligned and unaligned views are both read.
    for (const pad of ['', 'a', 'abc']) {
      it(`reads ${name}${pad && `, moved by ${pad.length}`}`, () => {
        const graph = decode(identity(field(5, join(number(1, 2), bytes, field(8, `w${pad}`)))));
        const tensor = tensorOf(graph.initializers.get(`w${pad}`)!)!;
        expect(tensor.type).toBe(wanted);
        expect(toNumbers(tensor)).toEqual(expected);
        const again = decode(encode(graph)).initializers.get(`w${pad}`)!;
        expect(toNumbers(tensorOf(again)!)).toEqual(expected);
      });
    }
  }

  it('takes initialisers out of the inputs, where old files list them', () => {
    const w = field(
      5,
      join(
        number(1, 2),
        number(2, 1),
        field(
          4,
          packed((b) => b.float(1).float(2)),
        ),
        field(8, 'w'),
      ),
    );
    expect(decode(identity(w, field(11, value('w', 1, 2)))).inputs.map(({ name }) => name)).toEqual(['x']);
  });
});

describe('what is refused', () => {
  const attribute = (...parts: Uint8Array[]) => field(5, join(field(1, 'body'), ...parts));
  const initializer = (...parts: Uint8Array[]) => field(5, join(number(1, 2), ...parts, field(8, 'w')));
  const cases: [string, Uint8Array, string][] = [
    ['no bytes', new Uint8Array(), 'TOPIARY_ONNX_NOT_A_MODEL'],
    ['a picture', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a), 'TOPIARY_ONNX_NOT_A_MODEL'],
    ['text', new TextEncoder().encode('hello, world'), 'TOPIARY_ONNX_NOT_A_MODEL'],
    ['a model without a graph', number(1, 9), 'TOPIARY_ONNX_TRUNCATED'],
    [
      'a subgraph',
      model(
        node('If', ['x'], ['y'], attribute(field(6, ''), number(20, 5))),
        field(11, value('x', 9)),
        field(12, value('y', 1)),
      ),
      'TOPIARY_ONNX_UNSUPPORTED',
    ],
    ['a sparse initialiser', identity(field(15, 'abc')), 'TOPIARY_ONNX_UNSUPPORTED'],
    ['functions', join(identity(), field(25, 'abc')), 'TOPIARY_ONNX_UNSUPPORTED'],
    ['training information', join(identity(), field(20, 'abc')), 'TOPIARY_ONNX_UNSUPPORTED'],
    [
      'external data',
      identity(
        initializer(number(2, 1), number(14, 1), field(13, join(field(1, 'location'), field(2, '../../etc/passwd')))),
      ),
      'TOPIARY_ONNX_UNSUPPORTED',
    ],
    ['string tensors', identity(initializer(number(2, 8), field(6, 'a'), field(6, 'b'))), 'TOPIARY_ONNX_UNSUPPORTED'],
    ['bfloat16', identity(initializer(number(2, 16), field(9, new Uint8Array(4)))), 'TOPIARY_ONNX_UNSUPPORTED'],
    [
      'a sequence as input',
      model(
        node('Identity', ['x'], ['y']),
        field(11, join(field(1, 'x'), field(2, field(4, 'abc')))),
        field(12, value('y', 1)),
      ),
      'TOPIARY_ONNX_UNSUPPORTED',
    ],
    [
      'too few elements',
      identity(initializer(number(2, 1), field(9, new Uint8Array(4)))),
      'TOPIARY_ONNX_INVALID_GRAPH',
    ],
    [
      'a huge tensor without bytes',
      identity(field(5, join(number(1, 2 ** 40), number(1, 2 ** 40), number(2, 1), field(8, 'w')))),
      'TOPIARY_ONNX_INVALID_GRAPH',
    ],
    [
      'a negative dimension',
      identity(field(5, join(number(1, -1), number(2, 1), field(8, 'w')))),
      'TOPIARY_ONNX_INVALID_GRAPH',
    ],
    ['an undefined input', model(node('Relu', ['z'], ['y']), field(12, value('y', 1))), 'TOPIARY_ONNX_INVALID_GRAPH'],
    ['a value made twice', identity(node('Relu', ['x'], ['y'])), 'TOPIARY_ONNX_INVALID_GRAPH'],
  ];
  for (const [name, bytes, code] of cases) {
    it(`refuses ${name}`, () => expect(codeOf(() => decode(bytes))).toBe(code));
  }

  it.each([
    ['a tag', padded(2, 1, { tag: 5 })],
    ['a 32-bit number', padded(2, 1, { value: 6 })],
  ])('refuses %s of more bytes than protobuf libraries agree on', (_, dataType) => {
    const w = field(5, join(number(1, 1), dataType, field(8, 'w'), field(9, new Uint8Array(4))));
    expect(codeOf(() => decode(identity(w)))).toBe('TOPIARY_ONNX_NOT_A_MODEL');
  });

  it('reads numbers with padding as what they mean', () => {
    const w = field(
      5,
      join(
        padded(1, 1, { tag: 3, value: 8 }),
        padded(2, 1, { tag: 4, value: 4 }),
        field(8, 'w'),
        field(9, new Uint8Array(4)),
      ),
    );
    expect(decode(identity(w)).initializers.get('w')).toMatchObject({ type: 'float32', dims: [1] });
  });

  it('keeps to its limits', () => {
    expect(codeOf(() => decode(identity(), { bytes: 10 }))).toBe('TOPIARY_ONNX_UNSUPPORTED');
    expect(codeOf(() => decode(identity(), { messages: 5 }))).toBe('TOPIARY_ONNX_UNSUPPORTED');
    expect(codeOf(() => decode(identity(field(2, 'x'.repeat(99))), { stringBytes: 50 }))).toBe(
      'TOPIARY_ONNX_UNSUPPORTED',
    );
    const list = field(5, join(number(1, 50), number(2, 1), field(4, new Uint8Array(200)), field(8, 'w')));
    expect(codeOf(() => decode(identity(list), { listBytes: 100 }))).toBe('TOPIARY_ONNX_UNSUPPORTED');
  });

  it('says where a file ends too early', () => {
    const bytes = identity();
    expect(() => decode(bytes.subarray(0, 30))).toThrow(
      /ends too early: model\.graph at byte \d+; expected \d+ bytes; got \d+/,
    );
  });
});

describe('writing', () => {
  const graph: Graph = {
    name: 'all attributes',
    opsets: { '': 20 },
    inputs: [{ name: 'x', type: 'float32', shape: ['N', 4] }],
    outputs: [{ name: 'y', type: 'float32', shape: ['N', 2] }],
    nodes: [
      { op: 'Slice', domain: '', name: 's', inputs: ['x', 'from', 'to', 'axis'], outputs: ['t'], attributes: {} },
      {
        op: 'LeakyRelu',
        domain: '',
        name: 'r',
        inputs: ['t'],
        outputs: ['y'],
        attributes: { alpha: { kind: 'float', value: 0.5 } },
      },
    ],
    initializers: new Map([
      ['from', withData('from', int64s([1]))],
      ['to', withData('to', int64s([3]))],
      ['axis', withData('axis', int64s([1]))],
    ]),
    metadata: { author: 'x' },
  };

  it('gives onnxruntime a model that it runs', async () => {
    const { y } = await runOnnx(graph, { x: floats([1, -2, 3, 4, -5, 6, -7, 8], [2, 4]) });
    expect(y!.dims).toEqual([2, 2]);
    expect(toNumbers(y!)).toEqual([-1, 3, 6, -3.5]);
  });

  it('keeps every kind of attribute, and integers beyond int64 become the nearest one', () => {
    const attributes = {
      i: { kind: 'int', value: -7 },
      big: { kind: 'int', value: 2 ** 63 },
      f: { kind: 'float', value: 0.25 },
      s: { kind: 'string', value: 'näh' },
      is: { kind: 'ints', value: [1, -2, 2 ** 40] },
      empty: { kind: 'ints', value: [] },
      fs: { kind: 'floats', value: [0.5, -1] },
      ss: { kind: 'strings', value: ['a', ''] },
      t: { kind: 'tensor', value: floats([1, 2], [2, 1]) },
    } as const;
    const custom: Graph = { ...graph, nodes: graph.nodes.map((n) => ({ ...n, attributes })) };
    expect(decode(encode(custom)).nodes[0]!.attributes).toEqual(attributes);
  });

  it('refuses an initialiser that has only a rule', () => {
    const initializers = new Map(graph.initializers);
    initializers.set('w', { name: 'w', type: 'float32', dims: [2], source: { kind: 'init', init: { rule: 'zeros' } } });
    expect(() => encode({ ...graph, initializers })).toThrow(/only a rule/);
  });
});
