/**
 * Annotations as files have them, made fit: boxes without area, outside of their picture, and pictures that are not there
 * are left out and counted; what would change the task itself (a class that nobody knows) is an error.
 */
import { createHash } from 'node:crypto';
import { TopiaryError } from '@topiary/errors';
import type { Annotated, Corners, GroundTruth } from '../boxes.js';

/** An object as its file has it. */
export interface Marked {
  readonly box: Corners;
  readonly class: string;
  /** Pixels that it covers; null: width times height. */
  readonly area: number | null;
  readonly crowd: boolean;
  readonly difficult: boolean;
}

export interface MarkedPicture {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  readonly objects: readonly Marked[];
}

/** Why something was left out or changed: what `excluded` of a split is keyed by. */
export const REASONS = {
  missing: 'pictures that are not there',
  area: 'boxes without area',
  outside: 'boxes outside of their picture',
  cut: 'boxes that were cut at the edge of their picture',
} as const;

type Excluded = Record<string, string[]>;

/** Rounding of coordinates is no reason to touch a box. */
const SLACK = 1;

export const corrupt = (where: string, expected: string, got: string, cure?: string): TopiaryError =>
  new TopiaryError('TOPIARY_ZOO_DATA_CORRUPT', { where, expected, got, ...(cure === undefined ? {} : { cure }) });

const clipped = ([left, top, right, bottom]: Corners, width: number, height: number): Corners => [
  Math.max(0, left),
  Math.max(0, top),
  Math.min(width, right),
  Math.min(height, bottom),
];

/** Null: nothing of it is left; the reason is remembered with the picture's name. */
const fit = (
  { box, class: name, area, crowd, difficult }: Marked,
  { id, width, height }: MarkedPicture,
  classes: readonly string[],
  remember: (reason: string) => void,
): GroundTruth | null => {
  const index = classes.indexOf(name);
  if (index < 0) throw corrupt(id, `one of the classes ${classes.join(', ')}`, `'${name}'`);
  if (!box.every(Number.isFinite)) throw corrupt(id, 'four numbers for a box', box.join(', '));
  const [left, top, right, bottom] = box;
  if (!(right > left && bottom > top)) {
    remember(REASONS.area);
    return null;
  }
  if (left >= width || top >= height || right <= 0 || bottom <= 0) {
    remember(REASONS.outside);
    return null;
  }
  const isBeyond = left < -SLACK || top < -SLACK || right > width + SLACK || bottom > height + SLACK;
  if (isBeyond) remember(REASONS.cut);
  const kept = isBeyond ? clipped(box, width, height) : box;
  const own = (kept[2] - kept[0]) * (kept[3] - kept[1]);
  return { box: kept, class: index, area: area ?? own, crowd, difficult };
};

export interface Fitted {
  readonly pictures: readonly Annotated[];
  readonly excluded: Readonly<Record<string, readonly string[]>>;
}

/** `missing`: pictures that were named and are not there. A picture without objects stays. */
export const fitAnnotations = (
  marked: readonly MarkedPicture[],
  classes: readonly string[],
  missing: readonly string[] = [],
): Fitted => {
  const excluded: Excluded = missing.length === 0 ? {} : { [REASONS.missing]: [...missing] };
  const pictures = marked.map((picture): Annotated => {
    const { id, width, height, objects } = picture;
    if (!(width > 0 && height > 0)) throw corrupt(id, 'a picture of at least one pixel', `${width} by ${height}`);
    const remember = (reason: string) => {
      excluded[reason] ??= [];
      excluded[reason].push(id);
    };
    const truths = objects.map((object) => fit(object, picture, classes, remember)).filter((truth) => truth !== null);
    return { id, width, height, truths };
  });
  return { pictures, excluded };
};

/** Classes, pictures in their order, their sizes, and every number of every box. `of`: what else identifies a picture. */
export const annotationHash = (
  classes: readonly string[],
  pictures: readonly Annotated[],
  of: (index: number) => string = () => '',
): string => {
  const hash = createHash('sha256').update(classes.join('\0'));
  for (const [i, { id, width, height, truths }] of pictures.entries()) {
    hash.update(`\n${id} ${width} ${height} ${of(i)}`);
    for (const { box, class: c, area, crowd, difficult } of truths) {
      hash.update(`\n ${c} ${box.join(' ')} ${area} ${Number(crowd)} ${Number(difficult)}`);
    }
  }
  return hash.digest('hex');
};
