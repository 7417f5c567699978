/** The loop of a sampling, as procedures see it: timesteps, shares of noise, and DDIM's step without noise inside a graph. */
import type { GraphBuilder } from '@topiary/onnx';
import { conditionsOf } from '@topiary/zoo';
import type { Advance, Trajectory } from '../_task.js';
import { atSteps } from './at-steps.js';
import { type NoiseSchedule, noiseSchedule, respaced } from './noise-schedule.js';
import type { DiffusionSettings } from './settings.js';

/**
 * x' = √ᾱ' x̂₀ + √(1 - ᾱ') ε̂ with x̂₀ = (x - √(1 - ᾱ) ε̂) / √ᾱ; of velocities x̂₀ = √ᾱ x - √(1 - ᾱ) v̂ and
 * ε̂ = √(1 - ᾱ) x + √ᾱ v̂. Variances that a network says behind are left out.
 */
const advance = (
  b: GraphBuilder,
  { kept }: NoiseSchedule,
  predicts: DiffusionSettings['predicts'],
  { state, said, now, next }: Advance,
): string => {
  const [signal, noise] = [kept.map(Math.sqrt), kept.map((share) => Math.sqrt(1 - share))];
  const at = (table: Float64Array, t: string) => atSteps(b, table, t);
  const times = (rate: string, value: string) => b.op('Mul', [rate, value]);
  const channels = Number(b.shape(state)[1]);
  const guess =
    Number(b.shape(said)[1]) === channels
      ? said
      : b.op('Slice', [said, b.int64s([0]), b.int64s([channels]), b.int64s([1]), b.int64s([1])]);
  const [a, c] = [at(signal, now), at(noise, now)];
  const isNoise = predicts === 'noise';
  const picture = isNoise
    ? b.op('Div', [b.op('Sub', [state, times(c, guess)]), a])
    : b.op('Sub', [times(a, state), times(c, guess)]);
  const added = isNoise ? guess : b.op('Add', [times(c, state), times(a, guess)]);
  return b.op('Add', [times(at(signal, next), picture), times(at(noise, next), added)]);
};

export const trajectoryOf = ({ betas, length, steps, predicts }: DiffusionSettings): Trajectory => {
  const schedule = noiseSchedule(betas, length);
  return {
    timesteps: [...respaced(schedule, steps).steps].reverse(),
    length,
    kept: schedule.kept,
    inputs: (network) => {
      const { x, t } = conditionsOf(network.inputs, `graph '${network.name}'`);
      return { state: x.name, time: t.name };
    },
    advance: (b, step) => advance(b, schedule, predicts, step),
  };
};
