/** Special functions against values computed in 30 digits by mpmath. */
import { digamma, inverseTrigamma, studentQuantile, trigamma } from '@topiary/stats';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

describe('digamma and trigamma', () => {
  it.each([
    [0.25, -4.22745353337627, 17.1973291545071],
    [0.5, -1.96351002602142, 4.93480220054468],
    [1, -0.577215664901533, 1.64493406684823],
    [1.5, 0.0364899739785765, 0.934802200544679],
    [2, 0.422784335098467, 0.644934066848226],
    [5, 1.5061176684318, 0.221322955737115],
    [37.5, 3.61094834459634, 0.027025382266785],
  ])('at %f are those of mpmath', (x, psi, psi1) => {
    expect(digamma(x)).toBeCloseTo(psi, 13);
    expect(trigamma(x) / psi1).toBeCloseTo(1, 13);
  });

  it.each([
    [10, 0.335081044378036],
    [1.64493406684823, 1],
    [0.4, 2.96754030214361],
    [0.05, 20.4958352391546],
  ])('trigamma takes the value %f where mpmath finds it', (y, x) => {
    expect(inverseTrigamma(y) / x).toBeCloseTo(1, 12);
  });

  it('the inverse undoes trigamma everywhere', () => {
    fc.assert(
      fc.property(fc.double({ min: -12, max: 12, noNaN: true }), (exponent) => {
        const y = Math.exp(exponent);
        expect(trigamma(inverseTrigamma(y)) / y).toBeCloseTo(1, 10);
      }),
    );
  });
});

describe("Student's quantile", () => {
  it.each([
    [0.95, 1.3, 7.50052932556203],
    [0.95, 2, 4.30265272974946],
    [0.95, 6.4, 2.41031449964789],
    [0.6, 6, 0.905703285180531],
    [0.9996, 4, 10.9154953134989],
    [0.95, 123.25, 1.97939879940625],
    [0.99, 20000, 2.57607515301726],
    [0.95, Number.POSITIVE_INFINITY, 1.95996398454005],
  ])('holding %f with %f degrees of freedom is that of mpmath', (confidence, df, t) => {
    expect(studentQuantile(confidence, df)).toBeCloseTo(t, 9);
  });

  it('holding nothing is 0', () => {
    expect(studentQuantile(0, 3)).toBe(0);
  });
});
