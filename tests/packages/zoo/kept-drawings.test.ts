/** Drawn pictures that are kept: the same as those that are drawn, whatever lies in the folder. */
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Shapes16 } from '../../../packages/zoo/src/datasets/shapes16.js';
import { drawShapes } from '../../../packages/zoo/src/datasets/shapes32.js';
import { keptDrawings } from '../../../packages/zoo/src/kept-drawings.js';
import { randomFrom } from '../../../packages/zoo/src/random.js';

const LENGTH = 100;

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'topiary-drawings-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

/** Opens one, and says how many pictures that drew. */
const opened = async (seed = 'seed', folder = dataDir) => {
  let drawn = 0;
  const split = await keptDrawings(folder, 'shapes', 'train', LENGTH, (length) => {
    drawn += length;
    return drawShapes(length, randomFrom(seed));
  });
  return { drawn, hash: split.pictures.hash(), length: split.length };
};

const hashOf = (seed: string) => drawShapes(LENGTH, randomFrom(seed)).pictures.hash();
const files = async () => (await readdir(join(dataDir, 'shapes'))).map((name) => join(dataDir, 'shapes', name));

it('are drawn once', async () => {
  const [first, second] = [await opened(), await opened()];
  expect([first.hash, second.hash]).toEqual([hashOf('seed'), hashOf('seed')]);
  expect(second.length).toBe(LENGTH);
  expect(first.drawn).toBeGreaterThan(LENGTH);
  expect(second.drawn).toBeLessThan(LENGTH);
});

it('lie in one file, which nobody else may read', async () => {
  await opened();
  const [path, ...more] = await files();
  expect(more).toEqual([]);
  expect((await stat(path!)).mode & 0o077).toBe(0);
});

it('are drawn again where others would be drawn', async () => {
  await opened();
  expect((await opened('another')).hash).toBe(hashOf('another'));
  expect(await files()).toHaveLength(2);
});

it('are drawn again where the file is damaged', async () => {
  await opened();
  const [path] = await files();
  const bytes = await readFile(path!);
  bytes[5000]! ^= 1;
  await writeFile(path!, bytes);
  expect((await opened()).hash).toBe(hashOf('seed'));
  expect((await opened()).drawn).toBeLessThan(LENGTH);
});

it('are drawn where nothing can be kept', async () => {
  expect((await opened('seed', join(dataDir, 'not', 'there'))).hash).toBe(hashOf('seed'));
  expect((await opened('seed', '')).hash).toBe(hashOf('seed'));
  expect(await readdir(dataDir)).toEqual([]);
});

describe('of a data set', () => {
  const open = (testSecret?: string) => Shapes16.open({ dataDir, ...(testSecret === undefined ? {} : { testSecret }) });
  const names = async () => (await readdir(join(dataDir, 'shapes16'))).map((name) => name.split('-')[0]).sort();

  it('both splits are kept, and are what would be drawn', async () => {
    const drawn = await Shapes16.open({ dataDir: '' });
    const [first, second] = [await open(), await open()];
    expect(await names()).toEqual(['test', 'train']);
    for (const { train, test } of [first, second])
      expect([train.pictures.hash(), test.pictures.hash()]).toEqual([
        drawn.train.pictures.hash(),
        drawn.test.pictures.hash(),
      ]);
  });

  it('a test split that hangs on a secret is not, and is drawn beside one that was', async () => {
    const secret = 'a secret of the operator';
    const { test } = await Shapes16.open({ dataDir: '', testSecret: secret });
    expect((await open(secret)).test.pictures.hash()).toBe(test.pictures.hash());
    expect(await names()).toEqual(['train']);
    const known = (await open()).test.pictures.hash();
    expect((await open(secret)).test.pictures.hash()).toBe(test.pictures.hash());
    expect(known).not.toBe(test.pictures.hash());
    expect(await names()).toEqual(['test', 'train']);
  });
});
