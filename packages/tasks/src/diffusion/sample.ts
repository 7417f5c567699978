/** Draws pictures with a pipeline: a sampler's loop round the pipeline's own steps, with guidance by classes. */
import { TopiaryError } from '@topiary/errors';
import { floats, type Tensor } from '@topiary/onnx';
import { type Pipeline, play, type RunPart, stepsOf } from '@topiary/pipeline';
import { conditionsOf, fillNormal, randomFrom } from '@topiary/zoo';
import { whole } from './draws.js';
import type { NoiseSchedule } from './noise-schedule.js';
import { partsOf, type Said, type Sampler } from './samplers.js';

export interface SampleSettings extends Said {
  /** Respaced: as many steps as are taken. */
  readonly schedule: NoiseSchedule;
  readonly sampler: Sampler;
  /** ε̂ = ε_none + s (ε_class - ε_none), on all channels; 1: no guidance, and half the work. */
  readonly guidance: number;
  readonly classes: number;
  /** Channels, height, width. */
  readonly dims: readonly [number, number, number];
}

/** Which pictures: a class and a stream of noise each, the same for every network. */
export interface Wanted {
  readonly labels: readonly number[];
  /** Of the noise, one text a picture. */
  readonly streams: readonly string[];
}

/** Of a bank: classes take turns, noise is known by the bank and the place in it. */
export const wantedFrom = (bank: number, first: number, count: number, classes: number): Wanted => {
  const at = Array.from({ length: count }, (_, i) => first + i);
  return { labels: at.map((i) => i % classes), streams: at.map((i) => `sample/${bank}/${i}`) };
};

/** Slots of the pipeline's first call that hold picture, timestep and class, and the one that holds what it says. */
export const slotsOf = ({ parts, schedule }: Pipeline) => {
  const [call] = schedule.stretches[0]!.calls;
  const { x, t, y } = conditionsOf(
    parts.get(call!.part)!.graph.inputs.filter(({ name }) => schedule.given.includes(call!.in[name]!)),
  );
  const slot = (port: string) => call!.in[port]!;
  return { x: slot(x.name), t: slot(t.name), y: slot(y.name), said: schedule.results[0]! };
};

/** Refuses a schedule that is made for another number of steps. */
export const checkSteps = (pipeline: Pipeline, steps: number): void => {
  const own = stepsOf(pipeline.schedule);
  if (own === null || own === steps) return;
  throw new TopiaryError('TOPIARY_PIPELINE_SCHEDULE', {
    where: 'the schedule of the pipeline',
    expected: `${steps} steps, as the sampling takes`,
    got: String(own),
  });
};

export const noises = ({ streams }: Wanted, size: number, what: string): Float32Array => {
  const all = new Float32Array(streams.length * size);
  streams.forEach((stream, i) => {
    all.set(fillNormal(new Float32Array(size), 1, randomFrom(`${stream}/${what}`)), i * size);
  });
  return all;
};

const twice = (values: Float32Array): Float32Array => {
  const both = new Float32Array(2 * values.length);
  both.set(values);
  both.set(values, values.length);
  return both;
};

/** The first channels of each example: behind them there may be variances. */
export const firstChannels = ({ data, dims }: Tensor, n: number, size: number): Float32Array => {
  const all = data as Float32Array;
  if (dims[0] !== n)
    throw new TopiaryError('TOPIARY_GATE_OUTPUT', {
      where: 'the network',
      expected: `${n} pictures`,
      got: `[${dims}]`,
    });
  const width = all.length / n;
  if (width === size) return all;
  const out = new Float32Array(n * size);
  for (let i = 0; i < n; i += 1) out.set(all.subarray(i * width, i * width + size), i * size);
  return out;
};

export const guided = (said: Float32Array, scale: number): Float32Array => {
  const half = said.length / 2;
  const out = new Float32Array(half);
  for (let k = 0; k < half; k += 1) out[k] = said[half + k]! + scale * (said[k]! - said[half + k]!);
  return out;
};

export const checkFinite = (x: Float32Array, step: number, steps: number): void => {
  const bad = x.find((value) => !Number.isFinite(value));
  if (bad === undefined) return;
  const where = `step ${step + 1} of ${steps} of a sampling`;
  throw new TopiaryError('TOPIARY_RUNTIME_NOT_FINITE', { where, expected: 'finite pictures', got: String(bad) });
};

/**
 * [n, C, H, W], one after another. `seen` is shown the pictures that the network guesses after each step.
 * @throws TOPIARY_RUNTIME_NOT_FINITE, which says at which step
 */
export const samplePictures = async (
  pipeline: Pipeline,
  run: RunPart,
  settings: SampleSettings,
  wanted: Wanted,
  seen: (step: number, guess: Float32Array) => void = () => undefined,
): Promise<Float32Array> => {
  const { schedule, sampler, guidance, classes, dims } = settings;
  const [n, steps, size] = [wanted.labels.length, schedule.steps.length, dims[0] * dims[1] * dims[2]];
  checkSteps(pipeline, steps);
  const slots = slotsOf(pipeline);
  const isGuided = guidance !== 1;
  const calls = isGuided ? 2 * n : n;
  const y = whole(isGuided ? [...wanted.labels, ...wanted.labels.map(() => classes)] : wanted.labels);
  const player = play(pipeline, run);
  const take = sampler.begin(schedule);
  const told = (step: number) => ({
    [slots.t]: whole(new Array<number>(calls).fill(schedule.steps[steps - 1 - step]!)),
    [slots.y]: y,
  });
  let x = noises(wanted, size, 'begin');
  for (let step = 0; step < steps; step += 1) {
    const i = steps - 1 - step;
    const given = { [slots.x]: floats(isGuided ? twice(x) : x, [calls, ...dims]), ...told(step) };
    const results = await player.step(given, i === 0 ? null : told(step + 1));
    const said = firstChannels(results[slots.said]!, calls, size);
    const parts = partsOf(x, isGuided ? guided(said, guidance) : said, schedule.kept[i]!, settings);
    x = take(i, x, parts, sampler.isRandom ? noises(wanted, size, String(i)) : parts.noise);
    checkFinite(x, step, steps);
    seen(step, parts.picture);
  }
  return x;
};
