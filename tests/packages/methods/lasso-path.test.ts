/** The lasso path against pencil and paper, and against coordinate descent, which knows nothing of paths. */
import { randomFrom } from '@topiary/zoo';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deathPenalties } from '../../../packages/methods/src/criteria/_lasso-path.js';

/** Soft thresholding, one coordinate after another, until nothing moves. */
const descend = (gram: readonly (readonly number[])[], penalty: number): number[] => {
  const response = gram.map((row) => row.reduce((a, b) => a + b, 0));
  const beta = gram.map(() => 0);
  for (let turn = 0; turn < 20_000; turn += 1) {
    let moved = 0;
    gram.forEach((row, c) => {
      const rest = response[c]! - row.reduce((sum, g, j) => (j === c ? sum : sum + g * beta[j]!), 0);
      const next = (Math.sign(rest) * Math.max(0, Math.abs(rest) - penalty)) / row[c]!;
      moved = Math.max(moved, Math.abs(next - beta[c]!));
      beta[c] = next;
    });
    if (moved < 1e-13) break;
  }
  return beta;
};

const gramOf = (columns: readonly (readonly number[])[]): number[][] =>
  columns.map((p) => columns.map((q) => p.reduce((sum, x, i) => sum + x * q[i]!, 0)));

const deaths = (gram: readonly (readonly number[])[]): number[] => [
  ...deathPenalties(Float64Array.from(gram.flat()), gram.length),
];

const expectClose = (got: readonly number[], wanted: readonly number[]): void => {
  expect(got).toHaveLength(wanted.length);
  got.forEach((value, i) => {
    expect(value).toBeCloseTo(wanted[i]!, 9);
  });
};

describe('deathPenalties', () => {
  it('of columns at right angles are their squares', () => {
    const diagonal = [4, 1, 9, 2].map((g, i, all) => all.map((_, j) => (i === j ? g : 0)));
    expectClose(deaths(diagonal), [4 / 9, 1 / 9, 1, 2 / 9]);
  });

  it('of two columns that overlap', () => {
    // Dᵀy = (3, 2): the first lives below 3, then β₀ = (3 - λ) / 2, and the second joins where 2 - β₀ = λ, at λ = 1
    expectClose(
      deaths([
        [2, 1],
        [1, 1],
      ]),
      [1, 1 / 3],
    );
  });

  it('of a column of zeros and of a copy are zero: nothing is lost without them', () => {
    const found = deaths(
      gramOf([
        [1, 2, 0],
        [0, 0, 0],
        [3, 0, 1],
        [3, 0, 1],
      ]),
    );
    expect(found[1]).toBe(0);
    expect(found.slice(2).sort()).toEqual([0, 1]);
    expect(found[0]).toBeGreaterThan(0);
    expect(deaths([[0]])).toEqual([0]);
  });

  it('do not change with the scale of the responses', () => {
    const gram = gramOf([
      [1, 2, 0, 1],
      [0, 1, -1, 2],
      [3, 0, 1, 0],
    ]);
    expectClose(deaths(gram.map((row) => row.map((g) => 1e6 * g))), deaths(gram));
  });

  it('say which columns coordinate descent leaves alive', () => {
    const column = fc.array(fc.integer({ min: -3, max: 6 }), { minLength: 9, maxLength: 9 });
    fc.assert(
      fc.property(
        fc.array(column, { minLength: 2, maxLength: 7 }),
        fc.double({ min: 0.05, max: 0.95, noNaN: true }),
        (columns, share) => {
          const gram = gramOf(columns);
          fc.pre(isIndependent(gram));
          const most = Math.max(...gram.map((row) => Math.abs(row.reduce((a, b) => a + b, 0))));
          const beta = descend(gram, share * most);
          deaths(gram).forEach((death, c) => {
            // a column dies for good above its penalty; below it, it may die once more and come back
            if (death < share - 1e-6) expect(Math.abs(beta[c]!)).toBeLessThan(1e-7);
          });
          const alive = beta.flatMap((value, c) => (Math.abs(value) > 1e-7 ? [c] : []));
          for (const c of alive) expect(deaths(gram)[c]!).toBeGreaterThan(share - 1e-6);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('say so of forty columns that resemble each other, of which some die on the way', () => {
    const random = randomFrom('lasso');
    const plain = Array.from({ length: 36 }, () => Array.from({ length: 300 }, () => random.between(-1, 1)));
    // what stands against others comes to life with the wrong sign and has to die once
    const sums = [0, 9, 18, 27].map((from) =>
      plain[0]!.map(
        (_, e) =>
          random.between(-1, 1) - 0.5 * plain.slice(from, from + 9).reduce((sum, column) => sum + column[e]!, 0),
      ),
    );
    const gram = gramOf([...plain, ...sums]);
    const found = deaths(gram);
    const most = Math.max(...gram.map((row) => Math.abs(row.reduce((a, b) => a + b, 0))));
    let turned = 0;
    for (const share of [0.5, 0.2, 0.1, 0.05, 0.02, 0.01]) {
      const beta = descend(gram, share * most);
      found.forEach((death, c) => {
        if (death < share - 1e-6) expect(Math.abs(beta[c]!)).toBeLessThan(1e-9);
        if (Math.abs(beta[c]!) > 1e-9) expect(death).toBeGreaterThan(share - 1e-6);
        // at no penalty it is 1: on the way there it dies
        if (beta[c]! < -1e-3) turned += 1;
      });
    }
    expect(turned).toBeGreaterThan(3);
  });

  it('are all above zero for independent columns, which the whole answer needs', () => {
    const column = fc.array(fc.integer({ min: -3, max: 6 }), { minLength: 9, maxLength: 9 });
    fc.assert(
      fc.property(fc.array(column, { minLength: 2, maxLength: 7 }), (columns) => {
        const gram = gramOf(columns);
        fc.pre(isIndependent(gram));
        for (const death of deaths(gram)) expect(death).toBeGreaterThan(0);
      }),
      { numRuns: 60 },
    );
  });
});

/** Whether Cholesky's pivots stay well above zero. */
const isIndependent = (gram: readonly (readonly number[])[]): boolean => {
  const a = gram.map((row) => [...row]);
  for (let k = 0; k < a.length; k += 1) {
    if (a[k]![k]! < 0.05 * gram[k]![k]! || a[k]![k]! === 0) return false;
    for (let i = k + 1; i < a.length; i += 1) {
      const factor = a[i]![k]! / a[k]![k]!;
      for (let j = k; j < a.length; j += 1) a[i]![j]! -= factor * a[k]![j]!;
    }
  }
  return true;
};
