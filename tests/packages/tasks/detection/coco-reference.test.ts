/** COCO's evaluator against pycocotools itself, on random boxes with tied scores, crowds and segments' areas. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { evaluateCoco } from '../../../../packages/tasks/src/detection/coco.js';
import type { Judged } from '../../../../packages/tasks/src/detection/match.js';

type Box = readonly [number, number, number, number];

interface Reference {
  /** Picture, class, box (x, y, width, height), crowd, area. */
  readonly truths: readonly (readonly [number, number, Box, 0 | 1, number])[];
  /** Picture, class, box, score. */
  readonly detections: readonly (readonly [number, number, Box, number])[];
  /** As `summarize` prints them; -1: no object. */
  readonly twelve: readonly number[];
  readonly classes: readonly number[];
}

const SETS: readonly Reference[] = JSON.parse(readFileSync(join(import.meta.dirname, 'coco-reference.json'), 'utf8'));
const [PICTURES, CLASSES] = [12, 3];

const corners = ([x, y, w, h]: Box) => [x, y, x + w, y + h] as const;

const picturesOf = ({ truths, detections }: Reference): Judged[] =>
  Array.from({ length: PICTURES }, (_, picture) => ({
    truths: truths
      .filter(([at]) => at === picture)
      .map(([, c, box, crowd, area]) => ({
        box: corners(box),
        class: c,
        area,
        crowd: crowd === 1,
        difficult: false,
      })),
    detections: detections
      .filter(([at]) => at === picture)
      .map(([, c, box, score]) => ({ box: corners(box), class: c, score })),
  }));

describe.each(SETS.map((set, i) => [i, set] as const))('random set %i', (_, set) => {
  const got = evaluateCoco(picturesOf(set), CLASSES);

  it('has the twelve numbers that pycocotools prints', () => {
    const sizes = got.sizes.map(({ ap }) => ap);
    const recalls = got.sizes.map(({ ar }) => ar);
    const twelve = [got.ap, got.ap50, got.ap75, ...sizes, ...got.ar, ...recalls];
    expect(twelve.length).toBe(set.twelve.length);
    for (const [i, value] of set.twelve.entries()) expect(twelve[i] ?? -1, `number ${i}`).toBeCloseTo(value, 12);
  });

  it('has the average precision of each class', () => {
    for (const [c, value] of set.classes.entries()) expect(got.classes[c]!.ap ?? -1).toBeCloseTo(value, 12);
  });
});
