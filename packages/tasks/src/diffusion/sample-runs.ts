/** Draws pictures with a pipeline whose steps are in runs: the same numbers as step by step, up to rounding. */
import { floats } from '@topiary/onnx';
import { play, type RunPart } from '@topiary/pipeline';
import { whole } from './draws.js';
import { CLASSES, PICTURES, type Runs, ratesOf, SAID, STATE, timeOf } from './runs.js';
import { checkFinite, firstChannels, guided, noises, type SampleSettings, type Wanted } from './sample.js';
import { partsOf } from './samplers.js';

/** By input: what a run of `length` steps from `first` on is told of times, and of the steps between. */
const toldOf = ({ schedule, sampler }: SampleSettings, first: number, length: number, calls: number) => {
  const at = (step: number) => schedule.steps.length - 1 - first - step;
  const times = Array.from({ length }, (_, step) => [
    timeOf(step),
    whole(new Array<number>(calls).fill(schedule.steps[at(step)]!)),
  ]);
  const rates = Array.from({ length: length - 1 }, (_, step) => {
    const kept = schedule.kept[at(step)]!;
    const mix = sampler.mix!(schedule, at(step));
    return [ratesOf(step), floats(Float32Array.of(Math.sqrt(kept), Math.sqrt(1 - kept), ...mix), [4])];
  });
  return Object.fromEntries([...times, ...rates]);
};

/**
 * [n, C, H, W], one after another.
 * @throws TOPIARY_RUNTIME_NOT_FINITE, which says at which step
 */
export const sampleRuns = async (
  { pipeline, lengths }: Runs,
  run: RunPart,
  settings: SampleSettings,
  wanted: Wanted,
): Promise<Float32Array> => {
  const { schedule, sampler, guidance, classes, dims } = settings;
  const [n, steps, size] = [wanted.labels.length, schedule.steps.length, dims[0] * dims[1] * dims[2]];
  const isGuided = guidance !== 1;
  const calls = isGuided ? 2 * n : n;
  const y = whole(isGuided ? [...wanted.labels, ...wanted.labels.map(() => classes)] : wanted.labels);
  const player = play(pipeline, run);
  const take = sampler.begin(schedule);
  let x = noises(wanted, size, 'begin');
  let first = 0;
  for (const length of lengths) {
    const given = { [PICTURES]: floats(x, [n, ...dims]), [CLASSES]: y, ...toldOf(settings, first, length, calls) };
    const results = await player.step(given);
    first += length;
    const i = steps - first;
    const said = firstChannels(results[SAID]!, calls, size);
    const before = length === 1 ? x : (results[STATE]!.data as Float32Array);
    const parts = partsOf(before, isGuided ? guided(said, guidance) : said, schedule.kept[i]!, settings);
    x = take(i, before, parts, parts.noise);
    checkFinite(x, first - 1, steps);
  }
  return x;
};
