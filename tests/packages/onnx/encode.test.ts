/** What we write: onnxruntime runs it, and nothing is lost on the way. */
import { decode, encode, floats, type Graph, int64s, toNumbers, withData } from '@topiary/onnx';
import { describe, expect, it } from 'vitest';
import { modelType } from '../../../packages/onnx/src/schema.js';
import { runOnnx } from '../../helpers/onnxruntime.js';

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

  it('writes large files byte for byte as protobufjs does, and holds little more than the file', () => {
    const weights = new Map(
      ['a', 'b', 'c'].map((name, i) => [name, floats(new Float32Array(700_001).fill(i), [700_001])]),
    );
    const large: Graph = {
      ...graph,
      initializers: new Map([
        ...graph.initializers,
        ...[...weights].map(([name, w]) => [name, withData(name, w)] as const),
      ]),
    };
    const bytes = encode(large);
    const model = modelType.decode(bytes);
    expect(Buffer.compare(bytes, modelType.encode(model).finish())).toBe(0);
    expect(bytes.buffer.byteLength).toBeLessThan(1.15 * bytes.length);
    expect(decode(bytes).initializers.get('c')!.dims).toEqual([700_001]);
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
