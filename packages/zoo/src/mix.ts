/**
 * Mixes the pictures of a batch in pairs, with the labels of both: mixup (https://arxiv.org/abs/1710.09412) and CutMix
 * (https://arxiv.org/abs/1905.04899), as timm does by default: one share for the whole batch, picture i with N - 1 - i,
 * and where both are asked for, either with probability 1/2.
 */
import type { Split } from './dataset.js';
import type { Batch } from './loader.js';
import { type Random, randomFrom } from './random.js';

/** Both parameters of the Beta distribution that shares are drawn from; 0: not this way. */
export interface MixSettings {
  readonly mixup: number;
  readonly cutmix: number;
}

/** `labels` names the class with the larger share of each picture. */
export interface MixedBatch extends Batch {
  /** The other class. */
  readonly partners: Int32Array;
  /** The share of `labels`, 0.5 … 1. */
  readonly shares: Float32Array;
}

/** Beta(α, α) by Jöhnk's method, u^(1/α) / (u^(1/α) + v^(1/α)), in logarithms so that small α do not underflow. */
export const drawShare = (random: Random, alpha: number): number => {
  for (;;) {
    const [x, y] = [Math.log(1 - random.unit()) / alpha, Math.log(1 - random.unit()) / alpha];
    if (Math.exp(x) + Math.exp(y) <= 1) return 1 / (1 + Math.exp(y - x));
  }
};

/** Every pair of pictures once, as positions of their first elements. The picture in the middle stays as it is. */
function* pairs({ images, size }: Batch): Generator<readonly [number, number]> {
  const pixels = images.length / size;
  for (let i = 0; i < size >> 1; i += 1) yield [i * pixels, (size - 1 - i) * pixels];
}

// x_i' = λ x_i + (1 - λ) x_j
const mixUp = (batch: Batch, share: number): void => {
  const { images, size } = batch;
  const pixels = images.length / size;
  for (const [first, second] of pairs(batch)) {
    for (let p = 0; p < pixels; p += 1) {
      const [x, y] = [images[first + p]!, images[second + p]!];
      images[first + p] = share * x + (1 - share) * y;
      images[second + p] = share * y + (1 - share) * x;
    }
  }
};

/** A box of 1 - λ of the picture round a point of it; what hangs over is cut off. Returns the share that stays. */
const drawBox = (random: Random, height: number, width: number, share: number) => {
  const ratio = Math.sqrt(1 - share);
  const [halfH, halfW] = [Math.floor(height * ratio) >> 1, Math.floor(width * ratio) >> 1];
  const [y, x] = [random.below(height), random.below(width)];
  const [top, bottom] = [Math.max(0, y - halfH), Math.min(height, y + halfH)];
  const [left, right] = [Math.max(0, x - halfW), Math.min(width, x + halfW)];
  return { top, bottom, left, right, share: 1 - ((bottom - top) * (right - left)) / (height * width) };
};

/** The box of each picture changes places with its partner's. */
const cutMix = (batch: Batch, [channels, height, width]: Split['dims'], box: ReturnType<typeof drawBox>): void => {
  const { images } = batch;
  for (const [first, second] of pairs(batch)) {
    for (let c = 0; c < channels; c += 1) {
      for (let y = box.top; y < box.bottom; y += 1) {
        const row = (c * height + y) * width;
        const [from, to] = [row + box.left, row + box.right];
        const kept = images.slice(first + from, first + to);
        images.copyWithin(first + from, second + from, second + to);
        images.set(kept, second + from);
      }
    }
  }
};

/** Every picture with the class of its partner; the larger share goes first. */
const labelled = (batch: Batch, share: number): MixedBatch => {
  const { images, labels, size } = batch;
  const partners = labels.toReversed();
  const ordered = share >= 0.5 ? { labels, partners } : { labels: partners, partners: labels };
  return { images, size, ...ordered, shares: new Float32Array(size).fill(Math.max(share, 1 - share)) };
};

/** Mixes batch after batch, in the pictures' own memory; null where nothing is to be mixed. */
export const mixer = (
  { mixup, cutmix }: MixSettings,
  dims: Split['dims'],
  seed: number,
): ((batch: Batch) => MixedBatch) | null => {
  if (mixup === 0 && cutmix === 0) return null;
  const random = randomFrom(`mix/${seed}`);
  return (batch) => {
    const cuts = cutmix > 0 && (mixup === 0 || random.chance(0.5));
    const share = drawShare(random, cuts ? cutmix : mixup);
    if (!cuts) {
      mixUp(batch, share);
      return labelled(batch, share);
    }
    const box = drawBox(random, dims[1], dims[2], share);
    cutMix(batch, dims, box);
    return labelled(batch, box.share);
  };
};
