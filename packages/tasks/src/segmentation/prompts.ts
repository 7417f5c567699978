/** Points, boxes and earlier masks as the encoder of prompts reads them, and what nobody can mean by them. */
import { TopiaryError } from '@topiary/errors';
import { floats } from '@topiary/onnx';
import type { Feeds } from '@topiary/pipeline';
import type { Corners, Point } from '@topiary/zoo';
import { framedBox, framedPoint, type Size } from './frame.js';

/** What the decoder said before: logits of one of its masks, low × low, as it gave them (SAM's `mask_input`). */
type Earlier = Float32Array;

/** What somebody points at, in pixels of the picture; `earlier`: and the mask that is to be made better. */
export type Prompt =
  | {
      readonly kind: 'point';
      readonly point: Point;
      /** Of the object, or beside it. */
      readonly inside: boolean;
      readonly earlier?: Earlier;
    }
  | { readonly kind: 'box' /** Corners: x1, y1, x2, y2. */; readonly box: Corners; readonly earlier?: Earlier }
  | { readonly kind: 'mask'; readonly earlier: Earlier };

/** Two places with a label each. */
interface Places {
  readonly points: readonly [Point, Point];
  readonly labels: readonly [number, number];
}

const [NONE, BESIDE, INSIDE, FIRST, SECOND] = [-1, 0, 1, 2, 3];

const refuse = (where: string, expected: string, got: string, cure?: string): never => {
  throw new TopiaryError('TOPIARY_TASKS_PROMPT', { where, expected, got, ...(cure === undefined ? {} : { cure }) });
};

const checkInside = ([x, y]: Point, { width, height }: Size, where: string): void => {
  if (x >= 0 && y >= 0 && x <= width && y <= height) return;
  refuse(where, `a place within the picture of ${width} by ${height} pixels`, `${x}, ${y}`);
};

/** @throws TOPIARY_TASKS_PROMPT, which says so where a box seems to be a corner, a width and a height */
export const checkPrompt = (prompt: Prompt, size: Size, where = 'prompt'): void => {
  if (prompt.kind === 'mask') return;
  if (prompt.kind === 'point') {
    checkInside(prompt.point, size, where);
    return;
  }
  const [x1, y1, x2, y2] = prompt.box;
  if (x2 <= x1 || y2 <= y1) {
    const fits = x2 > 0 && y2 > 0 && x1 + x2 <= size.width && y1 + y2 <= size.height;
    const cure = `Give x1, y1, x2, y2: of a corner with width and height that is ${[x1, y1, x1 + x2, y1 + y2].join(', ')}`;
    refuse(where, 'corners x1, y1, x2, y2 with x1 < x2 and y1 < y2', prompt.box.join(', '), fits ? cure : undefined);
  }
  checkInside([x1, y1], size, where);
  checkInside([x2, y2], size, where);
};

const NOWHERE: Places = {
  points: [
    [0, 0],
    [0, 0],
  ],
  labels: [NONE, NONE],
};

const placesOf = (prompt: Prompt, size: Size, side: number): Places => {
  if (prompt.kind === 'mask') return NOWHERE;
  if (prompt.kind === 'box') {
    const [x1, y1, x2, y2] = framedBox(prompt.box, size, side);
    return {
      points: [
        [x1, y1],
        [x2, y2],
      ],
      labels: [FIRST, SECOND],
    };
  }
  // where there is no box, a place that is none follows
  return {
    points: [framedPoint(prompt.point, size, side), [0, 0]],
    labels: [prompt.inside ? INSIDE : BESIDE, NONE],
  };
};

/** Masks as they came before, zeros where there was none, and which there were. */
const earlierFeeds = (prompts: readonly Prompt[], low: number): Pick<Feeds, 'mask' | 'given'> => {
  const masks = new Float32Array(prompts.length * low * low);
  const given = new Float32Array(prompts.length);
  prompts.forEach(({ earlier }, i) => {
    if (earlier === undefined) return;
    if (earlier.length !== low * low)
      refuse(`prompt ${i}`, `logits of an earlier mask, ${low} by ${low}`, `${earlier.length} numbers`);
    masks.set(earlier, i * low * low);
    given[i] = 1;
  });
  return { mask: floats(masks, [prompts.length, 1, low, low]), given: floats(given, [prompts.length, 1]) };
};

/**
 * Prompts of pictures of any size. `low`: side of the decoder's masks.
 * @throws TOPIARY_TASKS_PROMPT where an earlier mask has another size
 */
export const promptFeeds = (
  prompts: readonly { readonly prompt: Prompt; readonly size: Size }[],
  side: number,
  low: number,
): Feeds => {
  const places = prompts.map(({ prompt, size }) => placesOf(prompt, size, side));
  const n = prompts.length;
  const points = Float32Array.from(places.flatMap((one) => one.points.flat()));
  const labels = Float32Array.from(places.flatMap((one) => one.labels));
  return {
    points: floats(points, [n, 2, 2]),
    labels: floats(labels, [n, 2]),
    ...earlierFeeds(
      prompts.map(({ prompt }) => prompt),
      low,
    ),
  };
};
