/** What is no model that we read, and where it is no longer one. */
import { isTopiaryError } from '@topiary/errors';
import { decode } from '@topiary/onnx';
import { describe, expect, it } from 'vitest';
import { field, join, node, number, valueInfo, varint } from '../../helpers/protobuf.js';
import { identity, model } from './identity.js';

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
        field(11, valueInfo('x', 9)),
        field(12, valueInfo('y', 1)),
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
        field(12, valueInfo('y', 1)),
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
    [
      'an undefined input',
      model(node('Relu', ['z'], ['y']), field(12, valueInfo('y', 1))),
      'TOPIARY_ONNX_INVALID_GRAPH',
    ],
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
