/** Work that no counter of the literature counts: each number here is worked out by hand. */
import { floats, type Graph, type GraphBuilder, int, ints, string } from '@topiary/onnx';
import { allOps, createBuilder, workOf } from '@topiary/ops';
import { describe, expect, it } from 'vitest';

/** x is [N, 2, 4, 4], 32 numbers for one example. */
const built = (body: (b: GraphBuilder, x: string) => string): Graph => {
  const b = createBuilder();
  b.output(body(b, b.input('x', 'float32', ['N', 2, 4, 4])));
  return b.build('work');
};
const work = (body: (b: GraphBuilder, x: string) => string) => {
  const { products, joins, elementwise, bytes } = workOf(built(body));
  return { products, joins, elementwise, bytes };
};
const weight = (b: GraphBuilder, dims: readonly number[]) =>
  b.constant(floats(Array(dims.reduce((n, dim) => n * dim, 1)).fill(0.5), dims));

describe('work', () => {
  it('counts a convolution as products, with the weights among the bytes', () => {
    // 3 · 3 · 2 products for each of 5 · 4 · 4 outputs; 32 + 90 + 80 numbers of four bytes
    expect(
      work((b, x) =>
        b.op('Conv', [x, weight(b, [5, 2, 3, 3])], { kernel_shape: ints([3, 3]), pads: ints([1, 1, 1, 1]) }),
      ),
    ).toEqual({ products: 1440, joins: 0, elementwise: 0, bytes: 808 });
  });

  it('sees the multiply-accumulates of a product with weights that is summed up', () => {
    // [N, 1, 2, 4, 4] · [5, 2, 1, 1] is 160 products; 160 become 80 sums
    const { joins, products } = work((b, x) => {
      const wide = b.op('Unsqueeze', [x, b.int64s([1])]);
      return b.op('ReduceSum', [b.op('Mul', [wide, weight(b, [5, 2, 1, 1])]), b.int64s([2])], { keepdims: int(0) });
    });
    expect({ products, joins }).toEqual({ products: 0, joins: 80 });
  });

  it('counts no join where a number meets a constant, and one where it meets another', () => {
    expect(work((b, x) => b.op('Mul', [x, weight(b, [2, 1, 1])])).joins).toBe(0);
    expect(work((b, x) => b.op('Add', [x, b.op('Relu', [x])])).joins).toBe(32);
  });

  it('weighs functions by the time that they take', () => {
    expect(work((b, x) => b.op('Relu', [x])).elementwise).toBe(32);
    expect(work((b, x) => b.op('Pow', [x, b.scalar(1.5)])).elementwise).toBe(320);
  });

  it('counts a fused activation as its parts', () => {
    const parts = work((b, x) => b.op('Mul', [x, b.op('HardSigmoid', [x])]));
    expect(work((b, x) => b.op('HardSwish', [x])).joins).toBe(parts.joins);
    const gate = work((b, x) => b.op('Mul', [x, b.op('Sigmoid', [x])]));
    expect(work((b, x) => b.op('Silu', [x], {}, { domain: 'topiary' })).joins).toBe(gate.joins);
    expect(work((b, x) => b.op('Gelu', [x], { approximate: string('tanh') })).joins).toBe(4 * 32);
  });

  it('counts windows by their size and interpolation by its neighbours', () => {
    // 8 outputs of 4 inputs each
    expect(work((b, x) => b.op('MaxPool', [x], { kernel_shape: ints([2, 2]), strides: ints([2, 2]) })).joins).toBe(24);
    // 128 outputs of 2 · 2 neighbours
    const scales = (b: GraphBuilder) => b.constant(floats([1, 1, 2, 2]));
    expect(work((b, x) => b.op('Resize', [x, '', scales(b)], { mode: string('linear') })).joins).toBe(384);
    expect(work((b, x) => b.op('Resize', [x, '', scales(b)], { mode: string('nearest') })).joins).toBe(0);
  });

  it('counts copies as bytes and another shape as nothing', () => {
    expect(work((b, x) => b.op('Transpose', [x], { perm: ints([0, 2, 3, 1]) })).bytes).toBe(256);
    expect(work((b, x) => b.op('Flatten', [x])).bytes).toBe(0);
  });

  it('takes nothing that depends on sizes alone for a number of the example', () => {
    const { joins } = work((b, x) => {
      const shape = b.op('Cast', [b.op('Shape', [x])], { to: int(1) });
      return b.op('Mul', [x, b.op('ReduceSum', [shape])]);
    });
    expect(joins).toBe(0);
  });

  it('lets no operator into uploads that has no cost', () => {
    const closed = allOps().filter(({ uploads }) => !uploads);
    expect(closed.every(({ domain }) => domain !== '')).toBe(true);
    expect(closed.map(({ domain }) => domain)).toContain('com.microsoft');
  });
});
