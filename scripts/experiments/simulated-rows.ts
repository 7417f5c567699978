/**
 * Rankings whose truth is known: rows that answer the same examples, over seeds that differ from row to row.
 *
 *   row r, seed s, example i is right where  m_r + δ_rs + d_i + e_ri + ε_rsi > 0
 *
 * with normal δ (seeds), d (how hard an example is), e (what a row makes of it) and ε (chance). The accuracy over all
 * seeds and all examples is Φ(m / √(σ_δ² + σ_d² + σ_e² + σ_ε²)): what an interval has to cover.
 */

import { bitAnswers, normalTwoSided, packBits, type RowAnswers, type RowRuns } from '@topiary/stats';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

export interface Setting {
  readonly rows: number;
  readonly examples: number;
  readonly seeds: number;
  /** Median over rows of the deviation over seeds, in points of accuracy. */
  readonly points: number;
}

export interface SimulatedRow extends RowRuns {
  /** Accuracy over all seeds and examples, in percent. */
  readonly truth: number;
  /** The first seed's answers alone. */
  readonly first: RowAnswers;
  /** Deviation over seeds, in points: rows are sorted by it into a quieter and a noisier half. */
  readonly deviation: number;
}

/** Deviations of the parts other than seeds; together 1.2, so that an accuracy of 84 % is m = 1.2. */
const HARD = 0.8;
const ROW = 0.35;
const CHANCE = Math.sqrt(1.44 - HARD ** 2 - ROW ** 2);
const WHOLE = 1.2;
/** Deviation of ln σ over rows: the noisiest third of a ranking differs over seeds three times as much as the quietest. */
const SPREAD = 0.8;

const phi = (z: number): number => (z > 0 ? 1 - normalTwoSided(z) / 2 : normalTwoSided(-z) / 2);

export const normals = (seed: number) => {
  const random = xoroshiro128plus(seed);
  let spare: number | null = null;
  return (): number => {
    if (spare !== null) {
      const kept = spare;
      spare = null;
      return kept;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniformFloat64(random)));
    const angle = 2 * Math.PI * uniformFloat64(random);
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
};

/** The inverse of Φ by bisection. */
const quantile = (p: number): number => {
  let [low, high] = [-8, 8];
  for (let i = 0; i < 60; i += 1) {
    const middle = (low + high) / 2;
    if (phi(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
};

/** What a method is, whatever the seeds: two rows of one method are what a test must not tell apart. */
interface Method {
  readonly margin: number;
  /** Of δ, on the scale of the margin. */
  readonly sigma: number;
  /** The same in points of accuracy. */
  readonly points: number;
  readonly taste: Float64Array;
}

const tasteOf = (normal: () => number, { examples }: Setting): Float64Array =>
  Float64Array.from({ length: examples }, () => ROW * normal());

const methodOf = (normal: () => number, setting: Setting, accuracy: number): Method => {
  const z = quantile(accuracy);
  const deviation = (setting.points / 100) * Math.exp(SPREAD * normal());
  // a deviation of the accuracy is one of the margin times the slope there
  const slope = Math.exp(-(z ** 2) / 2) / (Math.sqrt(2 * Math.PI) * WHOLE);
  return {
    margin: z * WHOLE,
    sigma: deviation / slope,
    points: 100 * deviation,
    taste: tasteOf(normal, setting),
  };
};

const runOf = (normal: () => number, { margin, sigma, taste }: Method, hard: Float64Array): Uint8Array => {
  const shift = margin + sigma * normal();
  return Uint8Array.from(hard, (d, i) => Number(shift + d + taste[i]! + CHANCE * normal() > 0));
};

const rowOf = (
  normal: () => number,
  id: string,
  method: Method,
  { setting: { seeds, examples }, hard }: { readonly setting: Setting; readonly hard: Float64Array },
): SimulatedRow => {
  const runs = Array.from({ length: seeds }, () => runOf(normal, method, hard));
  return {
    id,
    values: runs.map((run) => (100 * run.reduce((sum, right) => sum + right, 0)) / examples),
    examples,
    answers: bitAnswers(runs.map(packBits), examples),
    first: bitAnswers([packBits(runs[0]!)], examples),
    truth: 100 * phi(method.margin / Math.hypot(WHOLE, method.sigma)),
    deviation: method.points,
  };
};

export interface SimulatedRanking {
  readonly rows: readonly SimulatedRow[];
  /** Each row's own method once more, with other seeds. */
  readonly again: readonly SimulatedRow[];
  /** For each row another method of the same accuracy and spread, right on other examples. */
  readonly rivals: readonly SimulatedRow[];
}

/** All on the same examples. */
export const simulateRanking = (setting: Setting, seed: number): SimulatedRanking => {
  const normal = normals(seed);
  const hard = Float64Array.from({ length: setting.examples }, () => HARD * normal());
  const methods = Array.from({ length: setting.rows }, (_, r) =>
    methodOf(normal, setting, 0.35 + (0.57 * (r + 0.5)) / setting.rows),
  );
  const draw = (name: string, from: readonly Method[]) =>
    from.map((method, r) => rowOf(normal, `${name} ${r}`, method, { setting, hard }));
  const rivals = methods.map((method) => ({ ...method, taste: tasteOf(normal, setting) }));
  return { rows: draw('row', methods), again: draw('again', methods), rivals: draw('rival', rivals) };
};
