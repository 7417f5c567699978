/** Matrix ranks: by construction, against Gaussian elimination on whole numbers, and where 32 bits end. */
import { randomFrom } from '@topiary/zoo';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MatrixRank } from '../../../packages/methods/src/statistics/_matrix-rank.js';

const rankOf = (rows: readonly (readonly number[])[]): number =>
  new MatrixRank(rows.length, rows[0]!.length).of(Float32Array.from(rows.flat()));

/** Exact: fractions avoided by cross-multiplication (Bareiss) in whole numbers of any size. */
const exactRank = (rows: readonly (readonly number[])[]): number => {
  const a = rows.map((row) => row.map(BigInt));
  let rank = 0;
  for (let c = 0; c < a[0]!.length && rank < a.length; c += 1) {
    const pivot = a.findIndex((row, i) => i >= rank && row[c] !== 0n);
    if (pivot < 0) continue;
    [a[rank], a[pivot]] = [a[pivot]!, a[rank]!];
    for (let i = rank + 1; i < a.length; i += 1) {
      const [up, down] = [a[rank]![c]!, a[i]![c]!];
      a[i] = a[i]!.map((value, j) => value * up - a[rank]![j]! * down);
    }
    rank += 1;
  }
  return rank;
};

describe('MatrixRank', () => {
  it('agrees with elimination on whole numbers, wide and tall', () => {
    const matrix = fc.tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 8 })).chain(([rows, columns]) =>
      fc.array(fc.array(fc.integer({ min: -2, max: 2 }), { minLength: columns, maxLength: columns }), {
        minLength: rows,
        maxLength: rows,
      }),
    );
    fc.assert(
      fc.property(matrix, (rows) => {
        expect(rankOf(rows)).toBe(exactRank(rows));
      }),
      { numRuns: 400 },
    );
  });

  it.each([
    [32, 32, 1],
    [32, 32, 17],
    [32, 32, 32],
    [14, 28, 9],
    [28, 14, 14],
    [56, 56, 30],
  ])('of a %i × %i product of %i random columns is their number', (height, width, rank) => {
    const random = randomFrom(`rank/${height}/${width}/${rank}`);
    const draw = (n: number) => Array.from({ length: n }, () => Math.round(random.between(-8, 8)));
    const left = Array.from({ length: height }, () => draw(rank));
    const right = Array.from({ length: rank }, () => draw(width));
    const rows = left.map((row) => right[0]!.map((_, j) => row.reduce((sum, x, k) => sum + x * right[k]![j]!, 0)));
    expect(rankOf(rows)).toBe(rank);
  });

  it('leaves out singular values below max(H, W) · 2⁻²³ of the largest', () => {
    const edge = 4 * 2 ** -23;
    const diagonal = (small: number) =>
      [0, 1, 2, 3].map((i) => [0, 1, 2, 3].map((j) => (i === j ? [1, 1, 0.5, small][i]! : 0)));
    expect(rankOf(diagonal(1.01 * edge))).toBe(4);
    expect(rankOf(diagonal(0.99 * edge))).toBe(3);
  });

  it('is told on either side of that edge in a map whose largest singular value is only known between bounds', () => {
    // two reflections turn a diagonal of singular values into a full matrix with the same ones
    const n = 24;
    const random = randomFrom('edge');
    const reflection = () => {
      const v = Array.from({ length: n }, () => random.between(-1, 1));
      const square = v.reduce((sum, x) => sum + x * x, 0);
      return v.map((x, i) => v.map((y, j) => Number(i === j) - (2 * x * y) / square));
    };
    const [left, right] = [reflection(), reflection()];
    const edge = n * 2 ** -23;
    const map = (small: number) =>
      left.map((row) =>
        right[0]!.map((_, j) =>
          row.reduce((sum, x, k) => sum + x * (k === 0 ? 1 : k === n - 1 ? small : 0.3) * right[k]![j]!, 0),
        ),
      );
    // entries of 32 bits move a singular value by a tenth of the edge at most
    expect(rankOf(map(1.3 * edge))).toBe(n);
    expect(rankOf(map(0.7 * edge))).toBe(n - 1);
  });

  it('of a few short rows far apart is their number, whatever remains of the zeros between them', () => {
    const size = 40;
    const rows = Array.from({ length: size }, () => new Array<number>(size).fill(0));
    const put = (row: number, column: number, ...values: number[]) =>
      rows[row]!.splice(column, values.length, ...values);
    put(1, 36, 2, 9, 7, 4);
    put(4, 35, 5, 2, 9, 6, 2);
    put(9, 8, 1, 3, 9);
    put(30, 35, 9, 1, 9, 4);
    put(39, 15, 8, 4, 2, 5, 2, 6);
    expect(exactRank(rows)).toBe(5);
    expect(rankOf(rows)).toBe(5);
  });

  it('of nothing is zero, of one number one', () => {
    expect(
      rankOf([
        [0, 0],
        [0, 0],
        [0, 0],
      ]),
    ).toBe(0);
    expect(rankOf([[3]])).toBe(1);
    expect(rankOf([[0]])).toBe(0);
  });

  it('reads a map in the middle of a batch', () => {
    const data = Float32Array.of(1, 2, 2, 4, 1, 0, 0, 1);
    const rank = new MatrixRank(2, 2);
    expect([rank.of(data, 0), rank.of(data, 4)]).toEqual([1, 2]);
  });
});
