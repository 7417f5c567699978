/** CIFAR-100's records carry two labels; the second, fine one counts. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cifar100, datasetState } from '@topiary/zoo';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const record = (coarse: number, fine: number, value: number) => [
  coarse,
  fine,
  ...new Array<number>(1024).fill(value),
  ...new Array<number>(2048).fill(value + 1),
];

describe('cifar100', () => {
  let dataDir = '';
  const put = async (name: string, bytes: readonly number[]) => {
    await mkdir(join(dataDir, 'cifar100', 'cifar-100-binary'), { recursive: true });
    await writeFile(join(dataDir, 'cifar100', 'cifar-100-binary', name), Uint8Array.from(bytes));
  };
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'topiary-cifar100-'));
  });
  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  it('takes the fine label and the three planes of each record', async () => {
    await put('train.bin', [...record(11, 19, 7), ...record(4, 99, 50)]);
    await put('test.bin', record(10, 49, 200));
    const { train, test } = await Cifar100.open({ dataDir });
    expect([...train.labels, ...test.labels]).toEqual([19, 99, 49]);
    expect([train.pixels[0], train.pixels[1023], train.pixels[1024], train.pixels[3072]]).toEqual([7, 7, 8, 50]);
    expect([train.length, test.pixels.length]).toEqual([2, 3072]);
    expect(await datasetState('cifar100', dataDir)).toEqual({ present: true, reason: null });
  });

  // Labels of the first training pictures as the authors' own page of samples names them.
  it('has a hundred classes in the order of their names: 19 is cattle, 29 dinosaur, 0 apple', () => {
    const { classes } = Cifar100;
    expect([classes.length, classes[0], classes[19], classes[29], classes[99]]).toEqual([
      100,
      'apple',
      'cattle',
      'dinosaur',
      'worm',
    ]);
    expect([...classes].sort()).toEqual(classes);
    expect(new Set(classes).size).toBe(100);
  });

  it('names the first of its files that is wrong, whichever is found first', async () => {
    const said = async () => Cifar100.open({ dataDir }).catch((error) => error.details.where);
    // of the training file both places are looked at, of this one the first is enough
    await mkdir(join(dataDir, 'cifar100'), { recursive: true });
    await writeFile(join(dataDir, 'cifar100', 'test.bin'), 'short');
    expect(await said()).toBe('cifar100/train.bin');
    await put('train.bin', record(0, 0, 0));
    expect(await said()).toBe('cifar100/test.bin');
  });

  it('refuses a fine label that is no class, and records of another size', async () => {
    await put('train.bin', record(0, 100, 0));
    await put('test.bin', record(0, 0, 0));
    await expect(Cifar100.open({ dataDir })).rejects.toMatchObject({
      code: 'TOPIARY_ZOO_DATA_CORRUPT',
      details: { where: 'cifar100/cifar-100-binary/train.bin, record 0', got: '100' },
    });
    await put('train.bin', record(0, 0, 0).slice(1));
    expect((await datasetState('cifar100', dataDir)).reason).toMatch(/a multiple of 3074 bytes/);
  });
});
