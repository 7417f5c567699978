/** What rules say beyond single numbers: folding with a symbolic batch, roles, and clear words on bad nodes. */
import { isTopiaryError } from '@topiary/errors';
import { type Attributes, int, ints, type Node, type Shape, type TensorType } from '@topiary/onnx';
import { createBuilder, infer, type Known, opOf } from '@topiary/ops';
import { describe, expect, it } from 'vitest';

const node = (op: string, inputs: number, attributes: Attributes = {}, outputs = 1): Node => ({
  op,
  domain: '',
  name: op,
  inputs: Array.from({ length: inputs }, (_, i) => `x${i}`),
  outputs: Array.from({ length: outputs }, (_, i) => `y${i}`),
  attributes,
});

const known = (...data: Known['data'][number][]): Known => ({ type: 'int64', dims: [data.length], data });
const scalar = (value: number): Known => ({ type: 'int64', dims: [], data: [value] });

const fold = (
  op: string,
  inputs: readonly (Known | null)[],
  attributes: Attributes = {},
  shapes: readonly Shape[] = [],
) => {
  const x = inputs.map((input, i): TensorType | null =>
    shapes[i] ? { type: 'float32', shape: shapes[i] } : input && { type: input.type, shape: input.dims },
  );
  const values = opOf(node(op, inputs.length)).value({
    node: node(op, inputs.length, attributes),
    x,
    known: (i) => inputs[i] ?? null,
  });
  return values?.[0]?.data ?? null;
};

describe('folding with a symbolic batch', () => {
  it('reads shapes, picks, multiplies and joins them', () => {
    expect(fold('Shape', [null], {}, [['N', 64, 8]])).toEqual(['N', 64, 8]);
    expect(fold('Gather', [known('N', 64, 8), scalar(0)])).toEqual(['N']);
    expect(fold('Mul', [known('N', 3), known(4, 5)])).toEqual(['4*N', 15]);
    expect(fold('Div', [known('4*N', 7), known(2, 2)])).toEqual(['2*N', 3]);
    expect(fold('Add', [known('N', 3), known(0, 4)])).toEqual(['N', 7]);
    expect(fold('Sub', [known('N', 9), known('N', 4)])).toEqual([0, 5]);
    expect(fold('Concat', [known('N'), known(64)], { axis: int(0) })).toEqual(['N', 64]);
    expect(fold('Slice', [known('N', 64, 8), known(1), known(3)])).toEqual([64, 8]);
    expect(fold('ReduceProd', [known('N', 64, 8)], { keepdims: int(0) })).toEqual(['512*N']);
  });

  it('knows that a batch is at least one, and does not pretend to know more', () => {
    expect(fold('Equal', [known('N', 3), known(-1, 3)])).toEqual([0, 1]);
    expect(fold('Equal', [known('N'), known(8)])).toEqual([null]);
    expect(fold('Greater', [known('N'), known(0)])).toEqual([1]);
    expect(fold('Add', [known('N'), known(1)])).toEqual([null]);
    expect(fold('Where', [known(1, 0), known('N', 'N'), known(2, 3)])).toEqual(['N', 3]);
  });

  it('is nothing where an input is not known', () => {
    expect(fold('Add', [known(1), null])).toBeNull();
    expect(fold('Concat', [known(1), null], { axis: int(0) })).toBeNull();
  });
});

describe('roles of initialisers', () => {
  const rolesOf = (op: string, shapes: readonly Shape[], attributes: Attributes = {}) =>
    opOf(node(op, shapes.length)).roles(
      node(op, shapes.length, attributes),
      shapes.map((shape) => ({ type: 'float32', shape })),
    );

  it('names the axis that makes channels and the one that reads them', () => {
    expect(
      rolesOf('Conv', [
        ['N', 3, 8, 8],
        [8, 3, 3, 3],
      ])[1],
    ).toEqual({ role: 'weight', out: 0, in: 1 });
    expect(
      rolesOf('ConvTranspose', [
        ['N', 3, 8, 8],
        [3, 8, 2, 2],
      ])[1],
    ).toEqual({ role: 'weight', out: 1, in: 0 });
    expect(
      rolesOf(
        'Gemm',
        [
          ['N', 3],
          [8, 3],
        ],
        { transB: int(1) },
      )[1],
    ).toEqual({ role: 'weight', out: 0, in: 1 });
    expect(
      rolesOf('Gemm', [
        ['N', 3],
        [3, 8],
      ])[1],
    ).toEqual({ role: 'weight', out: 1, in: 0 });
    expect(
      rolesOf('MatMul', [
        ['N', 5, 3],
        [3, 8],
      ])[1],
    ).toEqual({ role: 'weight', out: 1, in: 0 });
  });

  it('tells biases, scales and positions from numbers', () => {
    expect(rolesOf('Add', [['N', 5, 8], [8]])[1]).toEqual({ role: 'bias' });
    expect(rolesOf('Mul', [['N', 5, 8], [8]])[1]).toEqual({ role: 'scale' });
    expect(
      rolesOf('Add', [
        ['N', 5, 8],
        [1, 5, 8],
      ])[1],
    ).toEqual({ role: 'parameter' });
    expect(rolesOf('Mul', [['N', 5, 8], []])[1]).toBeUndefined();
    expect(rolesOf('Add', [['N', 5, 8], [1]])[1]).toBeUndefined();
  });
});

