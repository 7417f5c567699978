/** Folders of pictures: labels, framing as torchvision's transforms, damaged files, the same batches whatever the timing. */
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Batch, batches, datasetNamed, inOrder, normalized, type Split, splitHash } from '@topiary/zoo';
import type Sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ahead } from '../../../packages/zoo/src/ahead.js';
import { decodePicture, drawBox, evaluationBox } from '../../../packages/zoo/src/decode.js';
import { randomFrom } from '../../../packages/zoo/src/random.js';
import { sample, withoutSamples } from '../../helpers/samples.js';

const sharp: typeof Sharp = createRequire(join(import.meta.dirname, '../../../packages/zoo/package.json'))('sharp');

const all = async (source: AsyncIterable<Batch>): Promise<Batch[]> => {
  const found: Batch[] = [];
  for await (const batch of source) found.push(batch);
  return found;
};

/** Bytes as they are. */
const raw = (split: Split): Split => normalized(split, [0, 0, 0], [1 / 255, 1 / 255, 1 / 255]);

const plain = (width: number, height: number, background: { r: number; g: number; b: number; alpha?: number }) =>
  sharp({ create: { width, height, channels: background.alpha === undefined ? 3 : 4, background } });

const RED = { r: 200, g: 30, b: 10 };
const BLUE = { r: 0, g: 60, b: 250 };

let dataDir = '';
const put = async (path: string, bytes: Uint8Array | string) => {
  const file = join(dataDir, path);
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, bytes);
};

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'topiary-folder-'));
  const noise = (seed: number, width = 90, height = 70) => {
    const random = randomFrom(`noise/${seed}`);
    const pixels = Uint8Array.from({ length: 3 * width * height }, () => random.below(256));
    return sharp(pixels, { raw: { width, height, channels: 3 } });
  };
  for (let i = 0; i < 12; i += 1)
    await put(
      `noise/train/even/${i}.png`,
      await noise(2 * i)
        .png()
        .toBuffer(),
    );
  for (let i = 0; i < 12; i += 1)
    await put(
      `noise/train/odd/${i}.jpg`,
      await noise(2 * i + 1)
        .jpeg()
        .toBuffer(),
    );
  await put('noise/val/even/0.png', await noise(100).png().toBuffer());
  await put('noise/val/odd/0.png', await noise(101).png().toBuffer());
  // Colours: as usual, with alpha, grey, of four inks, sixteen bits deep.
  await put('colours/train/blue/0.png', await plain(40, 30, BLUE).png().toBuffer());
  await put('colours/train/red/0.png', await plain(40, 30, RED).png().toBuffer());
  await put('colours/val/blue/0.png', await plain(40, 30, BLUE).png().toBuffer());
  await put(
    'colours/val/red/0.png',
    await plain(41, 35, { ...RED, alpha: 1 })
      .png()
      .toBuffer(),
  );
  await put('colours/val/red/1.png', await plain(33, 64, RED).greyscale().png().toBuffer());
  await put('colours/val/red/2.jpg', await plain(33, 64, RED).toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer());
  await put('colours/val/red/3.png', await plain(50, 50, RED).toColourspace('rgb16').png().toBuffer());
  await put('colours/val/red/notes.txt', 'no picture');
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

const openNoise = () => datasetNamed('noise').open({ dataDir, input: [3, 32, 32] });
const AUGMENT = { crop: 4, flip: true };

