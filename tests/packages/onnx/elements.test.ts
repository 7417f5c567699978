/** Every way in which a file may write down the elements of an initialiser. */
import { decode, encode, tensorOf, toNumbers } from '@topiary/onnx';
import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { field, join, number, valueInfo } from '../../helpers/protobuf.js';
import { identity } from './identity.js';

const packed = (write: (writer: protobuf.Writer) => void): Uint8Array => {
  const writer = protobuf.Writer.create();
  write(writer);
  return writer.finish();
};

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
      [1, -2],
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
    expect(decode(identity(w, field(11, valueInfo('w', 1, 2)))).inputs.map(({ name }) => name)).toEqual(['x']);
  });
});
