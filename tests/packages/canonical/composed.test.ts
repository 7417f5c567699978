/** Compositions that become one operator, and operators that become compositions, against onnxruntime. */
import { canonicalize } from '@topiary/canonical';
import { isTopiaryError } from '@topiary/errors';
import { standard } from '@topiary/lowering';
import { decode, encode, float, floats, type Graph, int, int64s, type Node, scalar, type Tensor } from '@topiary/onnx';
import { count } from '@topiary/ops';
import { describe, expect, it } from 'vitest';
import { relativeDistance, runOnnx } from '../../helpers/onnxruntime.js';
import { check, n, opsOf, ramp, sketch, x } from './graphs.js';

const constants: Record<string, Tensor> = {
  groups: int64s([0, 2, -1]),
  whole: int64s([-1, 6, 3, 4]),
  ones: floats([1, 1]),
  zeros: floats([0, 0]),
  unequal: floats([1, 2]),
  w: ramp(6, 1, 1),
  b: ramp(1, 6, 1, 1),
  rows: ramp(3, 1),
  channel: int64s([1]),
  place: int64s([2]),
  two: scalar(2),
  eps: scalar(1e-6),
};
const run = (...nodes: Node[]) =>
  check(sketch({ inputs: x('batch', 6, 3, 4), constants, nodes }), { x: ramp(2, 6, 3, 4) });

/** As a file that others read, and read again. */
const reread = (graph: Graph): Graph => canonicalize(decode(encode(standard(graph))));

describe('SiLU', () => {
  it('is recognised, the factors in either order', async () => {
    expect(opsOf(await run(n('Sigmoid', 'x', 's'), n('Mul', 'x s', 'y')))).toBe('Silu');
    expect(opsOf(await run(n('Sigmoid', 'x', 's'), n('Mul', 's x', 'y')))).toBe('Silu');
  });

  it('is not seen in a gate of another value, or where the gate is read elsewhere', async () => {
    const other = await run(n('Relu', 'x', 'r'), n('Sigmoid', 'x', 's'), n('Mul', 'r s', 'y'));
    expect(opsOf(other)).toBe('Relu Sigmoid Mul');
    const twice = await run(n('Sigmoid', 'x', 's'), n('Mul', 'x s', 'p'), n('Add', 'p s', 'y'));
    expect(opsOf(twice)).toBe('Sigmoid Mul Add');
  });

  it('leaves in standard operators and comes back', async () => {
    const graph = await run(n('Sigmoid', 'x', 's'), n('Mul', 'x s', 'p'), n('Relu', 'p', 'y'));
    expect(opsOf(standard(graph))).toBe('Sigmoid Mul Relu');
    expect(reread(graph).nodes.map(({ op }) => op)).toEqual(['Silu', 'Relu']);
  });
});

describe('GroupNorm', () => {
  const norm = (scale = 'ones', bias = 'zeros') => [
    n('Reshape', 'x groups', 'g'),
    n('InstanceNormalization', `g ${scale} ${bias}`, 'i', { epsilon: float(1e-3) }),
    n('Reshape', 'i whole', 'r'),
  ];
  const affine = [n('Mul', 'r w', 'p'), n('Add', 'p b', 'y')];

  it('is recognised as PyTorch writes it, with its own numbers alone', async () => {
    const graph = await run(...norm(), ...affine);
    expect(opsOf(graph)).toBe('GroupNormalization');
    expect(graph.nodes[0]!.inputs).toEqual(['x', 'w', 'b']);
    expect(graph.initializers.get('w')!.dims).toEqual([6]);
    expect(count(graph).params).toBe(12);
  });

  it('is recognised without a bias', async () => {
    expect(opsOf(await run(...norm(), n('Mul', 'w r', 'p'), n('Relu', 'p', 'y')))).toBe('GroupNormalization Relu');
  });

  it('is not seen where groups have scales of their own, and a factor per row stays outside', async () => {
    expect(opsOf(await run(...norm('unequal'), ...affine))).toContain('InstanceNormalization');
    expect(opsOf(await run(...norm(), n('Mul', 'r rows', 'p'), n('Relu', 'p', 'y')))).toBe(
      'GroupNormalization Mul Relu',
    );
  });

  it('leaves in standard operators and comes back with the same numbers', async () => {
    const graph = await run(...norm(), ...affine);
    const file = standard(graph);
    expect(file.nodes.every(({ domain }) => domain === '')).toBe(true);
    const again = reread(graph);
    expect(opsOf(again)).toBe('GroupNormalization');
    const feeds = { x: ramp(3, 6, 3, 4) };
    const [before, after] = [await runOnnx(graph, feeds), await runOnnx(again, feeds)];
    expect(relativeDistance(after['y']!, before['y']!)).toBeLessThan(1e-6);
    expect(count(again).params).toBe(12);
  });

  it('of opset 21 is taken as it is, of opset 18 refused with the cure', async () => {
    const vector = { w: ramp(6), b: ramp(6) };
    const nodes = [n('GroupNormalization', 'x w b', 'y', { num_groups: int(2) })];
    const of = (opset: number) => sketch({ opset, inputs: x('batch', 6, 3, 4), constants: vector, nodes });
    expect(opsOf(await check(of(21), { x: ramp(2, 6, 3, 4) }))).toBe('GroupNormalization');
    const failure = (() => {
      try {
        return canonicalize(of(18));
      } catch (error) {
        return error;
      }
    })();
    expect(isTopiaryError(failure) && failure.code).toBe('TOPIARY_ONNX_UNSUPPORTED');
    expect(isTopiaryError(failure) && failure.details.cure).toContain('opset_version=17');
  });
});

describe('LayerNorm over channels', () => {
  const norm = (second = 'channel') => [
    n('ReduceMean', 'x channel', 'm'),
    n('Sub', 'x m', 'd'),
    n('Pow', 'd two', 's'),
    n('ReduceMean', `s ${second}`, 'v'),
    n('Add', 'v eps', 'e'),
    n('Sqrt', 'e', 'r'),
    n('Div', 'd r', 'q'),
  ];

  it('is recognised as Segment Anything writes it', async () => {
    const graph = await run(...norm(), n('Mul', 'w q', 'p'), n('Add', 'p b', 'y'));
    expect(opsOf(graph)).toBe('Transpose LayerNormalization Transpose');
    expect(graph.initializers.get('w')!.dims).toEqual([6]);
    expect(count(graph).params).toBe(12);
  });

  it('is recognised without weights; a factor per row stays outside', async () => {
    expect(opsOf(await run(...norm(), n('Mul', 'q rows', 'y')))).toBe('Transpose LayerNormalization Transpose Mul');
  });

  it('is not seen where mean and variance run over different axes', async () => {
    expect(opsOf(await run(...norm('place'), n('Relu', 'q', 'y')))).not.toContain('LayerNormalization');
  });
});

describe('operators that are others put together', () => {
  it.each([
    ['Celu', {}, 'Elu'],
    ['Celu', { alpha: float(2) }, 'Mul Elu Mul'],
    ['GlobalMaxPool', {}, 'ReduceMax'],
    ['Mish', {}, 'Softplus Tanh Mul'],
    ['Softsign', {}, 'Abs Add Div'],
  ] as const)('%s %o is written as %s', async (op, attributes, ops) => {
    expect(opsOf(await run(n(op, 'x', 'y', attributes)))).toBe(ops);
  });

  it('a Sum of several is written as Adds', async () => {
    expect(opsOf(await run(n('Relu', 'x', 'r'), n('Sum', 'x r x', 'y')))).toBe('Relu Add Add');
  });
});
