/** Splits whose pictures lie in memory: windows are cut out of them byte by byte. */
import { createHash } from 'node:crypto';
import type { Augment, Dataset, Read, Split } from './dataset.js';
import type { Random } from './random.js';

export interface MemorySplit extends Split {
  /** All pictures, [length, ...dims]. */
  readonly pixels: Uint8Array;
}

/** A data set that fits into memory and knows its classes. */
export interface MemoryDataset extends Dataset<MemorySplit> {
  readonly classes: readonly string[];
}

export type MemoryContent = Omit<MemorySplit, 'length' | 'pictures'>;

interface Window {
  readonly left: number;
  readonly top: number;
  readonly mirrored: boolean;
}

const drawWindow = (random: Random, { crop, flip }: Augment): Window => ({
  left: random.below(2 * crop + 1) - crop,
  top: random.below(2 * crop + 1) - crop,
  mirrored: flip && random.chance(0.5),
});

/** Copies a window of a plane; what hangs over its border is black. */
const copyWindow = (
  plane: Uint8Array,
  [height, width]: readonly [number, number],
  { left, top, mirrored }: Window,
  out: Uint8Array,
): void => {
  out.fill(0);
  const [first, end] = [Math.max(0, -left), Math.min(width, width - left)];
  for (let y = Math.max(0, -top); y < Math.min(height, height - top); y += 1) {
    const from = (y + top) * width + left;
    const row = out.subarray(y * width, (y + 1) * width);
    row.set(plane.subarray(from + first, from + end), first);
    if (mirrored) row.reverse();
  }
};

/** Makes a split of pictures that are all here. */
export const inMemory = (content: MemoryContent): MemorySplit => {
  const { dims, pixels, labels } = content;
  const [channels, height, width] = dims;
  const [plane, bytes] = [height * width, channels * height * width];
  const plain: Read = (index, out, offset) => {
    out.set(pixels.subarray(index * bytes, (index + 1) * bytes), offset);
    return true;
  };
  const augmented = (random: Random, augment: Augment): Read => {
    const window = drawWindow(random, augment);
    return (index, out, offset) => {
      for (let c = 0; c < channels; c += 1) {
        const from = index * bytes + c * plane;
        const to = offset + c * plane;
        copyWindow(pixels.subarray(from, from + plane), [height, width], window, out.subarray(to, to + plane));
      }
      return true;
    };
  };
  const hash = () => createHash('sha256').update(dims.join('x')).update(pixels).update(labels).digest('hex');
  return { ...content, length: labels.length, pictures: { plain, augmented, damaged: new Set(), hash } };
};
