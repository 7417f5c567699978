/** SA-1B's annotations: one JSON file a picture, a mask of run lengths for each object, boxes as x, y, width and height. */
import { z } from 'zod';
import type { Corners } from '../boxes.js';
import { innerPoint, type MaskedObject, type Point, tightBox } from '../masks.js';
import { randomFrom } from '../random.js';
import { corrupt } from './marked.js';
import { countsIn, maskOf } from './run-lengths.js';

const Side = z.number().int().positive();
const Pair = z.tuple([z.number(), z.number()]);

const Annotations = z.object({
  image: z.object({ file_name: z.string().min(1), width: Side, height: Side }),
  annotations: z.array(
    z.object({
      segmentation: z.object({
        size: z.tuple([Side, Side]),
        counts: z.union([z.string(), z.array(z.number())]),
      }),
      bbox: z.tuple([z.number(), z.number(), z.number(), z.number()]),
      point_coords: z.array(Pair).optional(),
    }),
  ),
});
type Annotation = z.output<typeof Annotations>['annotations'][number];

export interface SaPicture {
  readonly file: string;
  readonly width: number;
  readonly height: number;
  /** Objects without a pixel are left out. */
  readonly objects: readonly MaskedObject[];
}

const parsed = (text: string, where: string): z.output<typeof Annotations> => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw corrupt(where, 'JSON', (error as Error).message);
  }
  const result = Annotations.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw corrupt(where, "SA-1B's image and annotations", `${issue!.path.join('.')}: ${issue!.message}`);
};

/** Rounding of coordinates is no reason to refuse a box. */
const SLACK = 2;

const isNear = (a: readonly number[], b: readonly number[]): boolean =>
  a.every((value, i) => Math.abs(value - b[i]!) <= SLACK);

/** The box that is written, as corners; refused where it is not that of the mask. */
const cornersOf = (bbox: Annotation['bbox'], tight: Corners, where: string): Corners => {
  const [x, y, w, h] = bbox;
  const corners: Corners = [x, y, x + w, y + h];
  if (isNear(corners, tight)) return corners;
  const expected = `a box x, y, width, height around the mask: ${[tight[0], tight[1], tight[2] - tight[0], tight[3] - tight[1]].join(', ')}`;
  const got = `${bbox.join(', ')}${isNear(bbox, tight) ? ', which are its corners x1, y1, x2, y2' : ''}`;
  throw corrupt(where, expected, got);
};

const checkPoint = ([x, y]: Point, width: number, height: number, where: string): Point => {
  if (x >= 0 && y >= 0 && x < width && y < height) return [x, y];
  throw corrupt(where, `a point within the picture of ${width} by ${height} pixels`, `${x}, ${y}`);
};

/** `where` names the file in errors. */
export const parseSa = (text: string, where: string): SaPicture => {
  const { image, annotations } = parsed(text, where);
  const { file_name: file, width, height } = image;
  const objects = annotations.flatMap(({ segmentation, bbox, point_coords: points }, i): MaskedObject[] => {
    const at = `${where}, annotation ${i}`;
    const { size, counts } = segmentation;
    if (size[0] !== height || size[1] !== width)
      throw corrupt(at, `a mask of its picture's ${width} by ${height} pixels`, `${size[1]} by ${size[0]}`);
    const mask = maskOf(typeof counts === 'string' ? countsIn(counts, at) : counts, size, at);
    const tight = tightBox(mask, width);
    if (tight === null) return [];
    const box = cornersOf(bbox, tight, at);
    const random = randomFrom(`point/${file}/${i}`);
    const given = points?.[0];
    const point = given
      ? checkPoint([given[0], given[1]], width, height, at)
      : innerPoint(mask, width, tight, (n) => random.below(n));
    return [{ mask, point, box }];
  });
  return { file, width, height, objects };
};
