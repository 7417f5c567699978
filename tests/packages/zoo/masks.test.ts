/** Masks: COCO's run lengths, SA-1B's files, points and boxes that are drawn from them, and the scenes of our own. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { innerPoint, jitteredBox, randomFrom, Sa1b, Scenes64, tightBox } from '@topiary/zoo';
import type Sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { countsIn, countsOf, maskOf, textOf } from '../../../packages/zoo/src/annotations/run-lengths.js';
import { parseSa } from '../../../packages/zoo/src/annotations/sa-1b.js';
import { drawScenes } from '../../../packages/zoo/src/datasets/scenes64.js';
import { sample, withoutSamples } from '../../helpers/samples.js';

const sharp: typeof Sharp = createRequire(join(import.meta.dirname, '../../../packages/zoo/package.json'))('sharp');

/** As pycocotools writes an annotation of a picture of 256 by 256 pixels: area 204, box 88, 78, 16, 16. */
const WRITTEN = 'bRf08h71N2N2N2N100000000001N1O2M3N1O`mU1';

describe("COCO's run lengths", () => {
  it('say which pixels belong to a mask, column by column', () => {
    // 2 rows, 3 columns: two outside, three inside, one outside
    expect([...maskOf([2, 3, 1], [2, 3], 'a')]).toEqual([0, 1, 1, 0, 1, 0]);
  });

  it('are read from the text that pycocotools writes', () => {
    const counts = countsIn(WRITTEN, 'a');
    expect(counts.reduce((a, b) => a + b, 0)).toBe(256 * 256);
    const mask = maskOf(counts, [256, 256], 'a');
    expect(mask.reduce((n, bit) => n + bit, 0)).toBe(204);
    expect(tightBox(mask, 256)).toEqual([88, 78, 88 + 16, 78 + 16]);
  });

  it('are written as pycocotools writes them', () => {
    const mask = maskOf(countsIn(WRITTEN, 'a'), [256, 256], 'a');
    expect(textOf(countsOf(mask, [256, 256]))).toBe(WRITTEN);
    expect(countsOf(Uint8Array.of(1, 0, 1, 1, 0, 1), [2, 3])).toEqual([0, 2, 2, 2]);
  });

  it.each([
    ['a character of no number', () => countsIn('52 3', 'a'), /at 2/],
    ['an end inside a number', () => countsIn('bR', 'a'), /ends inside/],
    ['too many pixels', () => maskOf([4, 3], [2, 3], 'a'), /6 together; got 7/],
    ['negative runs', () => maskOf([9, -3], [2, 3], 'a'), /got -3/],
  ])('that are broken are refused: %s', (_, read, message) => {
    expect(read).toThrow(message);
    expect(read).toThrow(expect.objectContaining({ code: 'TOPIARY_ZOO_DATA_CORRUPT' }));
  });
});

const annotation = (changes: object = {}) => ({
  bbox: [1, 0, 2, 2],
  segmentation: { size: [3, 4], counts: [3, 2, 1, 2, 4] },
  ...changes,
});
const written = (...annotations: readonly object[]) =>
  JSON.stringify({ image: { file_name: 'a.png', width: 4, height: 3 }, annotations });

