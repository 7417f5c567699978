/** Pictures, timesteps and noise of training batches and of the fixed bank that networks are judged on. */
import { floats, type Tensor, tensor } from '@topiary/onnx';
import type { Feeds } from '@topiary/pipeline';
import { fillNormal, type Random, randomFrom, type Split } from '@topiary/zoo';
import { FEEDS } from './loss.js';

/** Examples with all that is random about them. */
export interface Noised {
  /** [N, C, H, W], as the network sees pictures. */
  readonly pictures: Tensor;
  readonly noise: Tensor;
  readonly steps: Int32Array;
  readonly labels: Int32Array;
  /** 1 where the class is kept from the network. */
  readonly drops: Int32Array;
}

export const whole = (values: ArrayLike<number>): Tensor =>
  tensor(
    'int64',
    [values.length],
    BigInt64Array.from(Array.from(values), (value) => BigInt(value)),
  );

/** Pictures by their indices; a data set in memory answers at once. */
export const picturesAt = async (split: Split, indices: ArrayLike<number>): Promise<Tensor> => {
  const { dims, mean, std, pictures } = split;
  const [plane, size] = [dims[1] * dims[2], dims[0] * dims[1] * dims[2]];
  const bytes = new Uint8Array(indices.length * size);
  for (let i = 0; i < indices.length; i += 1) await pictures.plain(indices[i]!, bytes, i * size);
  const values = Float32Array.from(bytes, (byte, i) => {
    const channel = Math.floor((i % size) / plane);
    return (byte / 255 - mean[channel]!) / std[channel]!;
  });
  return floats(values, [indices.length, ...dims]);
};

export const noiseFor = (random: Random, dims: readonly number[]): Tensor =>
  floats(fillNormal(new Float32Array(dims.reduce((a, b) => a * b, 1)), 1, random), dims);

export interface DrawRequest {
  readonly batch: number;
  readonly seed: number;
  /** Training steps may be drawn in any order: each has a stream of its own. */
  readonly step: number;
  /** Steps of the diffusion. */
  readonly length: number;
  /** Share of the classes that are kept from the network. */
  readonly dropout: number;
}

/** A training batch: pictures, timesteps, noise and dropped classes, drawn anew. */
export const drawBatch = async (split: Split, { batch, seed, step, length, dropout }: DrawRequest): Promise<Noised> => {
  const random = randomFrom(`diffusion/${seed}/${step}`);
  const indices = Int32Array.from({ length: batch }, () => random.below(split.length));
  const steps = Int32Array.from(indices, () => random.below(length));
  const drops = Int32Array.from(indices, () => Number(random.chance(dropout)));
  const pictures = await picturesAt(split, indices);
  const labels = Int32Array.from(indices, (index) => split.labels[index]!);
  return { pictures, labels, steps, drops, noise: noiseFor(random, pictures.dims) };
};

/** For the inputs that the loss declares. */
export const trainingFeeds = ({ t }: { readonly t: string }, drawn: Noised): Feeds => ({
  [FEEDS.picture]: drawn.pictures,
  [FEEDS.noise]: drawn.noise,
  [FEEDS.label]: whole(drawn.labels),
  [FEEDS.drop]: whole(drawn.drops),
  [t]: whole(drawn.steps),
});
