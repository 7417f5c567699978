import { canonicalize } from '@topiary/canonical';
import {
  float,
  floats,
  int,
  int64s,
  ints,
  type Node,
  scalar,
  string,
  type Tensor,
  tensor,
  tensorOf,
  toNumbers,
} from '@topiary/onnx';
import { count } from '@topiary/ops';
import { describe, expect, it } from 'vitest';
import { check, n, opsOf, ramp, sketch, x } from './graphs.js';

describe('forms of older opsets', () => {
  const cases: [string, number, Node[], string][] = [
    ['Clip', 6 + 1, [n('Clip', 'x', 'y', { min: float(-0.5), max: float(1) })], 'Clip'],
    ['Clip without a minimum', 9, [n('Clip', 'x', 'y', { max: float(1) })], 'Clip'],
    ['Pad', 9, [n('Pad', 'x', 'y', { pads: ints([0, 1, 0, 0, 0, 2, 1, 0]), value: float(0.5) })], 'Pad'],
    ['Slice', 9, [n('Slice', 'x', 'y', { starts: ints([1]), ends: ints([-1]), axes: ints([2]) })], 'Slice'],
    ['Slice without axes', 9, [n('Slice', 'x', 'y', { starts: ints([0, 1]), ends: ints([2 ** 31 - 1, 3]) })], 'Slice'],
    ['Unsqueeze', 11, [n('Unsqueeze', 'x', 'y', { axes: ints([1]) })], 'Unsqueeze'],
    ['ReduceMean', 13, [n('ReduceMean', 'x', 'y', { axes: ints([1, 2]), keepdims: int(0) })], 'ReduceMean'],
    ['ReduceMax', 13, [n('ReduceMax', 'x', 'y', { axes: ints([-1]) })], 'ReduceMax'],
    ['ReduceSum', 11, [n('ReduceSum', 'x', 'y', { axes: ints([2]) })], 'ReduceSum'],
    [
      'Split',
      11,
      [n('Split', 'x', 'a b', { axis: int(1), split: ints([1, 2]) }), n('Concat', 'b a', 'y', { axis: int(1) })],
      'Split Concat',
    ],
    ['Split in equal parts', 13, [n('Split', 'x', 'a b', { axis: int(2) }), n('Sub', 'b a', 'y')], 'Split Sub'],
    ['Dropout', 7, [n('Relu', 'x', 'a'), n('Dropout', 'a', 'y m', { ratio: float(0.5) })], 'Relu'],
    [
      'Softmax over everything behind its axis',
      11,
      [n('Softmax', 'x', 'y', { axis: int(1) })],
      'Flatten Softmax Reshape',
    ],
    ['Softmax over the last axis', 11, [n('Softmax', 'x', 'y', { axis: int(3) })], 'Softmax'],
  ];
  for (const [name, opset, nodes, ops] of cases) {
    it(`brings ${name} of opset ${opset} forward`, async () => {
      const graph = await check(sketch({ opset, inputs: x('b', 3, 4, 5), nodes }), { x: ramp(2, 3, 4, 5) });
      expect(opsOf(graph)).toBe(ops);
      expect(graph.opsets['']).toBe(20);
    });
  }

  it('writes the sizes of equal parts out, so that a cut can make them unequal', async () => {
    const nodes = [
      n('Split', 'x', 'a b', { axis: int(-1), num_outputs: int(2) }),
      n('Concat', 'b a', 'y', { axis: int(2) }),
    ];
    const graph = await check(sketch({ opset: 18, inputs: x('b', 3, 5), nodes }), { x: ramp(2, 3, 5) });
    const [split] = graph.nodes;
    expect(split!.attributes).not.toHaveProperty('num_outputs');
    expect(toNumbers(tensorOf(graph.initializers.get(split!.inputs[1]!)!)!)).toEqual([3, 2]);
  });

  it('reads Squeeze and BatchNormalization of opset 9', async () => {
    const constants = { w: ramp(3), b: ramp(3), m: ramp(3), v: floats([1, 2, 3]) };
    const nodes = [n('BatchNormalization', 'x w b m v', 'a'), n('Squeeze', 'a', 'y', { axes: ints([2, 3]) })];
    const graph = await check(sketch({ opset: 9, inputs: x('b', 3, 1, 1), constants, nodes }), { x: ramp(2, 3, 1, 1) });
    expect(graph.outputs[0]!.shape).toEqual(['N', 3]);
  });

  it('takes a Dropout that trains with nothing to drop for an identity, and refuses others', async () => {
    const drop = (ratio: number) =>
      sketch({
        inputs: x('b', 3),
        constants: { ratio: scalar(ratio), on: tensor('bool', [], Uint8Array.of(1)) },
        nodes: [n('Dropout', 'x ratio on', 'a'), n('Relu', 'a', 'y')],
      });
    expect(opsOf(await check(drop(0), { x: ramp(2, 3) }))).toBe('Relu');
    expect(() => canonicalize(drop(0.5))).toThrow(/training mode/);
  });

  it('refuses an opset that it does not know, and training mode', () => {
    const nodes = [n('Relu', 'x', 'y')];
    expect(() => canonicalize(sketch({ opset: 5, inputs: x('b', 3), nodes }))).toThrow(/opset 7 to/);
    const train = [n('BatchNormalization', 'x w w w w', 'y', { training_mode: int(1) })];
    expect(() => canonicalize(sketch({ inputs: x('b', 3), constants: { w: ramp(3) }, nodes: train }))).toThrow(
      /training mode/,
    );
  });
});