describe('a folder of pictures', () => {
  it('has the classes of its folders in the order of their names, and three planes of each picture', async () => {
    const dataset = datasetNamed('colours');
    expect(await dataset.classesIn(dataDir)).toEqual(['blue', 'red']);
    const { test } = await dataset.open({ dataDir, input: [3, 24, 24] });
    expect([...test.labels]).toEqual([0, 1, 1, 1, 1]);
    const [{ images, labels }] = (await all(inOrder(raw(test), 8))) as [Batch];
    expect([...labels]).toEqual([0, 1, 1, 1, 1]);
    const colour = (i: number) => [0, 1, 2].map((c) => Math.round(images[(3 * i + c) * 576 + 300]!));
    expect([colour(0), colour(1)]).toEqual([Object.values(BLUE), Object.values(RED)]);
    // The library that wrote them rounded down from sixteen bits.
    expect(colour(4)).toEqual(Object.values(RED).map((value) => value - 1));
    const [grey] = colour(2);
    expect(colour(2)).toEqual([grey, grey, grey]);
    expect(colour(3)[0]).toBeGreaterThan(colour(3)[2]! + 100);
  });

  it('takes 224 of 256 pixels as torchvision does, to the pixel', () => {
    // torchvision 0.14: Resize(256), CenterCrop(224); 58.5 rounds to the even 58.
    expect(evaluationBox(640, 480, 224)).toEqual({
      size: { left: 0, top: 0, width: 341, height: 256 },
      cut: { left: 58, top: 16, width: 224, height: 224 },
    });
    expect(evaluationBox(375, 500, 224)).toMatchObject({
      size: { width: 256, height: 341 },
      cut: { left: 16, top: 58 },
    });
    expect(evaluationBox(256, 256, 224).cut).toEqual({ left: 16, top: 16, width: 224, height: 224 });
  });

  it('resizes by a triangle filter as wide as the step, so that nothing is skipped', async () => {
    const [width, height, side] = [90, 70, 32];
    const random = randomFrom('noise/100');
    const pixels = Float64Array.from({ length: 3 * width * height }, () => random.below(256));
    /** Weights of the source pixels under a triangle of half-width `scale` round the middle of output pixel i. */
    const weights = (i: number, from: number, to: number) => {
      const scale = from / to;
      const centre = (i + 0.5) * scale;
      const found = Array.from({ length: from }, (_, x) => Math.max(0, 1 - Math.abs(x + 0.5 - centre) / scale));
      const sum = found.reduce((a, b) => a + b, 0);
      return found.map((w) => w / sum);
    };
    const out = new Uint8Array(3 * side * side);
    const from = { left: 11, top: 4, width: 75, height: 51 };
    const cut = { left: 0, top: 0, width: side, height: side };
    const frame = () => ({ from, size: cut, cut, mirrored: true });
    await decodePicture(join(dataDir, 'noise/val/even/0.png'), frame, out);
    let worst = 0;
    for (const [y, x] of [
      [0, 0],
      [3, 17],
      [20, 31],
      [31, 9],
    ] as const) {
      const [rows, columns] = [weights(y, from.height, side), weights(side - 1 - x, from.width, side)];
      for (let c = 0; c < 3; c += 1) {
        let expected = 0;
        rows.forEach((wy, sy) => {
          columns.forEach((wx, sx) => {
            expected += wy * wx * pixels[((from.top + sy) * width + from.left + sx) * 3 + c]!;
          });
        });
        worst = Math.max(worst, Math.abs(expected - out[c * side * side + y * side + x]!));
      }
    }
    // Of 255, on noise: libvips places its filter in steps of a 64th of a pixel.
    expect(worst).toBeLessThan(8);
  });

  it('draws parts of 8 to 100 % of the area between 3:4 and 4:3, else the middle', () => {
    const random = randomFrom('boxes');
    const shares: number[] = [];
    for (let i = 0; i < 2000; i += 1) {
      const { left, top, width, height } = drawBox(random, 200, 160);
      expect([left, top].every((at) => at >= 0) && left + width <= 200 && top + height <= 160).toBe(true);
      expect(Math.abs(Math.log(width / height))).toBeLessThan(Math.log(4 / 3) + 0.05);
      shares.push((width * height) / 32000);
    }
    expect(Math.min(...shares)).toBeGreaterThan(0.075);
    expect(Math.max(...shares)).toBeGreaterThan(0.9);
    expect(drawBox(random, 1000, 10)).toEqual({ left: 493, top: 0, width: 13, height: 10 });
    expect(drawBox(random, 10, 1000)).toEqual({ left: 0, top: 493, width: 10, height: 13 });
  });

  it('gives the same batches twice under the same seed, and other parts of the pictures under another', async () => {
    const taken = async (seed: number) => {
      const { train } = await openNoise();
      return all(batches(raw(train), { batch: 6, steps: 5, seed, augment: AUGMENT }));
    };
    const [first, again, other] = [await taken(1), await taken(1), await taken(2)];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    expect(new Set(first.slice(0, 4).flatMap(({ labels }) => [...labels]))).toEqual(new Set([0, 1]));
  });

  it('is known by the names and sizes of its test pictures and by the size that they are shown in', async () => {
    const hashes = async (side: number) =>
      splitHash((await datasetNamed('noise').open({ dataDir, input: [3, side, side] })).test);
    expect(await hashes(32)).toBe(await hashes(32));
    expect(await hashes(32)).not.toBe(await hashes(24));
    const before = await hashes(32);
    await put('noise/val/odd/1.png', await plain(20, 20, RED).png().toBuffer());
    expect(await hashes(32)).not.toBe(before);
    await rm(join(dataDir, 'noise/val/odd/1.png'));
  });
});

