/**
 * What trains learned variances (Nichol and Dhariwal 2021, arXiv 2102.09672): log Σ = f log β + (1 - f) log β̃ with
 * f = (v + 1) / 2, judged in bits by the distance of the step that it makes to the true one. The mean is taken as it is: only
 * v learns by this.
 *
 *   t > 0:  KL(q(x_{t-1} | x_t, x₀) ‖ N(μ̂, Σ));   t = 0:  -log of the share of a normal that falls into the picture's grey level
 */
import { stopGradient } from '@topiary/autodiff';
import { type GraphBuilder, int } from '@topiary/onnx';
import { atSteps } from './at-steps.js';
import { type NoiseSchedule, posteriorOf } from './noise-schedule.js';

export interface VarianceTerms {
  /** Clean and noised pictures, the noise that the network sees, what it says of variances: [N, C, H, W]. */
  readonly picture: string;
  readonly noised: string;
  readonly predicted: string;
  readonly v: string;
  /** [N] */
  readonly t: string;
}

/** Half a grey level on a scale from -1 to 1, and where the first and the last begin. */
const HALF_LEVEL = 1 / 255;
const EDGE = 0.999;
const LEAST = 1e-12;

/** a + b, a · b, … on values and numbers. */
const arithmetic = (b: GraphBuilder) => {
  const value = (x: string | number): string => (typeof x === 'number' ? b.scalar(x) : x);
  const binary = (op: string) => (p: string | number, q: string | number) => b.op(op, [value(p), value(q)]);
  return { add: binary('Add'), sub: binary('Sub'), mul: binary('Mul'), exp: (x: string) => b.op('Exp', [x]) };
};

/** ½ (1 + tanh(√(2/π) (x + 0.044715 x³))), a normal's share below x. */
const below = (b: GraphBuilder, x: string): string => {
  const { add, mul } = arithmetic(b);
  const inner = mul(x, add(1, mul(mul(x, x), 0.044715)));
  return mul(add(b.op('Tanh', [mul(inner, Math.sqrt(2 / Math.PI))]), 1), 0.5);
};

/** -log of the share of N(mean, e^logVariance) in the grey level of x. */
const levelBits = (b: GraphBuilder, x: string, mean: string, logVariance: string): string => {
  const { add, sub, mul, exp } = arithmetic(b);
  const [centred, inverse] = [sub(x, mean), exp(mul(logVariance, -0.5))];
  const upper = below(b, mul(inverse, add(centred, HALF_LEVEL)));
  const lower = below(b, mul(inverse, sub(centred, HALF_LEVEL)));
  const inside = b.op('Where', [
    b.op('Less', [x, b.scalar(-EDGE)]),
    upper,
    b.op('Where', [b.op('Greater', [x, b.scalar(EDGE)]), sub(1, lower), sub(upper, lower)]),
  ]);
  return b.op('Neg', [b.op('Log', [b.op('Max', [inside, b.scalar(LEAST)])])]);
};

/** ½ (-1 + l₂ - l₁ + e^{l₁ - l₂} + (m₁ - m₂)² e^{-l₂}) */
const divergence = (b: GraphBuilder, [m1, l1]: readonly [string, string], [m2, l2]: readonly [string, string]) => {
  const { add, sub, mul, exp } = arithmetic(b);
  const apart = sub(m1, m2);
  const spread = add(sub(l2, l1), exp(sub(l1, l2)));
  return mul(add(sub(spread, 1), mul(mul(apart, apart), exp(b.op('Neg', [l2])))), 0.5);
};

/** A scalar in bits: the mean over all pixels and examples. */
export const varianceLoss = (b: GraphBuilder, schedule: NoiseSchedule, terms: VarianceTerms): string => {
  const { add, sub, mul } = arithmetic(b);
  const { picture, noised, v, t } = terms;
  const { kept, betas } = schedule;
  const posterior = posteriorOf(schedule);
  const at = (table: Float64Array): string => atSteps(b, table, t);
  const [ofPicture, ofNoised] = [at(posterior.ofPicture), at(posterior.ofNoised)];
  const mean = (clean: string): string => add(mul(ofPicture, clean), mul(ofNoised, noised));
  const guessed = sub(
    mul(at(kept.map((a) => 1 / Math.sqrt(a))), noised),
    mul(at(kept.map((a) => Math.sqrt(1 / a - 1))), stopGradient(b, terms.predicted)),
  );
  const [least, most] = [at(posterior.logVariance), at(betas.map(Math.log))];
  const logVariance = add(least, mul(mul(add(v, 1), 0.5), sub(most, least)));
  const model = [mean(guessed), logVariance] as const;
  const step = b.op('Reshape', [t, b.int64s([-1, 1, 1, 1])], { allowzero: int(0) });
  const nats = b.op('Where', [
    b.op('Equal', [step, b.int64s([0])]),
    levelBits(b, picture, ...model),
    divergence(b, [mean(picture), least], model),
  ]);
  return mul(b.op('ReduceMean', [nats], { keepdims: int(0) }), 1 / Math.LN2);
};