describe('shape arithmetic', () => {
  it('folds x.view(x.size(0), -1) into one constant', async () => {
    const constants = { zero: int64s([0], []), rest: int64s([-1]), axes: int64s([0]) };
    const nodes = [
      n('Shape', 'x', 's'),
      n('Gather', 's zero', 'g'),
      n('Unsqueeze', 'g axes', 'u'),
      n('Concat', 'u rest', 't', { axis: int(0) }),
      n('Reshape', 'x t', 'y'),
    ];
    const graph = await check(sketch({ inputs: x('batch', 3, 4), constants, nodes }), { x: ramp(2, 3, 4) });
    expect(opsOf(graph)).toBe('Reshape');
    const shape = graph.initializers.get(graph.nodes[0]!.inputs[1]!)!;
    expect(toNumbers(tensorOf(shape)!)).toEqual([-1, 12]);
    expect(graph.outputs[0]).toEqual({ name: 'y', type: 'float32', shape: ['N', 12] });
  });

  it('resolves 0 and -1 of a Reshape, with the -1 where the batch is', async () => {
    const nodes = [n('Reshape', 'x t', 'y')];
    const constants = { t: int64s([0, 0, 2, -1]) };
    const graph = await check(sketch({ inputs: x('batch', 3, 4), constants, nodes }), { x: ramp(2, 3, 4) });
    expect(toNumbers(tensorOf(graph.initializers.get(graph.nodes[0]!.inputs[1]!)!)!)).toEqual([-1, 3, 2, 2]);
  });

  it('folds windows: the batch multiplied by a number', async () => {
    const constants = { zero: int64s([0], []), two: int64s([2], []), axes: int64s([0]), tail: int64s([6]) };
    const nodes = [
      n('Shape', 'x', 's'),
      n('Gather', 's zero', 'g'),
      n('Mul', 'g two', 'm'),
      n('Unsqueeze', 'm axes', 'u'),
      n('Concat', 'u tail', 't', { axis: int(0) }),
      n('Reshape', 'x t', 'r'),
      n('Relu', 'r', 'y'),
    ];
    const graph = await check(sketch({ inputs: x('batch', 3, 4), constants, nodes }), { x: ramp(3, 3, 4) });
    expect(graph.outputs[0]!.shape).toEqual(['2*N', 6]);
  });

  it('spreads a token over the batch without asking for its size at run time', async () => {
    const constants = { zero: int64s([0], []), axes: int64s([0]), tail: int64s([1, 4]), token: ramp(1, 1, 4) };
    const nodes = [
      n('Shape', 'x', 's'),
      n('Gather', 's zero', 'g'),
      n('Unsqueeze', 'g axes', 'u'),
      n('Concat', 'u tail', 't', { axis: int(0) }),
      n('Expand', 'token t', 'e'),
      n('Concat', 'e x', 'y', { axis: int(1) }),
    ];
    const graph = await check(sketch({ inputs: x('batch', 3, 4), constants, nodes }), { x: ramp(2, 3, 4) });
    expect(opsOf(graph)).toBe('Slice Mul Add Concat');
    expect(graph.nodes.map(({ name }) => name)).toEqual(['token.slice', 'token.mul', 'token.spread', 'y']);
    expect(graph.initializers.get('token')!.dims).toEqual([1, 1, 4]);
    expect(graph.outputs[0]!.shape).toEqual(['N', 4, 4]);
  });

  it('repeats a constant with Tile as with Expand', async () => {
    const constants = { zero: int64s([0]), one: int64s([1]), ones: int64s([2, 1]), token: ramp(1, 1, 4) };
    const nodes = [
      n('Shape', 'x', 's'),
      n('Slice', 's zero one', 'g'),
      n('Concat', 'g ones', 't', { axis: int(0) }),
      n('Tile', 'token t', 'e'),
      n('Concat', 'e x', 'y', { axis: int(1) }),
    ];
    const graph = await check(sketch({ inputs: x('batch', 3, 4), constants, nodes }), { x: ramp(2, 3, 4) });
    expect(opsOf(graph)).toBe('Slice Mul Expand Add Concat');
    expect(graph.outputs[0]!.shape).toEqual(['N', 5, 4]);
  });

  it('fills a shape that has the batch in it', async () => {
    const nodes = [
      n('Shape', 'x', 's'),
      n('ConstantOfShape', 's', 'c', { value: { kind: 'tensor', value: floats([0.5]) } }),
      n('Add', 'x c', 'y'),
    ];
    const graph = await check(sketch({ inputs: x('batch', 3, 4), nodes }), { x: ramp(2, 3, 4) });
    expect(graph.outputs[0]!.shape).toEqual(['N', 3, 4]);
  });

  it('resizes to the size of another value', async () => {
    const constants = { from: int64s([2]), to: int64s([9]), zero: int64s([0]), two: int64s([2]), k: ramp(2, 2, 2, 2) };
    const nodes = [
      n('Conv', 'x k', 'a', { strides: ints([2, 2]), kernel_shape: ints([2, 2]) }),
      n('Shape', 'x', 's'),
      n('Slice', 's from to', 'hw'),
      n('Shape', 'a', 't'),
      n('Slice', 't zero two', 'nc'),
      n('Concat', 'nc hw', 'size', { axis: int(0) }),
      n('Resize', 'a _ _ size', 'y', { mode: string('linear'), coordinate_transformation_mode: string('half_pixel') }),
    ];
    const graph = await check(sketch({ inputs: x('batch', 2, 6, 8), constants, nodes }), { x: ramp(2, 2, 6, 8) });
    expect(opsOf(graph)).toBe('Conv Resize');
    expect(graph.outputs[0]!.shape).toEqual(['N', 2, 6, 8]);
  });

  it('gives a file with a fixed batch its batch back', async () => {
    const constants = { t: int64s([1, 12]) };
    const graph = canonicalize(sketch({ inputs: x(1, 3, 4), constants, nodes: [n('Reshape', 'x t', 'y')] }));
    expect(graph.outputs[0]!.shape).toEqual(['N', 12]);
  });

  it('asks for the size of a dimension that is neither fixed nor the batch', async () => {
    const graph = sketch({ inputs: x('batch', 3, 'height'), nodes: [n('Relu', 'x', 'y')] });
    expect(() => canonicalize(graph)).toThrow(/input 'x', dimension 2; expected a number; got 'height'/);
    expect(canonicalize(graph, { sizes: { height: 8 } }).outputs[0]!.shape).toEqual(['N', 3, 8]);
  });

  it('writes automatic padding out', async () => {
    for (const mode of ['SAME_UPPER', 'SAME_LOWER', 'VALID']) {
      const attributes = { auto_pad: string(mode), strides: ints([2, 1]), kernel_shape: ints([3, 2]) };
      const graph = sketch({
        inputs: x('batch', 2, 6, 5),
        constants: { w: ramp(4, 2, 3, 2) },
        nodes: [n('Conv', 'x w', 'y', attributes)],
      });
      const canonical = await check(graph, { x: ramp(2, 2, 6, 5) });
      expect(canonical.nodes[0]!.attributes['auto_pad']).toBeUndefined();
    }
  });
});