describe("SA-1B's annotations", () => {
  it('give a mask, corners of its box, and the point that was annotated or an inner one', () => {
    const { objects } = parseSa(written(annotation(), annotation({ point_coords: [[2.5, 1]] })), 'a.json');
    expect([...objects[0]!.mask]).toEqual([0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0]);
    expect(objects[0]!.box).toEqual([1, 0, 3, 2]);
    expect(objects[0]!.mask[objects[0]!.point[1] * 4 + objects[0]!.point[0]]).toBe(1);
    expect(objects[1]!.point).toEqual([2.5, 1]);
  });

  it.each([
    ['a mask of another size', { segmentation: { size: [4, 3], counts: [12] } }, /4 by 3 pixels; got 3 by 4/],
    ['a box elsewhere', { bbox: [1, 0, 2, 7] }, /around the mask: 1, 0, 2, 2; got 1, 0, 2, 7$/],
    ['a point outside', { point_coords: [[4, 1]] }, /within the picture of 4 by 3 pixels; got 4, 1/],
    ['runs that do not fill it', { segmentation: { size: [3, 4], counts: [3, 2] } }, /12 together; got 5/],
    ['no runs', { segmentation: { size: [3, 4] } }, /annotations.0.segmentation.counts/],
  ])('that cannot be meant are refused with their place: %s', (_, changes, message) => {
    expect(() => parseSa(written(annotation(changes)), 'a.json')).toThrow(message);
    expect(() => parseSa(written(annotation(changes)), 'a.json')).toThrow(/a\.json/);
  });

  it('say so where a box has corners in the place of width and height', () => {
    const text = JSON.stringify({
      image: { file_name: 'a.png', width: 40, height: 12 },
      annotations: [
        {
          bbox: [10, 2, 30, 9],
          segmentation: { size: [12, 40], counts: [122, ...Array(19).fill([7, 5]).flat(), 7, 123] },
        },
      ],
    });
    expect(() => parseSa(text, 'a.json')).toThrow(
      /x, y, width, height .*10, 2, 20, 7; got 10, 2, 30, 9, which are its corners/,
    );
  });
});

describe('folders of SA-1B', () => {
  const folders: string[] = [];
  afterAll(async () => {
    for (const folder of folders) await rm(folder, { recursive: true });
  });
  const folder = async () => {
    const made = await mkdtemp(join(tmpdir(), 'topiary-masks-'));
    folders.push(made);
    for (const [split, names] of [
      ['train', ['a', 'b']],
      ['test', ['c']],
    ] as const) {
      await mkdir(join(made, 'sa-1b', split), { recursive: true });
      for (const name of names) {
        const text = written(annotation()).replace('a.png', `${name}.png`);
        await writeFile(join(made, 'sa-1b', split, `${name}.json`), text);
        const png = await sharp(new Uint8Array(36).fill(40), { raw: { width: 4, height: 3, channels: 3 } })
          .png()
          .toBuffer();
        await writeFile(join(made, 'sa-1b', split, `${name}.png`), png);
      }
    }
    return made;
  };

  it('are read picture by picture; one of another size than its masks is damaged', async () => {
    const dataDir = await folder();
    expect(await Sa1b.state(dataDir)).toEqual({ present: true, reason: null });
    const { train, test, showcase } = await Sa1b.masks!({ dataDir });
    expect([train.length, test.length, showcase.length]).toEqual([1, 1, 1]);
    const scene = await test.scene(0);
    expect([scene!.pixels.width, scene!.pixels.data[0], scene!.objects.length]).toEqual([4, 40, 1]);
    const other = await sharp(new Uint8Array(27), { raw: { width: 3, height: 3, channels: 3 } })
      .png()
      .toBuffer();
    await writeFile(join(dataDir, 'sa-1b/train/a.png'), other);
    expect(await train.scene(0)).toBeNull();
    expect(train.idOf(0)).toBe('a.json');
  });

  it('that are not there say what to do', async () => {
    expect(await Sa1b.state('/nowhere')).toMatchObject({ present: false, reason: expect.stringMatching(/DATA_DIR/) });
    await expect(Sa1b.masks!({ dataDir: '/nowhere' })).rejects.toMatchObject({ code: 'TOPIARY_ZOO_DATA_MISSING' });
    await expect(Sa1b.open({ dataDir: '/nowhere' })).rejects.toThrow(/masks of objects/);
  });

  it.skipIf(withoutSamples())('of nuclei have the areas that they write', async () => {
    const text = await readFile(sample('nuclei-sa1b', 'nuclei_000.json'), 'utf8');
    const { objects } = parseSa(text, 'nuclei_000.json');
    const areas = (JSON.parse(text) as { annotations: { area: number }[] }).annotations.map(({ area }) => area);
    expect(objects.map(({ mask }) => mask.reduce((n, bit) => n + bit, 0))).toEqual(areas);
  });
});

