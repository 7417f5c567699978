/** What samples are worth: how far their features lie from drawn pictures', whether they are of their class, how far they moved. */
import type { Pipeline } from '@topiary/pipeline';
import type { Compute } from '../_task.js';
import { type Critic, judge } from './critic.js';
import { frechetDistance, momentsOf } from './frechet.js';
import { type SampleSettings, samplePictures, wantedFrom } from './sample.js';

export interface Judgement {
  readonly settings: SampleSettings;
  readonly critic: Critic;
  readonly samples: number;
  readonly compared: number;
  readonly batch: number;
}

/** So many pictures of a bank of noise. */
export const drawSamples = async (
  pipeline: Pipeline,
  compute: Compute,
  { settings, batch }: Pick<Judgement, 'settings' | 'batch'>,
  {
    count,
    bank,
    progress,
  }: { readonly count: number; readonly bank: number; readonly progress: (share: number) => void },
): Promise<Float32Array> => {
  const size = settings.dims.reduce((a, b) => a * b, 1);
  const pictures = new Float32Array(count * size);
  const running = await compute.open(pipeline);
  try {
    for (let first = 0; first < count; first += batch) {
      await compute.pause();
      const wanted = wantedFrom(bank, first, Math.min(batch, count - first), settings.classes);
      pictures.set(await samplePictures(pipeline, running.run, settings, wanted), first * size);
      progress(Math.min(1, (first + batch) / count));
    }
  } finally {
    await running.release();
  }
  return pictures;
};

/** ‖a - b‖ / ‖b‖ of each picture, the mean over all. */
export const relativeDistance = (a: Float32Array, b: Float32Array, size: number): number => {
  const n = b.length / size;
  let total = 0;
  for (let i = 0; i < n; i += 1) {
    let [apart, norm] = [0, 0];
    for (let k = i * size; k < (i + 1) * size; k += 1) {
      apart += (a[k]! - b[k]!) ** 2;
      norm += b[k]! ** 2;
    }
    total += Math.sqrt(apart / norm);
  }
  return total / n;
};

/** `reference`: the base's pictures of the same bank, at least `compared` of them. */
export const judgeSamples = async (
  pictures: Float32Array,
  reference: Float32Array,
  compute: Compute,
  { settings, critic, compared }: Judgement,
): Promise<Readonly<Record<string, number>>> => {
  const { dims, classes } = settings;
  const size = dims.reduce((a, b) => a * b, 1);
  const { features, width, guesses } = await judge(critic, pictures, dims, compute);
  const right = guesses.reduce((sum, guess, i) => sum + Number(guess === i % classes), 0);
  const few = Math.min(compared * size, pictures.length);
  return {
    frechet: frechetDistance(momentsOf(features, width), critic.reference),
    'class-consistency': (100 * right) / guesses.length,
    'rel-l2': relativeDistance(pictures.subarray(0, few), reference.subarray(0, few), size),
  };
};
