/** What relative positions ask for, against onnxruntime's kernels for the same graph as it is written. */
import { lower } from '@topiary/lowering';
import { type GraphBuilder, int, ints, toNumbers } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import type { Feeds } from '@topiary/runtime';
import { describe, expect, it } from 'vitest';
import { distance, evaluate, random } from './_support.js';

type Build = (b: GraphBuilder) => Readonly<Record<string, string>>;

/** Operators of the lowered graph, with and without operators of onnxruntime's own. */
const operators = (feeds: Feeds, build: Build, standardOnly: boolean): string[] => {
  const b = createBuilder();
  for (const [name, { type, dims }] of Object.entries(feeds)) b.input(name, type, dims);
  for (const [name, value] of Object.entries(build(b))) b.output(value, name);
  return lower(b.build('positions'), { standardOnly }).nodes.map(({ op }) => op);
};

/** `standardOnly` leaves everything as it was written. */
const expectSame = async (feeds: Feeds, build: Build): Promise<void> => {
  const ours = await evaluate(feeds, build);
  const theirs = await evaluate(feeds, build, { standardOnly: true });
  for (const [name, { dims, data }] of Object.entries(theirs)) {
    expect(ours[name]!.dims).toEqual(dims);
    expect(distance(ours[name]!.data, data)).toBeLessThan(1e-6);
  }
};

const reduceTo = (b: GraphBuilder, x: string, like: string): string =>
  b.op('ReduceTo', [x, like], {}, { domain: 'topiary' });

const swapped = (b: GraphBuilder, x: string): string => {
  const rank = b.shape(x).length;
  const perm = Array.from({ length: rank - 2 }, (_, i) => i);
  return b.op('Transpose', [x], { perm: ints([...perm, rank - 1, rank - 2]) });
};

/** [pictures, windows, heads], a side of a window, channels of a head. */
const SHAPES = [
  { outer: [4, 9, 6], side: 3, d: 16 },
  { outer: [4, 1, 6], side: 8, d: 5 },
] as const;

describe.each(SHAPES)('few rows for each of several matrices, side $side', ({ outer, side, d }) => {
  const feeds = {
    q: random(1, [...outer, side, side, d]),
    table: random(2, [side, side, d]),
    dY: random(3, [...outer, side, side, side]),
  };

  it('are products of many rows', async () => {
    const build: Build = (b) => ({ y: b.op('MatMul', ['q', swapped(b, 'table')]) });
    await expectSame(feeds, build);
    expect(operators(feeds, build, false)).toEqual(['Transpose', 'Reshape', 'FusedMatMul', 'Reshape', 'Transpose']);
  });

  it('sum the gradient of a matrix within one product', async () => {
    const build: Build = (b) => {
      const each = b.op('MatMul', [swapped(b, 'q'), 'dY']);
      return { dW: reduceTo(b, each, swapped(b, 'table')) };
    };
    await expectSame(feeds, build);
    const wanted = ['Transpose', 'Reshape', 'Transpose', 'Reshape', 'FusedMatMul'];
    expect(operators(feeds, build, false)).toEqual(wanted);
  });

  it('and leave a sum alone that is not the gradient of a matrix', async () => {
    const build: Build = (b) => {
      const each = b.op('MatMul', [swapped(b, 'q'), 'dY']);
      const wanted = b.op('ReduceSum', [swapped(b, 'table'), b.int64s([1])], { keepdims: int(1) });
      return { dBias: reduceTo(b, each, wanted) };
    };
    await expectSame(feeds, build);
  });

  it('are read from what was turned before by one copy', async () => {
    const build: Build = (b) => {
      const sideways = b.op('Transpose', ['q'], { perm: ints([0, 1, 2, 4, 3, 5]) });
      return { y: b.op('MatMul', [sideways, swapped(b, 'table')]) };
    };
    await expectSame(feeds, build);
    expect(operators(feeds, build, false).filter((op) => op === 'Transpose')).toHaveLength(2);
  });
});

describe.each(SHAPES)('two short axes, side $side', ({ outer, side }) => {
  const whole = [...outer, side, side, side, side];
  const feeds = {
    x: random(4, whole),
    above: random(5, [...outer, side, side, side, 1]),
    beside: random(6, [...outer, side, side, 1, side]),
    one: random(7, [1, 1]),
    table: random(8, [side, side]),
  };

  it('are added to by products with zeros and ones', async () => {
    const build: Build = (b) => {
      const [above, beside] = [b.op('MatMul', ['above', 'one']), b.op('MatMul', ['beside', 'table'])];
      return { y: b.op('Add', [b.op('Add', ['x', above]), beside]), z: b.op('Add', [beside, 'x']) };
    };
    await expectSame(feeds, build);
    expect(operators(feeds, build, false).filter((op) => op === 'MatMul')).toHaveLength(4);
    expect(operators(feeds, build, true).filter((op) => op === 'MatMul')).toHaveLength(2);
  });

  it('keep a mask that holds infinities as it is', async () => {
    const mask = random(9, [...outer, side, side, side, 1]);
    (mask.data as Float32Array)[0] = -Infinity;
    const y = (await evaluate({ x: feeds.x, mask }, (b) => ({ y: b.op('Add', ['x', 'mask']) })))['y']!;
    expect(toNumbers(y).filter((value) => value === -Infinity)).toHaveLength(side);
    expect(toNumbers(y).some(Number.isNaN)).toBe(false);
  });

  it('are summed by products with zeros and ones', async () => {
    const build: Build = (b) => ({
      rows: reduceTo(b, 'x', 'above'),
      columns: reduceTo(b, 'x', 'beside'),
    });
    await expectSame(feeds, build);
    expect(operators(feeds, build, false)).not.toContain('ReduceSum');
    expect(operators(feeds, build, true)).toContain('ReduceSum');
  });
});

describe('what is left as it is', () => {
  it.each([
    ['long axes', [8, 16, 20, 20], [8, 16, 20, 1]],
    ['few rows', [2, 4, 4], [2, 4, 1]],
    ['another axis', [8, 16, 4, 4], [8, 1, 4, 4]],
  ])('%s', (_, x, y) => {
    const build: Build = (b) => ({ z: b.op('Add', ['x', 'y']) });
    expect(operators({ x: random(1, x), y: random(2, y) }, build, false)).toEqual(['Add']);
  });

  it('whole numbers', async () => {
    const build: Build = (b) => ({
      z: b.op('Add', [b.op('Cast', ['x'], { to: int(7) }), b.op('Cast', ['y'], { to: int(7) })]),
    });
    const feeds = { x: random(1, [8, 16, 4, 4]), y: random(2, [8, 16, 4, 1]) };
    expect(operators(feeds, build, false)).toEqual(['Cast', 'Cast', 'Add']);
    expect(toNumbers((await evaluate(feeds, build))['z']!)).toHaveLength(2048);
  });

  it('products of many rows', () => {
    const feeds = { x: random(1, [4, 6, 3, 32, 8]), w: random(2, [3, 8, 8]) };
    expect(operators(feeds, (b) => ({ y: b.op('MatMul', ['x', 'w']) }), false)).toEqual(['MatMul']);
  });
});
