/** Products of rows and distances between them against plain sums in double precision. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distanceSums } from '../../../packages/methods/src/criteria/_distances.js';
import { doubleProducts, FOUR, singleProducts } from '../../../packages/methods/src/kernels/products.js';
import { RowMemory } from '../../../packages/methods/src/kernels/rows.js';

const vectors = fc.tuple(fc.integer({ min: 1, max: 23 }), fc.integer({ min: 1, max: 40 })).chain(([count, length]) =>
  fc.array(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: length, maxLength: length }), {
    minLength: count,
    maxLength: count,
  }),
);

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, e) => sum + x * b[e]!, 0);

const distance = (a: readonly number[], b: readonly number[]): number => Math.hypot(...a.map((x, e) => x - b[e]!));

const flat = (rows: readonly (readonly number[])[]) => ({
  count: rows.length,
  length: rows[0]!.length,
  data: Float32Array.from(rows.flat()),
});

describe('products of rows', () => {
  it.each([
    ['32-bit', singleProducts],
    ['64-bit', doubleProducts],
  ])('of %s numbers are those of plain sums, for any rows and from any place on', (_name, make) => {
    fc.assert(
      fc.property(vectors, fc.nat(), (rows, seed) => {
        const products = make();
        const room = products.rows(rows.length, rows[0]!.length);
        const stride = products.strideOf(rows[0]!.length);
        for (const [i, row] of rows.entries()) room.set(row, i * stride);
        const from = seed % rows.length;
        for (let i = 0; i < rows.length; i += FOUR) {
          const found = products.of(i, from, rows.length);
          expect(found).toHaveLength(FOUR * (rows.length - from));
          for (let j = from; j < rows.length; j += 1) {
            const own = rows.slice(i, i + FOUR).map((row) => dot(row, rows[j]!));
            const padding = new Array<number>(FOUR - own.length).fill(0);
            // whole numbers this small are exact in 32 bits, too
            expect([...found.subarray(FOUR * (j - from), FOUR * (j - from + 1))]).toEqual([...own, ...padding]);
          }
        }
      }),
    );
  });
});

describe('four rows at once', () => {
  const operands = fc.integer({ min: 1, max: 20 }).chain((half) =>
    fc.array(fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: 2 * half, maxLength: 2 * half }), {
      minLength: 5,
      maxLength: 5,
    }),
  );

  it('have the products with a vector that plain sums give, and leave it without a combination of them', () => {
    fc.assert(
      fc.property(operands, (all) => {
        const [vector, ...rows] = all as [number[], number[], number[], number[], number[]];
        const length = vector.length;
        const memory = new RowMemory(5 * length + 1);
        for (const [i, row] of all.entries()) memory.numbers.set(row, i * length);
        memory.numbers[5 * length] = 7;
        const places = [length, 2 * length, 3 * length, 4 * length] as const;
        memory.dots(0, places, length);
        for (const [i, row] of rows.entries()) expect(memory.four[i]).toBeCloseTo(dot(row, vector), 9);
        memory.four.set([2, -1, 0.5, 3]);
        memory.without(0, places, length);
        vector.forEach((x, e) => {
          const wanted = x - 2 * rows[0]![e]! + rows[1]![e]! - 0.5 * rows[2]![e]! - 3 * rows[3]![e]!;
          expect(memory.numbers[e]).toBeCloseTo(wanted, 9);
        });
        // nothing else is touched
        expect([...memory.numbers.subarray(length)]).toEqual([...rows.flat(), 7]);
      }),
    );
  });
});

describe('distance sums', () => {
  it('are those of plain differences', () => {
    fc.assert(
      fc.property(vectors, (rows) => {
        const found = distanceSums(flat(rows));
        rows.forEach((row, i) => {
          const wanted = rows.reduce((sum, other) => sum + distance(row, other), 0);
          expect(Math.abs(found[i]! - wanted)).toBeLessThanOrEqual(1e-5 * wanted);
        });
      }),
    );
  });

  it('see how far near copies lie apart, where products of 32 bits would not', () => {
    const base = Array.from({ length: 300 }, (_, e) => 1 + Math.sin(e));
    // thousandths of a vector of length 20: their products differ in the seventh digit
    const rows = [0, 1, 2, 5].map((step) => base.map((x, e) => Math.fround(x + (e === 7 ? step * 1e-3 : 0))));
    const found = distanceSums(flat(rows));
    rows.forEach((row, i) => {
      const wanted = rows.reduce((sum, other) => sum + distance(row, other), 0);
      expect(found[i]! / wanted).toBeCloseTo(1, 6);
    });
  });

  it('of more vectors than pass by at once are the same', () => {
    const rows = Array.from({ length: 70 }, (_, i) =>
      Array.from({ length: 4096 }, (_, e) => Math.fround(Math.sin(i * 7.1 + e * (1 + i / 9)))),
    );
    const found = distanceSums(flat(rows));
    for (const i of [0, 15, 16, 69]) {
      const wanted = rows.reduce((sum, other) => sum + distance(rows[i]!, other), 0);
      expect(found[i]! / wanted).toBeCloseTo(1, 5);
    }
  });
});
