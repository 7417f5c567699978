/**
 * How much noise a picture has at each step of a diffusion (Ho et al. 2020, arXiv 2006.11239), in double precision.
 *
 *   x_t = √ᾱ_t x₀ + √(1 - ᾱ_t) ε,   ᾱ_t = Π_{s ≤ t} (1 - β_s)
 */
import { TopiaryError } from '@topiary/errors';

export interface NoiseSchedule {
  /** β, one for each step; step 0 is the cleanest. */
  readonly betas: Float64Array;
  /** ᾱ */
  readonly kept: Float64Array;
  /** Step of the whole diffusion that each step here is; what the network is told. */
  readonly steps: readonly number[];
}

/** How β grows: evenly, or evenly in its square root. */
export type BetaRule = 'linear' | 'scaled-linear';

const RULES: Readonly<Record<BetaRule, (share: number) => number>> = {
  linear: (share) => 1e-4 + share * (0.02 - 1e-4),
  // of latent diffusion: (√0.00085 … √0.012)²
  'scaled-linear': (share) => (Math.sqrt(0.00085) + share * (Math.sqrt(0.012) - Math.sqrt(0.00085))) ** 2,
};

const productsOf = (betas: Float64Array): Float64Array => {
  let product = 1;
  return betas.map((beta) => (product *= 1 - beta));
};

export const noiseSchedule = (rule: BetaRule = 'linear', length = 1000): NoiseSchedule => {
  const betas = Float64Array.from({ length }, (_, t) => RULES[rule](t / (length - 1)));
  return { betas, kept: productsOf(betas), steps: Array.from(betas.keys()) };
};

/** As Python rounds: a half goes to the even neighbour. */
const roundHalfEven = (value: number): number => {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
};

/**
 * `count` of the steps, the first and the last with them, evenly between; β' follow from the ᾱ at these steps.
 * @throws TOPIARY_TASKS_STEPS where there are not so many
 */
export const respaced = (whole: NoiseSchedule, count: number): NoiseSchedule => {
  const length = whole.kept.length;
  if (!Number.isInteger(count) || count < 2 || count > length) {
    const expected = `a whole number of steps from 2 to ${length}`;
    throw new TopiaryError('TOPIARY_TASKS_STEPS', { where: 'the steps of a sampling', expected, got: String(count) });
  }
  const at = Array.from({ length: count }, (_, i) => roundHalfEven((i * (length - 1)) / (count - 1)));
  const kept = Float64Array.from(at, (t) => whole.kept[t]!);
  const betas = kept.map((now, i) => 1 - now / (kept[i - 1] ?? 1));
  return { betas, kept, steps: at.map((t) => whole.steps[t]!) };
};

export interface Posterior {
  /** Of q(x_{t-1} | x_t, x₀): mean = c₁ x₀ + c₂ x_t. */
  readonly ofPicture: Float64Array;
  readonly ofNoised: Float64Array;
  /** β̃ and its logarithm, where step 0, whose β̃ is 0, takes that of step 1. */
  readonly variance: Float64Array;
  readonly logVariance: Float64Array;
}

export const posteriorOf = ({ betas, kept }: NoiseSchedule): Posterior => {
  const before = (t: number) => kept[t - 1] ?? 1;
  const each = (rule: (beta: number, now: number, then: number) => number): Float64Array =>
    betas.map((beta, t) => rule(beta, kept[t]!, before(t)));
  const variance = each((beta, now, then) => (beta * (1 - then)) / (1 - now));
  return {
    ofPicture: each((beta, now, then) => (beta * Math.sqrt(then)) / (1 - now)),
    ofNoised: each((beta, now, then) => ((1 - then) * Math.sqrt(1 - beta)) / (1 - now)),
    variance,
    logVariance: variance.map((value, t) => Math.log(t === 0 ? variance[1]! : value)),
  };
};
