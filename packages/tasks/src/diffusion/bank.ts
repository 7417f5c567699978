/**
 * The bank that networks are judged on: pictures of a split, each with a noise and timesteps that are the same for every
 * network. A picture meets every stretch of the diffusion once, at a moment of its own inside it, in the order of a sampling: so
 * pipelines whose steps differ, or keep something from one to the next, are judged as they are meant to run.
 */
import { floats, type Tensor } from '@topiary/onnx';
import { type Pipeline, play } from '@topiary/pipeline';
import { fillNormal, randomFrom, type Split } from '@topiary/zoo';
import type { Compute, From } from '../_task.js';
import { picturesAt, whole } from './draws.js';
import type { NoiseSchedule } from './noise-schedule.js';
import { slotsOf } from './sample.js';

export interface Bank {
  readonly schedule: NoiseSchedule;
  readonly predicts: 'noise' | 'velocity';
  /** Steps of a sampling: into so many stretches the diffusion is cut. */
  readonly steps: number;
  readonly batch: number;
}

interface Row {
  readonly pictures: Tensor;
  readonly noise: Float32Array;
  /** Where inside a stretch each picture stands, 0 to 1. */
  readonly moments: Float64Array;
  readonly labels: readonly number[];
}

const rowOf = async (split: Split, from: From, first: number, count: number): Promise<Row> => {
  const indices = Array.from({ length: count }, (_, i) => first + i);
  const pictures = await picturesAt(split, indices);
  const size = pictures.data.length / count;
  const noise = new Float32Array(pictures.data.length);
  const moments = new Float64Array(count);
  indices.forEach((index, i) => {
    const random = randomFrom(`bank/${from}/${index}`);
    moments[i] = random.unit();
    noise.set(fillNormal(new Float32Array(size), 1, random), i * size);
  });
  return { pictures, noise, moments, labels: indices.map((index) => split.labels[index]!) };
};

/** Timesteps of one stretch, the noisiest first. */
export const timestepsOf = (moments: Float64Array, step: number, steps: number, length: number): number[] =>
  Array.from(moments, (moment) => Math.floor(((steps - 1 - step + moment) * length) / steps));

/** What the network is wrong by at one stretch, one number a picture. */
const errorsOf = (row: Row, timesteps: readonly number[], said: Tensor, { schedule, predicts }: Bank): Float64Array => {
  const errors = new Float64Array(timesteps.length);
  const [x0, size] = [row.pictures.data as Float32Array, row.noise.length / errors.length];
  const width = said.data.length / errors.length;
  const all = said.data as Float32Array;
  for (let i = 0; i < errors.length; i += 1) {
    const kept = schedule.kept[timesteps[i]!]!;
    const [a, b] = [Math.sqrt(kept), Math.sqrt(1 - kept)];
    let sum = 0;
    for (let k = 0; k < size; k += 1) {
      const [noise, guess] = [row.noise[i * size + k]!, all[i * width + k]!];
      // the noise that a velocity means: ε = √(1 - ᾱ) x + √ᾱ v
      const of = predicts === 'noise' ? guess : b * (a * x0[i * size + k]! + b * noise) + a * guess;
      sum += (noise - of) ** 2;
    }
    errors[i] = sum / size;
  }
  return errors;
};

const noisedAt = (row: Row, timesteps: readonly number[], { kept }: NoiseSchedule): Tensor => {
  const size = row.noise.length / timesteps.length;
  const x0 = row.pictures.data as Float32Array;
  const data = row.noise.map((noise, k) => {
    const share = kept[timesteps[Math.floor(k / size)]!]!;
    return Math.sqrt(share) * x0[k]! + Math.sqrt(1 - share) * noise;
  });
  return floats(data, row.pictures.dims);
};

interface Shown {
  readonly split: Split;
  readonly from: From;
  readonly examples: number;
}

/** Mean squared errors of the noise, by picture and stretch, the noisiest first: [pictures · steps]. */
export const bankTable = async (
  pipeline: Pipeline,
  { split, from, examples }: Shown,
  bank: Bank,
  compute: Compute,
): Promise<Float64Array> => {
  const { schedule, steps, batch } = bank;
  const count = Math.min(examples, split.length);
  const table = new Float64Array(count * steps);
  const slots = slotsOf(pipeline);
  const running = await compute.open(pipeline);
  try {
    for (let first = 0; first < count; first += batch) {
      const row = await rowOf(split, from, first, Math.min(batch, count - first));
      const player = play(pipeline, running.run);
      const timesteps = Array.from({ length: steps }, (_, i) =>
        timestepsOf(row.moments, i, steps, schedule.kept.length),
      );
      const told = (step: number) => ({ [slots.t]: whole(timesteps[step]!), [slots.y]: whole(row.labels) });
      for (const [step, at] of timesteps.entries()) {
        await compute.pause();
        const given = { [slots.x]: noisedAt(row, at, schedule), ...told(step) };
        const results = await player.step(given, step + 1 === steps ? null : told(step + 1));
        errorsOf(row, at, results[slots.said]!, bank).forEach((error, i) => {
          table[(first + i) * steps + step] = error;
        });
      }
    }
  } finally {
    await running.release();
  }
  return table;
};

/** Mean squared error of the noise over all stretches, one number a picture. */
export const bankErrors = async (
  pipeline: Pipeline,
  shown: Shown,
  bank: Bank,
  compute: Compute,
): Promise<Float32Array> => {
  const table = await bankTable(pipeline, shown, bank, compute);
  const { steps } = bank;
  return Float32Array.from({ length: table.length / steps }, (_, i) => {
    let sum = 0;
    for (let step = 0; step < steps; step += 1) sum += table[i * steps + step]!;
    return sum / steps;
  });
};
