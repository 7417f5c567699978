/** Half precision against onnxruntime's own casts. */
import { floats, fromHalf, type Graph, int, tensor, toHalf, toNumbers } from '@topiary/onnx';
import { describe, expect, it } from 'vitest';
import { runOnnx } from '../../helpers/onnxruntime.js';

const cast = (from: 'float16' | 'float32', to: number, size: number): Graph => ({
  name: 'cast',
  opsets: { '': 20 },
  inputs: [{ name: 'x', type: from, shape: [size] }],
  outputs: [{ name: 'y', type: from === 'float16' ? 'float32' : 'float16', shape: [size] }],
  nodes: [{ op: 'Cast', domain: '', name: 'c', inputs: ['x'], outputs: ['y'], attributes: { to: int(to) } }],
  initializers: new Map(),
  metadata: {},
});

describe('half precision', () => {
  it('reads every one of its 65,536 numbers', async () => {
    const bits = Uint16Array.from({ length: 65536 }, (_, i) => i);
    const { y } = await runOnnx(cast('float16', 1, bits.length), { x: tensor('float16', [bits.length], bits) });
    const expected = toNumbers(y!);
    const wrong = toNumbers(tensor('float16', [bits.length], bits)).findIndex((v, i) => !Object.is(v, expected[i]));
    expect(wrong).toBe(-1);
  });

  it('rounds to the nearest, halfway to even, small ones and too large ones included', async () => {
    const edges = [
      0,
      -0,
      1,
      1 + 2 ** -11,
      1 + 3 * 2 ** -11,
      65504,
      65519.99,
      65520,
      2 ** -24,
      2 ** -25,
      2 ** -25 * 1.01,
    ];
    const many = Array.from({ length: 4000 }, (_, i) => Math.sin(i) * 2 ** ((i % 60) - 32));
    const values = Float32Array.from([...edges, ...many, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
    const { y } = await runOnnx(cast('float32', 10, values.length), { x: floats(values) });
    const expected = Array.from(y!.data as Uint16Array);
    expect(Array.from(values, toHalf)).toEqual(expected);
    expect(fromHalf(toHalf(Number.NaN))).toBeNaN();
  });
});
