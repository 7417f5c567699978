/** The normal, Student and binomial distributions, as far as intervals and tests need them. */

/** ln Γ(x) for x > 0: Stirling's series after the argument is moved above 12. */
export const logGamma = (x: number): number => {
  let shift = 0;
  let z = x;
  for (; z < 12; z += 1) shift -= Math.log(z);
  const r = 1 / (z * z);
  const series = (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r * (1 / 1680 - r / 1188)))) / z;
  return shift + (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series;
};

const TINY = 1e-300;

/** The continued fraction of the incomplete beta function (Abramowitz and Stegun 26.5.8), by Lentz's method. */
const betaFraction = (x: number, a: number, b: number): number => {
  let c = 1;
  let d = 1 / Math.max(1 - ((a + b) * x) / (a + 1), TINY);
  let h = d;
  for (let m = 1; m <= 500; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    for (const step of [even, odd]) {
      d = 1 + step * d;
      c = 1 + step / c;
      if (Math.abs(d) < TINY) d = TINY;
      if (Math.abs(c) < TINY) c = TINY;
      d = 1 / d;
      h *= d * c;
    }
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return h;
};

/** I_x(a, b), the regularised incomplete beta function. */
export const incompleteBeta = (x: number, a: number, b: number): number => {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  // The fraction converges fast on this side of the mean; the other side by symmetry.
  if (x < (a + 1) / (a + b + 2)) return (front * betaFraction(x, a, b)) / a;
  return 1 - (front * betaFraction(1 - x, b, a)) / b;
};

/** P(|T| > t) for Student's t with `df` degrees of freedom, which need not be whole. */
export const studentTwoSided = (t: number, df: number): number => incompleteBeta(df / (df + t * t), df / 2, 0.5);

/** The x > 0 at which a falling function meets `level`, to double precision. */
const solveFalling = (f: (x: number) => number, level: number): number => {
  let high = 1;
  while (f(high) > level) high *= 2;
  let low = 0;
  for (let i = 0; i < 200 && high - low > 1e-15 * high; i += 1) {
    const middle = (low + high) / 2;
    if (f(middle) > level) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
};

/** The t that a share `confidence` of Student's distribution lies within: 0.95 and df 10 give 2.228. */
export const studentCritical = (confidence: number, df: number): number =>
  solveFalling((t) => studentTwoSided(t, df), 1 - confidence);

/** P(|Z| > z) = erfc(z / √2): a series near 0, a continued fraction in the tail. */
export const normalTwoSided = (z: number): number => {
  const density = Math.exp((-z * z) / 2) * Math.sqrt(2 / Math.PI);
  if (z < 3) {
    let term = z;
    let sum = z;
    for (let k = 1; term > 1e-17 * sum && k < 200; k += 1) {
      term *= (z * z) / (2 * k + 1);
      sum += term;
    }
    return 1 - density * sum;
  }
  let fraction = z;
  for (let k = 60; k >= 1; k -= 1) fraction = z + k / fraction;
  return density / fraction;
};

const criticals = new Map<number, number>();

/** The z that a share `confidence` of the normal distribution lies within: 0.95 gives 1.960. */
export const normalCritical = (confidence: number): number => {
  const known = criticals.get(confidence);
  if (known !== undefined) return known;
  const z = solveFalling(normalTwoSided, 1 - confidence);
  criticals.set(confidence, z);
  return z;
};

/** P(K = k) for k = 0 … n fair coins, in logarithms so that no term underflows too early. */
export const fairBinomial = (n: number): Float64Array => {
  const top = logGamma(n + 1) - n * Math.LN2;
  return Float64Array.from({ length: n + 1 }, (_, k) => Math.exp(top - logGamma(k + 1) - logGamma(n - k + 1)));
};
