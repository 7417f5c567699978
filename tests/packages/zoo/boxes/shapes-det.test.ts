/** shapes-det: boxes are those of what is drawn, the same pictures everywhere, and what makes them hard does. */
import { createHash } from 'node:crypto';
import { datasetOf } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { sharedArea } from '../../../../packages/tasks/src/detection/geometry.js';
import {
  drawBoxShapes,
  SHAPE_SIZES,
  type ShapesRequest,
  STANDARD,
} from '../../../../packages/zoo/src/datasets/shapes-det.js';
import { BOX_SHAPE_NAMES, BOX_SHAPES } from '../../../../packages/zoo/src/render/box-shapes.js';
import { Canvas } from '../../../../packages/zoo/src/render/canvas.js';

const drawn = (request: Partial<ShapesRequest> = {}) => drawBoxShapes({ split: 'test', length: 200, ...request });
const truthsOf = (request: Partial<ShapesRequest> = {}) => drawn(request).pictures.flatMap(({ truths }) => truths);

describe('a shape', () => {
  it.each(BOX_SHAPE_NAMES)('%s touches all four sides of its box and nothing beyond', (name) => {
    const canvas = new Canvas(64, 8);
    const [left, top, right, bottom] = [10, 20, 50, 44];
    const [width, height] = [right - left, bottom - top];
    const where = { x: (left + right) / 2, y: (top + bottom) / 2, cos: 1, sin: 0 };
    const place = { ...where, radius: Math.sqrt(width * height) / 2, stretch: Math.sqrt(width / height) };
    canvas.draw(BOX_SHAPES[name], place, { colour: [255, 0, 0], other: [255, 0, 0], du: 0, dv: 0 });
    const inside = Array.from(canvas.planes[0], (value, i) => [i % 64, Math.floor(i / 64), value] as const).filter(
      ([, , value]) => value > 100,
    );
    const [xs, ys] = [inside.map(([x]) => x), inside.map(([, y]) => y)];
    // a disc's or a triangle's tip covers less than half of its last pixel
    expect(Math.min(...xs) - left).toBeLessThanOrEqual(1);
    expect(right - 1 - Math.max(...xs)).toBeLessThanOrEqual(1);
    expect(Math.min(...ys) - top).toBeLessThanOrEqual(1);
    expect(bottom - 1 - Math.max(...ys)).toBeLessThanOrEqual(1);
    expect(Math.min(...xs)).toBeGreaterThanOrEqual(left);
    expect(Math.max(...xs)).toBeLessThan(right);
    expect(Math.min(...ys)).toBeGreaterThanOrEqual(top);
    expect(Math.max(...ys)).toBeLessThan(bottom);
  });
});