describe('constants', () => {
  it('computes scale factors', async () => {
    const nodes = [
      n('Constant', '', 'd', { value: { kind: 'tensor', value: int64s([16], []) } }),
      n('Cast', 'd', 'f', { to: int(1) }),
      n('Sqrt', 'f', 'r'),
      n('Constant', '', 'one', { value_float: float(1) }),
      n('Div', 'one r', 's'),
      n('Mul', 'x s', 'y'),
    ];
    const graph = await check(sketch({ inputs: x('b', 3), nodes }), { x: ramp(2, 3) });
    expect(opsOf(graph)).toBe('Mul');
    expect([...graph.initializers.values()].map((value) => toNumbers(tensorOf(value)!))).toEqual([[0.25]]);
  });

  it('computes a mask of comparisons', async () => {
    const nodes = [
      n('Range', 'zero three one', 'r'),
      n('Unsqueeze', 'r axes', 'c'),
      n('Equal', 'r c', 'e'),
      n('Not', 'e', 'o'),
      n('Where', 'o low none', 'm'),
      n('Add', 'x m', 'y'),
    ];
    const constants = {
      zero: int64s([0], []),
      three: int64s([3], []),
      one: int64s([1], []),
      axes: int64s([1]),
      low: scalar(-100),
      none: scalar(0),
    };
    const graph = await check(sketch({ inputs: x('b', 3, 3), constants, nodes }), { x: ramp(2, 3, 3) });
    expect(opsOf(graph)).toBe('Add');
  });

  it('transposes weights, but does not repeat trained numbers', async () => {
    const nodes = [
      n('Transpose', 'w', 't', { perm: ints([1, 0]) }),
      n('MatMul', 'x t', 'm'),
      n('Gather', 'p i', 'g'),
      n('Add', 'm g', 'y'),
    ];
    const constants = { w: ramp(4, 3), p: ramp(2), i: int64s([0, 1, 1, 0]) };
    const graph = await check(sketch({ inputs: x('b', 3), constants, nodes }), { x: ramp(2, 3) });
    expect(opsOf(graph)).toBe('MatMul Gather Add');
    expect(graph.initializers.get('p')!.dims).toEqual([2]);
  });

  it('lets an evaluator compute what the rules of the operators do not', () => {
    const graph = sketch({
      inputs: x('b', 3),
      constants: { w: ramp(3) },
      nodes: [n('Relu', 'w', 'r'), n('Mul', 'x r', 'y')],
    });
    const asked: string[] = [];
    const canonical = canonicalize(graph, {
      evaluate: (part) => {
        asked.push(opsOf(part), ...part.initializers.keys());
        return [floats([1, 2, 3])];
      },
    });
    expect(asked).toEqual(['Relu', 'w']);
    expect(opsOf(canonical)).toBe('Mul');
  });
});

