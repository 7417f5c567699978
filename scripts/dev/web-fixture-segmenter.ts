/** FIXTURES: what a run of a segmenter leaves, made of drawn scenes and of masks that are moved about. */
import { createHash } from 'node:crypto';
import { pictureUrl, Scenes64 } from '@topiary/zoo';
import { runsOf } from '../../packages/tasks/src/segmentation/show.js';

const { showcase } = await Scenes64.masks!({ dataDir: '' });

/** Moved to the right; what comes in is outside. */
const moved = (mask: Uint8Array, width: number, by: number): Uint8Array =>
  mask.map((_, at) => (at % width < by ? 0 : mask[at - by]!));

const iouOf = (a: Uint8Array, b: Uint8Array): number => {
  const shared = a.reduce((n, bit, at) => n + (bit & b[at]!), 0);
  return Math.round((1000 * shared) / a.reduce((n, bit, at) => n + (bit | b[at]!), 0)) / 1000;
};

const pictures = await Promise.all(
  Array.from({ length: 6 }, async (_, i) => {
    const { pixels, objects } = (await showcase.scene(i))!;
    const { width, height } = pixels;
    const cut = (mask: Uint8Array, by: number) => {
      const own = moved(mask, width, by);
      return { runs: runsOf(own), iou: iouOf(own, mask) };
    };
    return {
      image: await pictureUrl(pixels),
      width,
      height,
      objects: objects.map(({ mask, point }) => ({ point, network: cut(mask, 2), base: cut(mask, 1) })),
    };
  }),
);

const text = JSON.stringify({ pictures });
const sha256 = createHash('sha256').update(text).digest('hex');

/** By their sha256. */
export const segmenterFiles: ReadonlyMap<string, string> = new Map([[sha256, text]]);

export const segmenterArtefacts = [
  { kind: 'masks', title: 'Masks', sha256, bytes: text.length, mediaType: 'application/json' },
];
