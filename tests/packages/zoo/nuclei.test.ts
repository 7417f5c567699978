/** The nuclei's archive: pictures and masks of its layout become files of SA-1B's, which our own reader reads. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { Nuclei, nucleiFiles } from '@topiary/zoo';
import type Sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nuclei } from '../../../scripts/fetch/nuclei.js';

const sharp: typeof Sharp = createRequire(join(import.meta.dirname, '../../../packages/zoo/package.json'))('sharp');
const [WIDTH, HEIGHT] = [5, 3];

/** A zip archive without compression (APPNOTE 6.3.10: local headers, central directory, its end). */
const zipped = (files: ReadonlyMap<string, Uint8Array>): Uint8Array => {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, bytes] of files) {
    const path = Buffer.from(name);
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(20, 0);
    facts.writeUInt32LE(crc32(bytes), 10);
    facts.writeUInt32LE(bytes.length, 14);
    facts.writeUInt32LE(bytes.length, 18);
    facts.writeUInt16LE(path.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), facts, path, bytes]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), facts, rest, path]));
    parts.push(local);
    at += local.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(files.size, 8);
  end.writeUInt16LE(files.size, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(at, 16);
  return new Uint8Array(Buffer.concat([...parts, listed, end]));
};

const png = async (value: (x: number, y: number) => number, channels: 1 | 4): Promise<Uint8Array> => {
  const data = Uint8Array.from({ length: WIDTH * HEIGHT * channels }, (_, i) => {
    const at = Math.floor(i / channels);
    return i % channels === 3 ? 255 : value(at % WIDTH, Math.floor(at / WIDTH));
  });
  return new Uint8Array(
    await sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels } })
      .png()
      .toBuffer(),
  );
};

/** Three pictures; the first has two nuclei and an empty mask. */
const archive = async (changes: ReadonlyMap<string, Uint8Array> = new Map()): Promise<Uint8Array> => {
  const files = new Map<string, Uint8Array>();
  for (const name of ['c', 'a', 'b']) {
    files.set(`${name}/images/${name}.png`, await png((x) => 40 * x, 4));
    files.set(`${name}/masks/1.png`, await png((x, y) => (x > 2 && y < 2 ? 255 : 0), 1));
  }
  files.set('a/masks/2.png', await png((x) => (x === 0 ? 255 : 0), 1));
  files.set('a/masks/3.png', await png(() => 0, 1));
  files.set('a/notes.txt', Buffer.from('not wanted'));
  for (const [name, bytes] of changes) files.set(name, bytes);
  return zipped(files);
};

let home = '';
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'topiary-nuclei-'));
});
afterAll(() => rm(home, { recursive: true }));

describe('the archive of nuclei', () => {
  it('becomes pictures and annotations, every third picture for testing, read like SA-1B', async () => {
    const file = join(home, 'archive');
    await writeFile(file, await archive());
    await mkdir(join(home, 'nuclei'));
    await nuclei(file, join(home, 'nuclei'));
    expect((await readdir(join(home, 'nuclei/train'))).sort()).toEqual(['a.json', 'a.png', 'b.json', 'b.png']);
    expect((await readdir(join(home, 'nuclei/test'))).sort()).toEqual(['c.json', 'c.png']);
    const { annotations, image } = JSON.parse(await readFile(join(home, 'nuclei/train/a.json'), 'utf8'));
    expect(image).toEqual({ image_id: 0, width: WIDTH, height: HEIGHT, file_name: 'a.png' });
    expect(annotations).toMatchObject([
      { id: 0, area: 4, bbox: [3, 0, 2, 2] },
      { id: 1, area: 3, bbox: [0, 0, 1, 3] },
    ]);
    const { train } = await Nuclei.masks!({ dataDir: home });
    const scene = await train.scene(0);
    expect([scene!.pixels.width, scene!.pixels.data[1]]).toEqual([WIDTH, 40]);
    expect(scene!.objects.map(({ mask }) => [...mask].join(''))).toEqual(['000110001100000', '100001000010000']);
  });

  it('is unpacked by whatever else reads zip archives, so that the test reads what others write', async () => {
    const file = join(home, 'other.zip');
    await writeFile(file, await archive());
    const names = (): string => execFileSync('python3', ['-m', 'zipfile', '-l', file], { encoding: 'utf8' });
    try {
      expect(names()).toMatch(/a\/masks\/2\.png/);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
      process.stderr.write('skipped: no python3 here\n');
    }
  });

  it.each([
    [
      'a mask of another size',
      'b/masks/1.png',
      () =>
        sharp(new Uint8Array(4), { raw: { width: 2, height: 2, channels: 1 } })
          .png()
          .toBuffer(),
      /5 by 3 pixels; got 2 by 2/,
    ],
    ['a picture that is none', 'b/images/b.png', async () => Buffer.from('text'), /a picture that can be decoded/],
    ['masks without a picture', 'd/masks/1.png', () => png(() => 255, 1), /a picture beside its masks/],
  ])('is refused with %s', async (_, name, bytes, message) => {
    const broken = await archive(new Map([[name, new Uint8Array(await bytes())]]));
    const all = async () => {
      for await (const one of nucleiFiles(broken)) expect(one.name).toBeTruthy();
    };
    await expect(all()).rejects.toThrow(message);
  });
});