describe('sharing', () => {
  const calls = [
    n('Identity', 'a.weight', 'b.weight'),
    n('MatMul', 'x a.weight', 'p'),
    n('MatMul', 'p b.weight', 'q'),
    n('MatMul', 'q b.weight', 'y'),
  ];
  const called = (weight: Tensor) => sketch({ inputs: x('b', 3), constants: { 'a.weight': weight }, nodes: calls });

  it('gives each use of a merged constant its own copy, under the name that Identity gave it', async () => {
    const graph = await check(called(floats(new Float32Array(9).fill(0.5), [3, 3])), { x: ramp(2, 3) });
    expect(opsOf(graph)).toBe('MatMul MatMul MatMul');
    expect([...graph.initializers.keys()]).toEqual(['a.weight', 'b.weight', 'b_1.weight']);
    expect(graph.nodes.map(({ name }) => name)).toEqual(['a', 'b', 'b_1']);
  });

  it('keeps one parameter where the numbers differ, for only the tensor itself is equal to it', async () => {
    const graph = await check(called(ramp(3, 3)), { x: ramp(2, 3) });
    expect([...graph.initializers.keys()]).toEqual(['a.weight']);
    expect(graph.nodes.map(({ inputs }) => inputs[1])).toEqual(['a.weight', 'a.weight', 'a.weight']);
    expect(count(graph).params).toBe(9);
  });

  it('keeps one bias for a layer that is called twice, and another for its neighbour', async () => {
    const nodes = [
      n('Gemm', 'x w zeros', 'p'),
      n('Gemm', 'p w zeros', 'q'),
      n('Gemm', 'q v zeros', 'r'),
      n('Gemm', 'r v zeros', 'y'),
    ];
    const constants = { w: ramp(3, 3), v: floats([3, 1, 2, 0, 1, 0, 2, 2, 1], [3, 3]), zeros: floats([0, 0, 0]) };
    const graph = await check(sketch({ inputs: x('b', 3), constants, nodes }), { x: ramp(2, 3) });
    const biases = graph.nodes.map(({ inputs }) => inputs[2]);
    expect(biases[0]).toBe(biases[1]);
    expect(biases[2]).toBe(biases[3]);
    expect(new Set(biases).size).toBe(2);
  });

  it('keeps the tie between an embedding and its output projection', async () => {
    const nodes = [
      n('Gather', 'table x', 'e'),
      n('Identity', 'table', 'head'),
      n('Transpose', 'head', 't', { perm: ints([1, 0]) }),
      n('MatMul', 'e t', 'y'),
    ];
    const inputs = [{ name: 'x', type: 'int64', shape: ['b', 3] }] as const;
    const graph = await check(sketch({ inputs, constants: { table: ramp(5, 4) }, nodes }), {
      x: int64s([0, 4, 2, 1, 1, 3], [2, 3]),
    });
    expect([...graph.initializers.keys()]).toEqual(['table']);
    expect(opsOf(graph)).toBe('Gather Transpose MatMul');
  });

  it('keeps the name of an output that was only another name', async () => {
    const graph = await check(sketch({ inputs: x('b', 3), nodes: [n('Relu', 'x', 'a'), n('Identity', 'a', 'y')] }), {
      x: ramp(2, 3),
    });
    expect(opsOf(graph)).toBe('Relu');
    const straight = await check(sketch({ inputs: x('b', 3), nodes: [n('Identity', 'x', 'y')] }), { x: ramp(2, 3) });
    expect(opsOf(straight)).toBe('Identity');
  });
});

