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
  toHalf,
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

  it('are computed up to a limit, and then the file is refused with the cure', () => {
    const nodes = Array.from({ length: 20 }, (_, i) => n('Add', `v${i} v${i}`, `v${i + 1}`));
    const wide = [n('Expand', 'one shape', 'v0'), ...nodes, n('Add', 'x v20', 'y')];
    const graph = sketch({
      inputs: x('b', 300),
      constants: { one: scalar(1), shape: int64s([1, 300]) },
      nodes: wide,
    });
    expect(opsOf(canonicalize(graph, { mostComputed: 10_000 }))).toBe('Add');
    expect(() => canonicalize(graph, { mostComputed: 1000 })).toThrow(/Add 'v\d+'.*at most 1000 computed.*onnxsim/);
  });
});

describe('constants that end in a weight', () => {
  /** (w - mean w) / sqrt(mean (w - mean w)² + 1e-5), as PyTorch's exporter writes it at every call. */
  const standardised = (call: string): Node[] => [
    n('ReduceMean', 'w axes', `${call}.mean`),
    n('Sub', `w ${call}.mean`, `${call}.d`),
    n('Mul', `${call}.d ${call}.d`, `${call}.squares`),
    n('ReduceMean', `${call}.squares axes`, `${call}.variance`),
    n('Add', `${call}.variance epsilon`, `${call}.sum`),
    n('Sqrt', `${call}.sum`, `${call}.deviation`),
    n('Div', `${call}.d ${call}.deviation`, `${call}.weight`),
  ];
  const constants = { w: ramp(3, 3, 2, 2), axes: int64s([1, 2, 3]), epsilon: scalar(1e-5) };
  const same = { kernel_shape: ints([2, 2]), pads: ints([0, 0, 1, 1]) };

  it('become it: a standardised convolution, which stays one weight when it is called twice', async () => {
    const nodes = [
      ...standardised('a'),
      n('Conv', 'x a.weight', 'p', same),
      ...standardised('b'),
      n('Conv', 'p b.weight', 'y', same),
    ];
    const graph = await check(sketch({ inputs: x('b', 3, 4, 4), constants, nodes }), { x: ramp(2, 3, 4, 4) });
    expect(opsOf(graph)).toBe('Conv Conv');
    expect([...graph.initializers.keys()]).toEqual(['a.weight']);
    expect(count(graph).params).toBe(36);
  });

  it('become it: weight norm, and half precision behind Cast', async () => {
    const half = { type: 'float16', dims: [3, 3], data: Uint16Array.from(toNumbers(ramp(3, 3)), toHalf) } as const;
    const nodes = [
      n('ReduceL2', 'v axes', 'norm'),
      n('Div', 'v norm', 'direction'),
      n('Mul', 'direction g', 'w'),
      n('MatMul', 'x w', 'p'),
      n('Cast', 'half', 'c', { to: int(1) }),
      n('MatMul', 'p c', 'y'),
    ];
    const norm = { v: ramp(3, 3), g: floats([2, 3, 5], [3, 1]), axes: int64s([1]), half };
    const graph = await check(sketch({ inputs: x('b', 3), constants: norm, nodes }), { x: ramp(2, 3) });
    expect(opsOf(graph)).toBe('MatMul MatMul');
    expect([...graph.initializers.values()].map(({ type }) => type)).toEqual(['float32', 'float32']);
  });

  it('become it: what timm writes as a norm in training mode, and a direction that is expanded to its own shape', async () => {
    const nodes = [
      n('Reshape', 'w flat', 'r'),
      n('BatchNormalization', 'r ones zeros zeros ones', 's m v', { training_mode: int(1), epsilon: float(1e-6) }),
      n('Reshape', 's back', 'k'),
      n('Conv', 'x k', 'p', same),
      n('ReduceMean', 'p places', 'f', { keepdims: int(0) }),
      n('ReduceL2', 'u last', 'norm'),
      n('Shape', 'u', 'shape'),
      n('Expand', 'norm shape', 'wide'),
      n('Div', 'u wide', 'd'),
      n('MatMul', 'f d', 'y'),
    ];
    const trained = {
      w: ramp(3, 3, 2, 2),
      flat: int64s([1, 3, -1]),
      back: int64s([3, 3, 2, 2]),
      ones: floats([1, 1, 1]),
      zeros: floats([0, 0, 0]),
      places: int64s([2, 3]),
      u: ramp(3, 4),
      last: int64s([1]),
    };
    const graph = await check(sketch({ inputs: x('b', 3, 4, 4), constants: trained, nodes }), { x: ramp(2, 3, 4, 4) });
    expect(opsOf(graph)).toBe('Conv ReduceMean MatMul');
    expect(count(graph).params).toBe(36 + 12);
  });

  it('become it: parts of one matrix, and a kernel that is the same for every channel', async () => {
    const part = (name: string, from: number) => [
      n('Slice', `w from${from} to${from} zero`, name),
      n('MatMul', `x ${name}`, `${name}.y`),
    ];
    const bounds = Object.fromEntries([0, 1, 2, 3].map((i) => [`from${i}`, int64s([i])]));
    const ends = Object.fromEntries([0, 1, 2].map((i) => [`to${i}`, int64s([i + 1])]));
    const nodes = [...part('q', 0), ...part('k', 1), ...part('v', 2), n('Sum', 'q.y k.y v.y', 'y')];
    nodes.splice(-1, 1, n('Add', 'q.y k.y', 's'), n('Add', 's v.y', 'y'));
    const cut = await check(
      sketch({ inputs: x('b', 1), constants: { w: ramp(3, 4), zero: int64s([0]), ...bounds, ...ends }, nodes }),
      { x: ramp(2, 1) },
    );
    expect(opsOf(cut)).toBe('MatMul MatMul MatMul Add Add');
    expect(count(cut).params).toBe(12);
    const blur = [n('Expand', 'k to', 'w'), n('Conv', 'x w', 'y', { ...same, group: int(3) })];
    const wide = await check(
      sketch({
        inputs: x('b', 3, 4, 4),
        constants: { k: ramp(1, 1, 2, 2), to: int64s([3, 1, 1, 1]) },
        nodes: blur,
      }),
      { x: ramp(2, 3, 4, 4) },
    );
    expect(opsOf(wide)).toBe('Conv');
    expect(wide.initializers.get(wide.nodes[0]!.inputs[1]!)!.dims).toEqual([3, 1, 2, 2]);
  });

  it('stay where folding would make two parameters of one, or many of a table', async () => {
    const tied = [
      n('Gather', 'table x', 'e'),
      n('ReduceMean', 'table axes', 'mean'),
      n('Sub', 'table mean', 'centred'),
      n('Transpose', 'centred', 't', { perm: ints([1, 0]) }),
      n('MatMul', 'e t', 'y'),
    ];
    const tokens = [{ name: 'x', type: 'int64', shape: ['b', 3] }] as const;
    const embedding = await check(
      sketch({ inputs: tokens, constants: { table: ramp(5, 4), axes: int64s([1]) }, nodes: tied }),
      { x: int64s([0, 4, 2, 1, 1, 3], [2, 3]) },
    );
    expect(opsOf(embedding)).toBe('Gather ReduceMean Sub Transpose MatMul');
    expect(count(embedding).params).toBe(20);
    const looked = [n('Gather', 'table places', 'bias'), n('Add', 'x bias', 'y')];
    const places = int64s([0, 1, 1, 2, 0, 1], [2, 3]);
    const relative = await check(
      sketch({ inputs: x('b', 2, 3), constants: { table: ramp(4), places }, nodes: looked }),
      { x: ramp(2, 2, 3) },
    );
    expect(opsOf(relative)).toBe('Gather Add');
    expect(relative.initializers.get('table')!.dims).toEqual([4]);
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