/** The slow way: to every pixel that is not in the mask, those around the picture with it. */
const depthOf = (mask: Uint8Array, width: number, x: number, y: number): number => {
  const height = mask.length / width;
  let least = Number.POSITIVE_INFINITY;
  for (let v = -1; v <= height; v += 1)
    for (let u = -1; u <= width; u += 1) {
      const inside = u >= 0 && v >= 0 && u < width && v < height && mask[v * width + u] === 1;
      if (!inside) least = Math.min(least, Math.hypot(u - x, v - y));
    }
  return least;
};

describe('prompts of masks', () => {
  it('by a point lie at least half as deep as the innermost pixel, and every such pixel may be drawn', async () => {
    const { objects, pixels } = (await drawScenes({ split: 'depth', length: 1 }).scene(0))!;
    const { mask } = objects[0]!;
    const box = tightBox(mask, pixels.width)!;
    const depths = [...mask.keys()].filter((at) => mask[at] === 1);
    const all = Array.from(depths, (at) =>
      depthOf(mask, pixels.width, at % pixels.width, Math.floor(at / pixels.width)),
    );
    const most = Math.max(...all);
    const allowed = all.filter((depth) => 2 * depth >= most).length;
    const seen = new Set<string>();
    let offered = 0;
    for (let i = 0; i < allowed; i += 1) {
      const [x, y] = innerPoint(mask, pixels.width, box, (n) => {
        offered = n;
        return i;
      });
      seen.add(`${x},${y}`);
      expect(2 * depthOf(mask, pixels.width, x, y)).toBeGreaterThanOrEqual(most);
    }
    expect([offered, seen.size]).toEqual([allowed, allowed]);
  });

  it('by a box move each side by at most their share and stay in the picture', () => {
    const random = randomFrom('jitter');
    for (let n = 0; n < 200; n += 1) {
      const [x1, y1, x2, y2] = jitteredBox([0, 10, 40, 30], [50, 30], 0.05, () => random.between(-1, 1));
      expect([x1 >= 0 && x1 <= 2, Math.abs(y1 - 10) <= 1, Math.abs(x2 - 40) <= 2, y2 <= 30 && y2 >= 29]).toEqual(
        Array(4).fill(true),
      );
    }
  });
});

describe('scenes64', () => {
  const { scene, hash, length } = drawScenes({ split: 'some', length: 60 });

  it('has two to five shapes on a ground, of each what is seen', async () => {
    const counts = new Set<number>();
    for (let i = 0; i < length; i += 1) {
      const { objects, pixels } = (await scene(i))!;
      counts.add(objects.length);
      const seen = new Uint8Array(64 * 64);
      for (const { mask, point, box } of objects) {
        mask.forEach((bit, at) => {
          seen[at]! += bit;
        });
        expect(mask[point[1] * 64 + point[0]]).toBe(1);
        const tight = tightBox(mask, 64)!;
        expect(box.every((side, k) => Math.abs(side - tight[k]!) <= 3.2)).toBe(true);
      }
      // what lies under another shape is not seen
      expect(Math.max(...seen)).toBeLessThanOrEqual(1);
      expect(pixels.data.length).toBe(3 * 64 * 64);
    }
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...counts)).toBe(5);
  });

  it('is the same on every machine, and another one with a secret', async () => {
    expect(hash()).toBe(HASH);
    expect(drawScenes({ split: 'some', length: 60, secret: 'x' }).hash()).not.toBe(hash());
    const first = createHash('sha256')
      .update((await scene(0))!.pixels.data)
      .digest('hex');
    const alone = createHash('sha256').update((await drawScenes({ split: 'some', length: 1 }).scene(0))!.pixels.data);
    expect(alone.digest('hex')).toBe(first);
  });

  it('has 5,000 scenes for training and 200 for testing', async () => {
    const { train, test, showcase } = await Scenes64.masks!({ dataDir: '' });
    expect([train.length, test.length, showcase.length]).toEqual([5000, 200, 12]);
  });
});

const HASH = 'db34b08e516656f51f7def6babd32c2f009ffca5f1c62b52154a85843a0b3032';
