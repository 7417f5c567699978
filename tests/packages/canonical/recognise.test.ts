import { int, int64s, type Node, scalar } from '@topiary/onnx';
import { describe, expect, it } from 'vitest';
import { check, n, opsOf, ramp, sketch, x } from './graphs.js';

const constants = {
  axes: int64s([-1]),
  second: int64s([1]),
  two: scalar(2),
  three: scalar(3),
  eps: scalar(1e-5),
  w: ramp(4),
  b: ramp(4),
  wide: ramp(1, 3, 1),
  root2: scalar(Math.SQRT2),
  invRoot2: scalar(Math.SQRT1_2),
  one: scalar(1),
  half: scalar(0.5),
  c: scalar(0.044715),
  k: scalar(Math.sqrt(2 / Math.PI)),
  other: scalar(1.5),
};
const run = (nodes: Node[]) => check(sketch({ inputs: x('batch', 3, 4), constants, nodes }), { x: ramp(2, 3, 4) });

describe('LayerNorm', () => {
  const head = [n('ReduceMean', 'x axes', 'm'), n('Sub', 'x m', 'd')];
  const square = [n('Pow', 'd two', 's')];
  const tail = [n('ReduceMean', 's axes', 'v'), n('Add', 'v eps', 'e'), n('Sqrt', 'e', 'r'), n('Div', 'd r', 'q')];

  it('is recognised as PyTorch writes it', async () => {
    const graph = await run([...head, ...square, ...tail, n('Mul', 'q w', 'p'), n('Add', 'p b', 'y')]);
    expect(opsOf(graph)).toBe('LayerNormalization');
    expect(graph.nodes[0]!.inputs).toEqual(['x', 'w', 'b']);
  });

  it('is recognised with d · d, exchanged operands and no bias', async () => {
    const graph = await run([...head, n('Mul', 'd d', 's'), ...tail, n('Mul', 'w q', 'y')]);
    expect(opsOf(graph)).toBe('LayerNormalization');
    expect(graph.nodes[0]!.inputs).toHaveLength(2);
  });

  it('is recognised with the difference written twice, and without any weight', async () => {
    const again = [n('Sub', 'x m', 'd2'), n('Pow', 'd2 two', 's')];
    expect(opsOf(await run([...head, ...again, ...tail, n('Relu', 'q', 'y')]))).toBe('LayerNormalization Relu');
  });

  it('leaves a factor per token outside', async () => {
    const graph = await run([...head, ...square, ...tail, n('Mul', 'q wide', 'y')]);
    expect(opsOf(graph)).toBe('LayerNormalization Mul');
  });

  it('is not seen where the mean runs over another axis or the power is another', async () => {
    const otherAxis = [n('ReduceMean', 'x second', 'm'), n('Sub', 'x m', 'd'), ...square, ...tail, n('Relu', 'q', 'y')];
    expect(opsOf(await run(otherAxis))).not.toContain('LayerNormalization');
    const otherPower = [...head, n('Pow', 'd three', 's0'), n('Abs', 's0', 's'), ...tail, n('Relu', 'q', 'y')];
    expect(opsOf(await run(otherPower))).not.toContain('LayerNormalization');
  });
});

describe('GELU', () => {
  const erf = [n('Div', 'x root2', 'a'), n('Erf', 'a', 'e'), n('Add', 'e one', 's')];
  const orders: [string, Node[]][] = [
    ['(x · s) · ½', [...erf, n('Mul', 'x s', 'p'), n('Mul', 'p half', 'y')]],
    ['x · (½ · s)', [...erf, n('Mul', 'half s', 'p'), n('Mul', 'p x', 'y')]],
    ['(½ · x) · s', [...erf, n('Mul', 'x half', 'h'), n('Mul', 'h s', 'y')]],
    ['(x / 2) · s', [...erf, n('Div', 'x two', 'h'), n('Mul', 's h', 'y')]],
    [
      'with x · 1/√2',
      [
        n('Mul', 'invRoot2 x', 'a'),
        n('Erf', 'a', 'e'),
        n('Add', 'one e', 's'),
        n('Mul', 'x s', 'p'),
        n('Mul', 'p half', 'y'),
      ],
    ],
  ];
  for (const [name, nodes] of orders) {
    it(`is recognised as ${name}`, async () => expect(opsOf(await run(nodes))).toBe('Gelu'));
  }

  it('is recognised in its tanh form', async () => {
    const nodes = [
      n('Pow', 'x three', 'p'),
      n('Mul', 'p c', 'q'),
      n('Add', 'x q', 'r'),
      n('Mul', 'r k', 't'),
      n('Tanh', 't', 'h'),
      n('Add', 'h one', 's'),
      n('Mul', 'x half', 'u'),
      n('Mul', 'u s', 'y'),
    ];
    const graph = await run(nodes);
    expect(opsOf(graph)).toBe('Gelu');
    expect(graph.nodes[0]!.attributes['approximate']).toEqual({ kind: 'string', value: 'tanh' });
  });

  it('is recognised in its tanh form with the cube as two products', async () => {
    const of = (last: string) => [
      n('Mul', 'x x', 'p2'),
      n('Mul', last, 'p'),
      n('Mul', 'c p', 'q'),
      n('Add', 'x q', 'r'),
      n('Mul', 'k r', 't'),
      n('Tanh', 't', 'h'),
      n('Add', 'one h', 's'),
      n('Mul', 'x s', 'u'),
      n('Mul', 'half u', 'y'),
    ];
    expect(opsOf(await run(of('x p2')))).toBe('Gelu');
    expect(opsOf(await run(of('p2 p2')))).toContain('Tanh');
  });

  it('is not seen where a factor differs or an inner value is used elsewhere', async () => {
    expect(opsOf(await run([...erf, n('Mul', 'x s', 'p'), n('Mul', 'p other', 'y')]))).toContain('Erf');
    const shared = [...erf, n('Mul', 'x s', 'p'), n('Mul', 'p half', 'g'), n('Concat', 'g s', 'y', { axis: int(2) })];
    expect(opsOf(await run(shared))).toContain('Erf');
  });
});
