/**
 * Everything in a picture, without a prompt (Kirillov et al. 2023, section 7.3 and its released defaults): a grid of points, three masks
 * of each; masks stay that are told to be good, that hardly change where the threshold does, and whose box no better one has.
 */
import type { Pipeline } from '@topiary/pipeline';
import { type Corners, type Pixels, tightBox } from '@topiary/zoo';
import type { Compute } from '../_task.js';
import { decode, encode } from './evaluate.js';
import { enlarged, type Normalisation } from './frame.js';
import { partsOf, sidesOf } from './parts.js';
import type { Prompt } from './prompts.js';

export interface EverythingOptions {
  /** Along each side of the picture. */
  readonly points: number;
  /** IoU that a mask is told to have, above which it stays. */
  readonly leastIou: number;
  /** Of the mask at a threshold of `offset` with the mask at its negative. */
  readonly leastStability: number;
  readonly offset: number;
  /** IoU of two boxes above which the worse one goes. */
  readonly overlap: number;
}

export const DEFAULTS: EverythingOptions = {
  points: 32,
  leastIou: 0.88,
  leastStability: 0.95,
  offset: 1,
  overlap: 0.7,
};

export interface Segment {
  readonly mask: Uint8Array;
  readonly box: Corners;
  /** As the network tells it. */
  readonly iou: number;
  readonly stability: number;
  readonly point: readonly [number, number];
}

/** The first mask is for several prompts at once; three answer to one. */
const SINGLE = 1;

/** Pixels above the offset over pixels above its negative; 0 where there are none. */
export const stabilityOf = (logits: Float32Array, offset: number): number => {
  let [inner, outer] = [0, 0];
  for (const value of logits) {
    if (value > offset) inner += 1;
    if (value > -offset) outer += 1;
  }
  return outer === 0 ? 0 : inner / outer;
};

/** The middles of as many cells along each side. */
const gridOf = (n: number, { width, height }: Pixels): (readonly [number, number])[] =>
  Array.from({ length: n * n }, (_, i) => [(((i % n) + 0.5) / n) * width, ((Math.floor(i / n) + 0.5) / n) * height]);

const boxIou = (a: Corners, b: Corners): number => {
  const [w, h] = [Math.min(a[2], b[2]) - Math.max(a[0], b[0]), Math.min(a[3], b[3]) - Math.max(a[1], b[1])];
  const shared = Math.max(0, w) * Math.max(0, h);
  const area = ([x1, y1, x2, y2]: Corners) => (x2 - x1) * (y2 - y1);
  return shared / (area(a) + area(b) - shared);
};

/** Of those that overlap the best one stays; best first. */
const withoutDoubles = (segments: readonly Segment[], overlap: number): Segment[] => {
  const kept: Segment[] = [];
  for (const one of [...segments].sort((a, b) => b.iou - a.iou))
    if (kept.every(({ box }) => boxIou(box, one.box) <= overlap)) kept.push(one);
  return kept;
};

export const segmentEverything = async (
  pipeline: Pipeline,
  pixels: Pixels,
  { normalisation, ...options }: EverythingOptions & { readonly normalisation: Normalisation },
  compute: Compute,
): Promise<readonly Segment[]> => {
  const { side, low } = sidesOf(partsOf(pipeline));
  const points = gridOf(options.points, pixels);
  const running = await compute.open(pipeline);
  try {
    const embedding = await encode(running, [{ pixels, objects: [] }], side, normalisation);
    const asked = points.map((point) => {
      const prompt: Prompt = { kind: 'point', point, inside: true };
      return { picture: 0, size: pixels, prompt };
    });
    const said = await decode(running, embedding, asked, { side, low });
    const segments = said.flatMap(({ logits, iou }, at): Segment[] =>
      Array.from(iou).flatMap((told, k) => {
        if (k < SINGLE || told <= options.leastIou) return [];
        const own = enlarged(logits.subarray(k * low * low, (k + 1) * low * low), low, side, pixels);
        const stability = stabilityOf(own, options.offset);
        const mask = Uint8Array.from(own, (value) => Number(value > 0));
        const box = tightBox(mask, pixels.width);
        if (stability < options.leastStability || box === null) return [];
        return [{ mask, box, iou: told, stability, point: points[at]! }];
      }),
    );
    return withoutDoubles(segments, options.overlap);
  } finally {
    await running.release();
  }
};