describe('a picture', () => {
  it('has one to eight shapes inside of it, about four and a half', () => {
    const { pictures } = drawn({ length: 1000 });
    const counts = pictures.map(({ truths }) => truths.length);
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...counts)).toBeLessThanOrEqual(8);
    const mean = counts.reduce((sum, n) => sum + n, 0) / counts.length;
    expect(mean).toBeGreaterThan(4.2);
    expect(mean).toBeLessThan(4.8);
    for (const { box } of pictures.flatMap(({ truths }) => truths)) {
      expect(Math.min(...box)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...box)).toBeLessThanOrEqual(128);
    }
  });

  it('has sides between 8 and 56 pixels, as many of every octave, and every kind', () => {
    const truths = truthsOf({ length: 1000 });
    const sides = truths.map(({ area }) => Math.sqrt(area));
    expect(Math.min(...sides)).toBeGreaterThanOrEqual(7.99);
    expect(Math.max(...sides)).toBeLessThanOrEqual(56.01);
    const under = (side: number) => sides.filter((one) => one < side).length / sides.length;
    // ln 2 / ln 7 = .356 a octave; large shapes find room less often
    expect(under(16)).toBeGreaterThan(0.33);
    expect(under(16)).toBeLessThan(0.47);
    expect(new Set(truths.map((truth) => truth.class)).size).toBe(6);
    for (const { id, from, to } of SHAPE_SIZES) {
      expect(truths.filter(({ area }) => area >= from && area <= to).length, id).toBeGreaterThan(500);
    }
  });

  it('is the same bytes on every machine', async () => {
    const split = drawn({ length: 2 });
    const { data } = (await split.pixels(1))!;
    const hash = createHash('sha256').update(data).digest('hex');
    expect([hash, split.hash()]).toMatchInlineSnapshot(`
      [
        "b90b5fe4070c96fc93258263b7ac7117543a0d1d31e57f56b84c2e3f6af6eb76",
        "c3a670e833bf367510ecd9cff1675496b6834f9ef68fa2373a18aa84eb741592",
      ]
    `);
  });

  it('can be drawn alone', async () => {
    const [some, more] = [drawn({ length: 3 }), drawn({ length: 9 })];
    expect(await more.pixels(2)).toEqual(await some.pixels(2));
    expect(more.pictures[2]).toEqual(some.pictures[2]);
  });

  it('is another one with a secret, and its split has another hash', () => {
    const [open, secret] = [drawn({ length: 5 }), drawn({ length: 5, secret: 'pepper' })];
    expect(secret.pictures).not.toEqual(open.pictures);
    expect(secret.hash()).not.toBe(open.hash());
    expect(drawn({ length: 5, difficulty: { ...STANDARD, noise: 20 } }).hash()).not.toBe(open.hash());
  });
});

describe('what makes it hard', () => {
  /** Mean absolute difference of neighbouring pixels. */
  const roughness = async (difficulty: Partial<typeof STANDARD>) => {
    const { data } = (await drawn({ length: 1, difficulty: { ...STANDARD, ...difficulty } }).pixels(0))!;
    return data.slice(1).reduce((sum, value, i) => sum + Math.abs(value - data[i]!), 0) / data.length;
  };

  it('is noise, clutter, overlap and small sides', async () => {
    expect(await roughness({ noise: 30 })).toBeGreaterThan(2 * (await roughness({})));
    const plain = await drawn({ length: 1 }).pixels(0);
    const cluttered = await drawn({ length: 1, difficulty: { ...STANDARD, clutter: 40 } }).pixels(0);
    expect(cluttered!.data).not.toEqual(plain!.data);
    const small = truthsOf({ difficulty: { ...STANDARD, least: 4 } }).map(({ area }) => Math.sqrt(area));
    expect(Math.min(...small)).toBeLessThan(5);
    const most = (overlap: number) =>
      Math.max(
        ...drawn({ difficulty: { ...STANDARD, overlap } }).pictures.flatMap(({ truths }) =>
          truths.flatMap((a, i) => truths.slice(i + 1).map((b) => sharedArea(a.box, b.box) / Math.min(a.area, b.area))),
        ),
      );
    expect(most(0)).toBe(0);
    expect(most(0.3)).toBeGreaterThan(0.2);
    expect(most(0.3)).toBeLessThanOrEqual(0.3);
    expect(most(1)).toBeGreaterThan(0.9);
  });
});

it('is a data set of boxes, which no task of labels opens', async () => {
  const dataset = datasetOf('shapes-det');
  const { train, test, showcase, sizes } = await dataset.boxes!({ dataDir: 'nowhere' });
  expect([train, test, showcase].map(({ pictures }) => pictures.length)).toEqual([4000, 1000, 250]);
  expect(test.pictures.flatMap(({ truths }) => truths).length).toBeGreaterThan(4000);
  expect(sizes).toHaveLength(3);
  expect(showcase.pictures[0]!.truths).not.toEqual(test.pictures[0]!.truths);
  await expect(dataset.open({ dataDir: 'nowhere' })).rejects.toThrow(/pictures with a label each/);
});
