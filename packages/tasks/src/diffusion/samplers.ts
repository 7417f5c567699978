/**
 * From noise to a picture: each sampler takes steps down a schedule of noise, the noisiest first, by what a network says.
 * Arithmetic is in double precision, pictures are floats.
 *
 *   DDIM             x' = √ᾱ' x̂₀ + √(1 - ᾱ' - σ²) ε̂ + σ z,   σ = η √((1 - ᾱ') / (1 - ᾱ)) √(1 - ᾱ / ᾱ')     arXiv 2010.02502
 *   DDPM             x' = c₁ x̂₀ + c₂ x + √β̃ z                                                          arXiv 2006.11239
 *   DPM-Solver++ 2M  x' = (σ' / σ) x - α' (e^{-h} - 1) D,   D = x̂₀ + (x̂₀ - x̂₀ before) / (2 r)             arXiv 2211.01095
 */
import { type NoiseSchedule, posteriorOf } from './noise-schedule.js';

/** What a network said of a noised picture, as both of its parts. */
export interface Parts {
  readonly picture: Float32Array;
  readonly noise: Float32Array;
}

/** Takes step i (S - 1, …, 0) from `x`; `fresh` is noise for it, which deterministic samplers do not read. */
export type TakeStep = (i: number, x: Float32Array, parts: Parts, fresh: Float32Array) => Float32Array;

export interface Sampler {
  readonly id: string;
  /** Whether it reads fresh noise. */
  readonly isRandom: boolean;
  /** Where step i is p x̂₀ + q ε̂ and nothing else: p and q; null: it is more than that. */
  readonly mix: ((schedule: NoiseSchedule, i: number) => readonly [p: number, q: number]) | null;
  /** For one trajectory: a sampler may remember the step before. */
  begin(schedule: NoiseSchedule): TakeStep;
}

const combine = (length: number, at: (k: number) => number): Float32Array => {
  const out = new Float32Array(length);
  for (let k = 0; k < length; k += 1) out[k] = at(k);
  return out;
};

/** What is kept of the picture after step i; all of it after the last. */
const keptAfter = ({ kept }: NoiseSchedule, i: number): number => kept[i - 1] ?? 1;

export const ddim = (eta = 0): Sampler => ({
  id: 'ddim',
  isRandom: eta > 0,
  mix: eta > 0 ? null : (schedule, i) => [Math.sqrt(keptAfter(schedule, i)), Math.sqrt(1 - keptAfter(schedule, i))],
  begin:
    (schedule) =>
    (i, x, { picture, noise }, fresh) => {
      const [now, then] = [schedule.kept[i]!, keptAfter(schedule, i)];
      const sigma = eta * Math.sqrt((1 - then) / (1 - now)) * Math.sqrt(1 - now / then);
      const [a, b] = [Math.sqrt(then), Math.sqrt(Math.max(0, 1 - then - sigma * sigma))];
      return combine(x.length, (k) => a * picture[k]! + b * noise[k]! + (sigma === 0 ? 0 : sigma * fresh[k]!));
    },
});

const ddpm: Sampler = {
  id: 'ddpm',
  isRandom: true,
  mix: null,
  begin: (schedule) => {
    const { ofPicture, ofNoised, variance } = posteriorOf(schedule);
    return (i, x, { picture }, fresh) => {
      const [a, b, sigma] = [ofPicture[i]!, ofNoised[i]!, Math.sqrt(variance[i]!)];
      return combine(x.length, (k) => a * picture[k]! + b * x[k]! + (i > 0 ? sigma * fresh[k]! : 0));
    };
  },
};

/** log(α / σ) */
const halfLogSnr = (kept: number): number => 0.5 * Math.log(kept / (1 - kept));

const dpmSolver: Sampler = {
  id: 'dpm-solver++',
  isRandom: false,
  mix: null,
  begin: (schedule) => {
    let before: { readonly picture: Float32Array; readonly h: number } | null = null;
    return (i, x, { picture }) => {
      const [now, then] = [schedule.kept[i]!, keptAfter(schedule, i)];
      // no noise is left after the last step, and h is infinite: x' = x̂₀
      if (then === 1) return Float32Array.from(picture);
      const h = halfLogSnr(then) - halfLogSnr(now);
      const [scale, rise] = [Math.sqrt((1 - then) / (1 - now)), -Math.sqrt(then) * Math.expm1(-h)];
      // the step to the cleanest level is far longer than the one before it: nothing is read from there
      const last = i > 1 ? before : null;
      const extra = last === null ? 0 : h / (2 * last.h);
      before = { picture, h };
      return combine(x.length, (k) => {
        const slope = last === null ? 0 : extra * (picture[k]! - last.picture[k]!);
        return scale * x[k]! + rise * (picture[k]! + slope);
      });
    };
  },
};

const SAMPLERS = { ddim: ddim(), ddpm, 'dpm-solver++': dpmSolver } as const satisfies Record<string, Sampler>;

export type SamplerId = keyof typeof SAMPLERS;
export const SAMPLER_IDS = Object.keys(SAMPLERS) as readonly SamplerId[] as readonly [SamplerId, ...SamplerId[]];
export const samplerOf = (id: SamplerId): Sampler => SAMPLERS[id];

export interface Said {
  readonly predicts: 'noise' | 'velocity';
  /** The range that pictures have, where the network guesses outside; null: any. */
  readonly clip: readonly [number, number] | null;
}

/**
 * x̂₀ = x / √ᾱ - √(1/ᾱ - 1) ε̂, of a velocity √ᾱ x - √(1 - ᾱ) v̂; ε̂ = (x - √ᾱ x̂₀) / √(1 - ᾱ) once x̂₀ is clipped.
 */
export const partsOf = (x: Float32Array, said: Float32Array, kept: number, { predicts, clip }: Said): Parts => {
  const [a, b] = [Math.sqrt(kept), Math.sqrt(1 - kept)];
  const guess =
    predicts === 'noise' ? (k: number) => (x[k]! - b * said[k]!) / a : (k: number) => a * x[k]! - b * said[k]!;
  const picture = combine(x.length, (k) => (clip === null ? guess(k) : Math.min(clip[1], Math.max(clip[0], guess(k)))));
  return { picture, noise: combine(x.length, (k) => (x[k]! - a * picture[k]!) / b) };
};
