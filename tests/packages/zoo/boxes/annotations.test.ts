/** Pascal VOC's and COCO's annotations: what they mean, what is left out and counted, and what is an error. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomFrom } from '@topiary/zoo';
import type Sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseCoco } from '../../../../packages/zoo/src/annotations/coco.js';
import { fitAnnotations, REASONS } from '../../../../packages/zoo/src/annotations/marked.js';
import { namesIn, parseVoc } from '../../../../packages/zoo/src/annotations/pascal-voc.js';
import { coco, voc } from '../../../../packages/zoo/src/datasets/_boxes.js';

const sharp: typeof Sharp = createRequire(join(import.meta.dirname, '../../../../packages/zoo/package.json'))('sharp');

type Corners = readonly [number, number, number, number];

const object = (name: string, [xmin, ymin, xmax, ymax]: Corners, difficult = 0) =>
  `<object><name>${name}</name><difficult>${difficult}</difficult>
   <bndbox><xmin>${xmin}</xmin><ymin>${ymin}</ymin><xmax>${xmax}</xmax><ymax>${ymax}</ymax></bndbox></object>`;
const xml = (...objects: readonly string[]) =>
  `<annotation><size><width>64</width><height>48</height><depth>3</depth></size>${objects.join('')}</annotation>`;
const read = (text: string) => parseVoc(text, 'a', 'Annotations/a.xml');

describe("Pascal VOC's annotations", () => {
  it('count pixels from 1, the last one included', async () => {
    const { width, height, objects } = await read(
      xml(object('cat', [1, 1, 64, 48]), object('dog', [11, 21, 20, 40], 1)),
    );
    expect([width, height]).toEqual([64, 48]);
    expect(objects.map(({ box }) => box)).toEqual([
      [0, 0, 64, 48],
      [10, 20, 20, 40],
    ]);
    expect(objects.map(({ class: name, difficult }) => [name, difficult])).toEqual([
      ['cat', false],
      ['dog', true],
    ]);
  });

  it('may have one object or none', async () => {
    expect((await read(xml(object('cat', [1, 1, 5, 5])))).objects).toHaveLength(1);
    expect((await read(xml())).objects).toHaveLength(0);
  });

  it.each([
    ['<annotation><size>', /well-formed XML/],
    ['<other/>', /<annotation>/],
    ['<annotation><object/></annotation>', /<size>/],
    [xml('<object><name>cat</name></object>'), /<bndbox>/],
    [xml('<object><bndbox><xmin>1</xmin></bndbox></object>'), /<name>/],
    [xml(object('cat', ['x' as unknown as number, 1, 2, 2])), /<xmin>; got 'x'/],
  ])('that are broken name their file: %s', async (text, message) => {
    await expect(read(text)).rejects.toThrow(message);
    await expect(read(text)).rejects.toThrow(/Annotations\/a\.xml/);
    await expect(read(text)).rejects.toMatchObject({ code: 'TOPIARY_ZOO_DATA_CORRUPT' });
  });

  it('are listed one name a line, perhaps with a second column', () => {
    expect(namesIn('a\r\nb  1\n\nc -1\n')).toEqual(['a', 'b', 'c']);
  });
});

const marked = (box: Corners, name = 'cat') => ({ box, class: name, area: null, crowd: false, difficult: false });

describe('boxes', () => {
  const fitted = (...objects: readonly ReturnType<typeof marked>[]) =>
    fitAnnotations([{ id: 'a', width: 64, height: 48, objects }], ['cat', 'dog'], ['z']);

  it('without area and outside of their picture are left out and counted; those across the edge are cut', () => {
    const { pictures, excluded } = fitted(
      marked([10, 10, 20, 20]),
      marked([5, 5, 5, 9]),
      marked([9, 9, 5, 12]),
      marked([64, 10, 80, 20]),
      marked([-10, 10, 20, 60], 'dog'),
      marked([-0.5, 0, 64.5, 48]),
    );
    expect(pictures[0]!.truths.map(({ box, class: c, area }) => [box, c, area])).toEqual([
      [[10, 10, 20, 20], 0, 100],
      [[0, 10, 20, 48], 1, 760],
      [[-0.5, 0, 64.5, 48], 0, 65 * 48],
    ]);
    expect(excluded).toEqual({
      [REASONS.missing]: ['z'],
      [REASONS.area]: ['a', 'a'],
      [REASONS.outside]: ['a'],
      [REASONS.cut]: ['a'],
    });
  });

  it('of a class that nobody knows, or without numbers, are errors that name the picture', () => {
    expect(() => fitted(marked([0, 0, 5, 5], 'cow'))).toThrow(/a; expected one of the classes cat, dog; got 'cow'/);
    expect(() => fitted(marked([0, Number.NaN, 5, 5]))).toThrow(/four numbers/);
  });
});

const instances = (changes: Record<string, unknown> = {}) => ({
  images: [
    { id: 7, file_name: 'b.png', width: 64, height: 48 },
    { id: 3, file_name: 'a.png', width: 32, height: 32 },
  ],
  categories: [
    { id: 1, name: 'cat' },
    { id: 90, name: 'dog' },
  ],
  annotations: [
    { image_id: 7, category_id: 90, bbox: [10, 20, 30, 8], area: 111, iscrowd: 0 },
    { image_id: 7, category_id: 1, bbox: [0, 0, 10, 10], iscrowd: 1 },
  ],
  ...changes,
});

describe("COCO's annotations", () => {
  it('give classes in their order, pictures by id, areas of segments and crowds', () => {
    const { classes, pictures } = parseCoco(JSON.stringify(instances()), 'instances.json');
    expect(classes).toEqual(['cat', 'dog']);
    expect(pictures.map(({ id, objects }) => [id, objects.length])).toEqual([
      ['a.png', 0],
      ['b.png', 2],
    ]);
    const { truths } = fitAnnotations(pictures, classes).pictures[1]!;
    expect(truths).toEqual([
      { box: [10, 20, 40, 28], class: 1, area: 111, crowd: false, difficult: false },
      { box: [0, 0, 10, 10], class: 0, area: 100, crowd: true, difficult: false },
    ]);
  });

  it.each([
    ['no JSON', '{', /JSON/],
    ['no pictures', JSON.stringify({}), /images/],
    [
      'a picture that is not in the file',
      JSON.stringify(instances({ annotations: [{ image_id: 8, category_id: 1, bbox: [0, 0, 1, 1] }] })),
      /annotation 0; expected a picture of the file; got 8/,
    ],
    [
      'a category that is not in the file',
      JSON.stringify(instances({ annotations: [{ image_id: 7, category_id: 2, bbox: [0, 0, 1, 1] }] })),
      /annotation 0; expected a category of the file; got 2/,
    ],
    [
      'a box of three numbers',
      JSON.stringify(instances({ annotations: [{ image_id: 7, category_id: 1, bbox: [0, 0, 1] }] })),
      /annotations\.0\.bbox/,
    ],
  ])('with %s name their file', (_, text, message) => {
    expect(() => parseCoco(text, 'instances.json')).toThrow(message);
    expect(() => parseCoco(text, 'instances.json')).toThrow(/instances\.json/);
  });
});

describe('a folder', () => {
  let dataDir = '';
  const put = async (path: string, bytes: Uint8Array | string) => {
    await mkdir(join(dataDir, path, '..'), { recursive: true });
    await writeFile(join(dataDir, path), bytes);
  };
  const picture = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: { r: 200, g: 30, b: 10 } } });
  const noise = () => {
    const random = randomFrom('noise');
    const pixels = Uint8Array.from({ length: 3 * 64 * 48 }, () => random.below(256));
    return sharp(pixels, { raw: { width: 64, height: 48, channels: 3 } });
  };
  const about = { title: 'T', summary: 'S', input: [3, 64, 64] as const, source: 'here', cure: 'Put it there' };
  const cells = voc({
    ...about,
    id: 'cells',
    classes: ['cat', 'dog'],
    lists: { train: 'train', test: 'val', showcase: 'test' },
    counts: { train: 4, test: 1 },
  });

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'topiary-boxes-'));
    await put('cells/ImageSets/Main/train.txt', 'one\ntwo\nthree\nfour\n');
    await put('cells/ImageSets/Main/val.txt', 'five\n');
    for (const name of ['one', 'two', 'three', 'five']) {
      await put(`cells/Annotations/${name}.xml`, xml(object('cat', [1, 1, 9, 9]), object('dog', [5, 5, 5, 5])));
    }
    await put('cells/JPEGImages/one.jpg', await picture(64, 48).jpeg().toBuffer());
    await put('cells/JPEGImages/two.jpg', (await noise().jpeg().toBuffer()).subarray(0, 2000));
    await put('cells/JPEGImages/five.jpg', await picture(60, 48).jpeg().toBuffer());
  });
  afterAll(() => rm(dataDir, { recursive: true, force: true }));

  it("as Pascal VOC's gives pictures with boxes, and says what is missing or was left out", async () => {
    const { train, test, showcase } = await cells.boxes!({ dataDir });
    expect(train.pictures.map(({ id }) => id)).toEqual(['one', 'two']);
    expect(train.excluded).toEqual({ [REASONS.missing]: ['four', 'three'], [REASONS.area]: ['one', 'two'] });
    const { width, height, data } = (await train.pixels(0))!;
    expect([width, height, data.length]).toEqual([64, 48, 3 * 64 * 48]);
    expect(Math.abs(data[0]! - 200)).toBeLessThan(4);
    expect(Math.abs(data[2 * 64 * 48]! - 10)).toBeLessThan(4);
    expect(await train.pixels(1), 'cut short').toBeNull();
    expect(await test.pixels(0), 'not as large as its annotation says').toBeNull();
    expect(showcase.pictures).toEqual([]);
    expect(await cells.state(dataDir)).toEqual({ present: true, reason: null });
  });

  it('has a hash that every box and every file goes into', async () => {
    const hash = async () => (await cells.boxes!({ dataDir })).train.hash();
    const before = await hash();
    expect(await hash()).toBe(before);
    await put('cells/Annotations/one.xml', xml(object('cat', [1, 1, 9, 8])));
    const moved = await hash();
    expect(moved).not.toBe(before);
    await put('cells/JPEGImages/one.jpg', await noise().jpeg().toBuffer());
    expect(await hash()).not.toBe(moved);
  });

  it('without its lists, or with lists of another length, says what to do', async () => {
    const away = voc({
      ...about,
      id: 'away',
      classes: ['cat'],
      lists: { train: 't', test: 'v', showcase: 's' },
      counts: null,
    });
    await expect(away.boxes!({ dataDir })).rejects.toMatchObject({ code: 'TOPIARY_ZOO_DATA_MISSING' });
    expect((await away.state(dataDir)).reason).toMatch(/Put it there/);
    await put('cells/ImageSets/Main/val.txt', 'five\nsix\n');
    await expect(cells.boxes!({ dataDir })).rejects.toThrow(/val\.txt; expected 1 pictures; got 2/);
  });

  it('none of whose pictures is there is an error', async () => {
    await put('bare/ImageSets/Main/t.txt', 'a\nb\n');
    await put('bare/ImageSets/Main/v.txt', 'a\n');
    const bare = voc({
      ...about,
      id: 'bare',
      classes: ['cat'],
      lists: { train: 't', test: 'v', showcase: 's' },
      counts: null,
    });
    await expect(bare.boxes!({ dataDir })).rejects.toThrow(/none of the 2 that it names/);
  });

  it("as COCO's keeps its first training pictures for show", async () => {
    const scenes = coco({
      ...about,
      id: 'scenes',
      classes: ['cat', 'dog'],
      splits: {
        train: { annotations: 'annotations/t.json', pictures: 't' },
        test: { annotations: 'annotations/v.json', pictures: 'v' },
      },
      showcase: 1,
    });
    expect((await scenes.state(dataDir)).present).toBe(false);
    for (const split of ['t', 'v']) {
      await put(`scenes/annotations/${split}.json`, JSON.stringify(instances()));
      await put(`scenes/${split}/a.png`, await picture(32, 32).png().toBuffer());
      await put(`scenes/${split}/b.png`, await picture(64, 48).png().toBuffer());
    }
    const { train, test, showcase } = await scenes.boxes!({ dataDir });
    expect(showcase.pictures.map(({ id }) => id)).toEqual(['a.png']);
    expect(train.pictures.map(({ id }) => id)).toEqual(['b.png']);
    expect(test.pictures).toHaveLength(2);
    expect((await test.pixels(1))!.data).toHaveLength(3 * 64 * 48);
    expect((await scenes.state(dataDir)).present).toBe(true);
    await put(
      'scenes/annotations/v.json',
      JSON.stringify(
        instances({
          categories: [
            { id: 90, name: 'dog' },
            { id: 1, name: 'cat' },
          ],
        }),
      ),
    );
    await expect(scenes.boxes!({ dataDir })).rejects.toThrow(/the classes cat, dog; got dog, cat/);
  });
});
