/** Sums over answers against the same sums taken one answer at a time. */
import { bitAnswers, numberAnswers, packBits } from '@topiary/stats';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const runs = (n: number) =>
  fc.array(fc.array(fc.boolean(), { minLength: n, maxLength: n }), { minLength: 1, maxLength: 6 });
const two = fc.integer({ min: 1, max: 100 }).chain((n) => fc.tuple(runs(n), runs(n), fc.constant(n)));

const meansOf = (record: readonly (readonly boolean[])[], n: number): number[] =>
  Array.from({ length: n }, (_, i) => record.filter((run) => run[i]).length / record.length);

const total = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0);

describe('answers', () => {
  it('in packed bits have the sums of products that counting one by one gives, whatever stands behind the last bit', () => {
    fc.assert(
      fc.property(two, ([a, b, n]) => {
        const pack = (record: readonly (readonly boolean[])[]) =>
          bitAnswers(
            record.map((run) => Uint8Array.of(...packBits([...run.map(Number), 1, 1, 1]), 255)),
            n,
          );
        const [p, q] = [meansOf(a, n), meansOf(b, n)];
        const [x, y] = [pack(a), pack(b)];
        expect(x.sum).toBeCloseTo(total(p), 10);
        expect(x.squares).toBeCloseTo(total(p.map((v) => v * v)), 10);
        expect(x.products(y)).toBeCloseTo(total(p.map((v, i) => v * q[i]!)), 10);
      }),
    );
  });

  it('as numbers say of zeros and ones what bits say', () => {
    fc.assert(
      fc.property(two, ([a, b, n]) => {
        const bits = [a, b].map((record) =>
          bitAnswers(
            record.map((run) => packBits(run.map(Number))),
            n,
          ),
        );
        const numbers = [a, b].map((record) => numberAnswers(record.map((run) => Float32Array.from(run, Number))));
        expect(numbers[0]!.sum).toBeCloseTo(bits[0]!.sum, 6);
        expect(numbers[0]!.meanSquares).toBeCloseTo(bits[0]!.meanSquares, 6);
        expect(numbers[0]!.products(numbers[1]!)).toBeCloseTo(bits[0]!.products(bits[1]!), 6);
      }),
    );
  });

  it('to different test sets have no products', () => {
    const [a, b] = [bitAnswers([packBits([1, 0, 1])], 3), bitAnswers([packBits([1, 0])], 2)];
    expect(() => a.products(b)).toThrow(/expected bits of 3 examples; got answers to 2/);
    expect(() => bitAnswers([packBits([1])], 9)).toThrow(/expected 9 bits; got 8/);
  });
});
