/**
 * Digamma ψ and trigamma ψ′, the derivatives of ln Γ, and the inverse of ψ′ for x > 0: recurrence up to 12, then the
 * asymptotic series (Abramowitz and Stegun 6.3.18, 6.4.12, 6.4.13).
 */

/** Above this the series are exact to double precision. */
const LARGE = 12;

const series = (r: number, coefficients: readonly number[]): number =>
  coefficients.reduceRight((sum, coefficient) => coefficient + r * sum, 0);

/** Bernoulli numbers B₂ … B₁₄ over 2k, as they stand in ψ. */
const DIGAMMA = [1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12];
/** B₂ … B₁₄, as in ψ′. */
const TRIGAMMA = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6];
/** B₂ₖ (2k + 1), as in ψ″. */
const TETRAGAMMA = [1 / 2, -1 / 6, 1 / 6, -3 / 10, 5 / 6, -691 / 210, 35 / 2];

/** ψ(x) = ψ(x + 1) - 1/x. */
export const digamma = (x: number): number => {
  let [shift, z] = [0, x];
  for (; z < LARGE; z += 1) shift -= 1 / z;
  const r = 1 / (z * z);
  return shift + Math.log(z) - 1 / (2 * z) - r * series(r, DIGAMMA);
};

/** ψ′(x) = ψ′(x + 1) + 1/x². */
export const trigamma = (x: number): number => {
  let [shift, z] = [0, x];
  for (; z < LARGE; z += 1) shift += 1 / (z * z);
  const r = 1 / (z * z);
  return shift + 1 / z + r / 2 + (r / z) * series(r, TRIGAMMA);
};

/** ψ″(x) = ψ″(x + 1) - 2/x³. */
const tetragamma = (x: number): number => {
  let [shift, z] = [0, x];
  for (; z < LARGE; z += 1) shift -= 2 / z ** 3;
  const r = 1 / (z * z);
  return shift - r - r / z - r * r * series(r, TETRAGAMMA);
};

/** The x > 0 with ψ′(x) = y > 0: Newton's method on 1/ψ′, which is nearly a line (Smyth 2004, appendix). */
export const inverseTrigamma = (y: number): number => {
  if (y > 1e7) return 1 / Math.sqrt(y);
  if (y < 1e-6) return 1 / y;
  let x = 0.5 + 1 / y;
  for (let i = 0; i < 50; i += 1) {
    const found = trigamma(x);
    const step = (found * (1 - found / y)) / tetragamma(x);
    x += step;
    if (-step / x < 1e-14) break;
  }
  return x;
};