const failureOf = (body: () => unknown): { code: string; message: string } => {
  try {
    body();
  } catch (error) {
    if (isTopiaryError(error)) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('nothing was thrown');
};

const typed = (op: string, shapes: readonly Shape[], attributes: Attributes = {}) =>
  infer(
    node(op, shapes.length, attributes),
    shapes.map((shape) => ({ type: 'float32', shape })),
    () => null,
  );

describe('bad nodes', () => {
  it('say where, what was expected and what was got', () => {
    const conv = failureOf(() =>
      typed('Conv', [
        ['N', 4, 8, 8],
        [8, 3, 3, 3],
      ]),
    );
    expect(conv.code).toBe('TOPIARY_OPS_BAD_NODE');
    expect(conv.message).toContain("Conv 'Conv'; expected a weight for 4 channels in 1 groups; got [8,3,3,3]");
    const add = failureOf(() => typed('Add', [['N', 4], [3]]));
    expect(add.message).toContain('shapes that broadcast; got [N,4] and [3]');
  });

  it.each<[string, readonly Shape[], Attributes]>([
    [
      'MatMul',
      [
        ['N', 4],
        [3, 8],
      ],
      {},
    ],
    [
      'Gemm',
      [
        ['N', 4, 2],
        [4, 8],
      ],
      {},
    ],
    [
      'Concat',
      [
        ['N', 4],
        ['N', 5, 1],
      ],
      { axis: int(1) },
    ],
    ['Concat', [['N', 4]], { axis: int(2) }],
    ['Transpose', [['N', 4]], { perm: ints([0, 1, 2]) }],
    ['MaxPool', [['N', 4, 2, 2]], { kernel_shape: ints([3, 3]) }],
    ['MaxPool', [['N', 4, 2, 2]], {}],
    [
      'Conv',
      [
        ['N', 4, 8, 8],
        [8, 4, 3, 3],
      ],
      { strides: ints([2]) },
    ],
    [
      'Conv',
      [
        ['N', 4, 8, 8],
        [8, 4, 3, 3],
      ],
      { kernel_shape: ints([1, 1]) },
    ],
    [
      'Conv',
      [
        ['N', 4, 8, 8],
        [8, 4, 3, 3],
      ],
      { strides: ints([0, 1]) },
    ],
    [
      'Conv',
      [
        ['N', 4, 8, 8],
        [8, 4, 3, 3],
      ],
      { group: int(0) },
    ],
    ['Transpose', [['N', 4]], { perm: ints([0, 0]) }],
    ['BatchNormalization', [['N', 4, 8], [4], [4], [4], [5]], {}],
    ['LayerNormalization', [['N', 4, 8], [7]], {}],
    ['Flatten', [['N', 4, 8]], { axis: int(4) }],
    ['Cast', [['N', 4]], { to: int(99) }],
    ['Conv', [['N', 4, 8, 8]], {}],
  ])('%s is refused', (op, shapes, attributes) => {
    expect(failureOf(() => typed(op, shapes, attributes)).code).toBe('TOPIARY_OPS_BAD_NODE');
  });

  it('a shape that is computed cannot be resolved', () => {
    expect(failureOf(() => typed('Reshape', [['N', 4], [2]])).code).toBe('TOPIARY_OPS_UNRESOLVED_SHAPE');
    expect(
      failureOf(() =>
        typed('Conv', [
          ['N', 4, 'H', 8],
          [8, 4, 3, 3],
        ]),
      ).code,
    ).toBe('TOPIARY_OPS_UNRESOLVED_SHAPE');
  });

  it('a Reshape that loses elements is refused', () => {
    const b = createBuilder();
    const x = b.input('x', 'float32', ['N', 6]);
    for (const target of [
      [-1, 4],
      [3, 2],
      [0, 7],
    ]) {
      expect(failureOf(() => b.op('Reshape', [x, b.int64s(target)])).code).toBe('TOPIARY_OPS_BAD_NODE');
    }
    expect(b.shape(b.op('Reshape', [x, b.int64s([-1, 2])]))).toEqual(['3*N', 2]);
  });

  it('an unknown operator is named', () => {
    const { code, message } = failureOf(() => typed('Loop', [['N']]));
    expect(code).toBe('TOPIARY_OPS_UNKNOWN_OPERATOR');
    expect(message).toContain('Loop');
  });
});