describe('a damaged picture', () => {
  const damage = async () => {
    const whole = await plain(200, 200, RED).jpeg().toBuffer();
    await put('hurt/train/a/0.jpg', whole);
    await put('hurt/train/a/1.jpg', whole.subarray(0, whole.length / 2));
    await put('hurt/train/b/0.jpg', whole);
    await put('hurt/train/b/1.png', 'this is no picture');
    await put('hurt/val/a/0.jpg', whole);
    await put('hurt/val/a/1.jpg', '');
    await put('hurt/val/b/0.png', await plain(9, 9, BLUE).png().toBuffer());
    return datasetNamed('hurt').open({ dataDir, input: [3, 16, 16] });
  };

  it('is left out of an evaluation and remembered', async () => {
    const { test } = await damage();
    const [batch] = (await all(inOrder(raw(test), 8))) as [Batch];
    expect([...batch.labels]).toEqual([0, 1]);
    expect(batch.images.length).toBe(2 * 768);
    expect([batch.images[0], batch.images[768 + 600]].map((v) => Math.round(v! / 10))).toEqual([20, 25]);
    expect([...test.pictures.damaged]).toEqual(['a/1.jpg']);
  });

  it('is replaced in a training by another, always the same one', async () => {
    const taken = async () => {
      const { train } = await damage();
      const found = await all(batches(raw(train), { batch: 4, steps: 3, seed: 0, augment: AUGMENT }));
      expect([...train.pictures.damaged].sort()).toEqual(['a/1.jpg', 'b/1.png']);
      return found;
    };
    const found = await taken();
    for (const { images, size } of found) {
      expect(size).toBe(4);
      for (let i = 0; i < size; i += 1) expect(Math.abs(images[i * 768]! - 200)).toBeLessThan(3);
    }
    expect(await taken()).toEqual(found);
  });

  it('ends a run when there are no others', async () => {
    for (const split of ['train', 'val'])
      for (const label of ['a', 'b']) await put(`lost/${split}/${label}/0.png`, 'nothing');
    const { train, test } = await datasetNamed('lost').open({ dataDir, input: [3, 16, 16] });
    const code = 'TOPIARY_ZOO_DATA_CORRUPT';
    await expect(all(inOrder(test, 4))).rejects.toMatchObject({ code });
    await expect(all(batches(train, { batch: 2, steps: 1, seed: 0 }))).rejects.toMatchObject({ code });
  });
});

describe('a folder that does not fit', () => {
  it('is refused with what is missing', async () => {
    expect((await datasetNamed('absent').state(dataDir)).reason).toMatch(
      /absent\/train; expected a folder under DATA_DIR; got none\. Put train\/<class>/,
    );
    expect((await datasetNamed('imagenet').state(dataDir)).reason).toMatch(/ImageNet cannot be fetched/);
    await put('imagenet/train/n01440764/x.JPEG', 'x');
    expect((await datasetNamed('imagenet').state(dataDir)).reason).toMatch(/expected 1000 class folders; got 1\b/);
    await put('lame/train/a/0.png', 'x');
    await put('lame/train/b/0.png', 'x');
    await put('lame/val/a/0.png', 'x');
    expect(await datasetNamed('lame').state(dataDir)).toMatchObject({ present: false, reason: /'b' in one only/ });
    await put('bare/train/a/notes.txt', 'x');
    await put('bare/val/a/notes.txt', 'x');
    await expect(datasetNamed('bare').open({ dataDir })).rejects.toThrow(/expected pictures/);
    await expect(datasetNamed('noise').open({ dataDir, input: [1, 28, 28] })).rejects.toThrow(
      /\[3, S, S\]; got \[1, 28, 28\]/,
    );
    expect(() => datasetNamed('../etc')).toThrow(expect.objectContaining({ code: 'TOPIARY_ZOO_UNKNOWN' }));
  });
});

it.skipIf(withoutSamples())('reads real photographs and microscope pictures as two classes', async () => {
  for (const split of ['train', 'val']) {
    for (const [label, from, end] of [
      ['blood', 'bccd-voc/JPEGImages', '.jpg'],
      ['nuclei', 'nuclei-sa1b', '.png'],
    ] as const) {
      const files = (await readdir(sample(from))).filter((name) => name.endsWith(end)).slice(0, 6);
      await mkdir(join(dataDir, 'real', split, label), { recursive: true });
      for (const name of files) await symlink(sample(from, name), join(dataDir, 'real', split, label, name));
    }
  }
  const { train, test } = await datasetNamed('real').open({ dataDir });
  const seen = await all(inOrder(test, 5));
  expect(seen.flatMap(({ labels }) => [...labels])).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]);
  const trained = await all(batches(train, { batch: 6, steps: 2, seed: 0, augment: AUGMENT }));
  for (const { images } of [...seen, ...trained]) expect(images.every(Number.isFinite)).toBe(true);
  expect([...train.pictures.damaged, ...test.pictures.damaged]).toEqual([]);
});

it('begins reading as many batches ahead as it may, and no more', async () => {
  let begun = 0;
  function* tasks() {
    for (let i = 0; i < 10; i += 1) {
      yield async () => {
        begun += 1;
        return i;
      };
    }
  }
  const seen: [number, number][] = [];
  for await (const i of ahead(tasks(), 3)) seen.push([i, begun]);
  expect(seen.map(([i]) => i)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(seen.map(([, n]) => n)).toEqual([4, 5, 6, 7, 8, 9, 10, 10, 10, 10]);
});
