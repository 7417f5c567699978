/** LAMP and FPGM: scores of a four-channel group worked out by hand, and one property of each. */
import { checkParameters, type GroupView, methodOf, NO_STATISTICS, type ParameterValue } from '@topiary/methods';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distanceSums } from '../../../packages/methods/src/criteria/_distances.js';
import { lamp } from '../../../packages/methods/src/criteria/lamp.js';
import { conv1, FOUR, gamma, group, member, scaled } from './four-channels.js';

const scores = (id: string, view: GroupView, params: Readonly<Record<string, ParameterValue>> = {}): number[] => {
  const criterion = methodOf('criterion', id);
  const context = { group: view, statistics: NO_STATISTICS, params: checkParameters(criterion, params), rng: () => 0 };
  return [...criterion.score(context)!];
};

const expectScores = (got: readonly number[], expected: readonly number[]): void => {
  expect(got).toHaveLength(expected.length);
  expected.forEach((value, k) => {
    expect(got[k]).toBeCloseTo(value, 6);
  });
};

describe('lamp', () => {
  it('of 1, 2, 3 is 1/6, 2/5, 1, in any order', () => {
    expectScores([...lamp(Float64Array.of(1, 2, 3))], [1 / 6, 2 / 5, 1]);
    expectScores([...lamp(Float64Array.of(3, 1, 2))], [1, 1 / 6, 2 / 5]);
  });
  it('ranks the squared norms of the group', () => {
    // magnitude-l2 without a scale: 7.25 14 8.5 5, thirds; in rising order 5, 7.25, 8.5, 14
    expectScores(scores('lamp', FOUR), [7.25 / 29.75, 1, 8.5 / 22.5, 5 / 34.75]);
  });
  it('gives the largest channel 1, keeps the order, and does not see the scale of the group', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 50 }),
        (values, by) => {
          const found = lamp(Float64Array.from(values));
          const rank = (x: ArrayLike<number>) => Array.from(x, (_, k) => k).sort((a, b) => x[a]! - x[b]!);
          expect(Math.max(...found)).toBeCloseTo(1, 9);
          expect(rank(found)).toEqual(rank(values));
          expectScores([...lamp(Float64Array.from(values, (v) => v * by))], [...found]);
        },
      ),
    );
  });
  it('is zero, not NaN, for a group of zeros', () => expectScores([...lamp(new Float64Array(3))], [0, 0, 0]));
});

describe('fpgm', () => {
  const r2 = Math.SQRT2;
  // conv1's rows (1, −2) (3, 0) (½, ½) (−1, 1)
  const distance = (a: readonly number[], b: readonly number[]) => Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!);
  const rows = [
    [1, -2],
    [3, 0],
    [0.5, 0.5],
    [-1, 1],
  ];
  const sums = (vectors: readonly (readonly number[])[]) =>
    vectors.map((v) => vectors.reduce((sum, w) => sum + distance(v, w), 0));

  it('sums the distances of a row to all others', () => {
    const first = Math.sqrt(8) + Math.hypot(0.5, 2.5) + Math.sqrt(13);
    expectScores(scores('fpgm', group(conv1), { normalise: 'none' }), [first, ...sums(rows).slice(1)]);
  });
  it('takes rows and columns alike and leaves norms out', () => {
    // conv2's columns (1, −1) (0, 2) (2, 0) (−1, 1)
    const columns = sums([
      [1, -1],
      [0, 2],
      [2, 0],
      [-1, 1],
    ]);
    expect(columns[0]).toBeCloseTo(Math.sqrt(10) + r2 + 2 * r2, 9);
    expect(columns[1]).toBeCloseTo(Math.sqrt(10) + 2 * r2 + r2, 9);
    const expected = sums(rows).map((sum, k) => (sum + columns[k]!) / 2);
    expectScores(scores('fpgm', FOUR, { normalise: 'none' }), expected);
    expectScores(scores('fpgm', scaled(FOUR, 100, gamma.initializer), { normalise: 'none' }), expected);
  });
  it('squares the weights first only as the published code does', () => {
    const squared = rows.map((row) => row.map((w) => w * w));
    expectScores(scores('fpgm', group(conv1), { normalise: 'none', code_compat: true }), sums(squared));
  });
  it('scores the middle one of equally spaced channels lowest, and does not see a common shift', () => {
    const line = (shift: number) =>
      group(member({ initializer: 'w', role: 'out', axis: 0, dims: [4, 1], data: [0, 1, 2, 7].map((w) => w + shift) }));
    expectScores(scores('fpgm', line(0), { normalise: 'none' }), [10, 8, 8, 18]);
    expectScores(scores('fpgm', line(5), { normalise: 'none' }), [10, 8, 8, 18]);
  });
  it('compares five and more vectors of any length as a double loop does', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 11 }).chain((count) =>
          fc.tuple(
            fc.constant(count),
            fc
              .integer({ min: 1, max: 7 })
              .chain((length) =>
                fc.tuple(
                  fc.constant(length),
                  fc.array(fc.integer({ min: -20, max: 20 }), { minLength: count * length, maxLength: count * length }),
                ),
              ),
          ),
        ),
        ([count, [length, data]]) => {
          const naive = Array.from({ length: count }, (_, i) => {
            let sum = 0;
            for (let j = 0; j < count; j += 1) {
              let square = 0;
              for (let e = 0; e < length; e += 1) square += (data[i * length + e]! - data[j * length + e]!) ** 2;
              sum += Math.sqrt(square);
            }
            return sum;
          });
          expectScores([...distanceSums({ count, length, data: Float32Array.from(data) })], naive);
        },
      ),
    );
  });
});