describe('neutral nodes', () => {
  it('go', async () => {
    const constants = {
      none: int64s([0, 0, 0, 0]),
      from: int64s([0]),
      to: int64s([99]),
      at: int64s([1]),
      same: int64s([0, 3]),
    };
    const nodes = [
      n('Pad', 'x none', 'a'),
      n('Cast', 'a', 'b', { to: int(1) }),
      n('Concat', 'b', 'c', { axis: int(1) }),
      n('Slice', 'c from to at', 'd'),
      n('Transpose', 'd', 'e', { perm: ints([0, 1]) }),
      n('Reshape', 'e same', 'f'),
      n('Flatten', 'f', 'g'),
      n('Relu', 'g', 'y'),
    ];
    const graph = await check(sketch({ inputs: x('b', 3), constants, nodes }), { x: ramp(2, 3) });
    expect(opsOf(graph)).toBe('Relu');
    expect(graph.initializers.size).toBe(0);
  });

  it('but a Pad that moves and a Slice that turns round stay', async () => {
    const constants = {
      move: int64s([0, 1, 0, -1]),
      from: int64s([2]),
      to: int64s([-9]),
      at: int64s([1]),
      step: int64s([-1]),
    };
    const nodes = [n('Pad', 'x move', 'a'), n('Slice', 'a from to at step', 'y')];
    const graph = await check(sketch({ inputs: x('b', 3), constants, nodes }), { x: ramp(2, 3) });
    expect(opsOf(graph)).toBe('Pad Slice');
  });
});
