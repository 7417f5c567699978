/** The official binary format: hand-made records, damaged files, and the first pictures of the real thing. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cifar10, datasetState, splitHash } from '@topiary/zoo';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { samplesDir, withoutSamples } from '../../helpers/samples.js';

const NAMES = [1, 2, 3, 4, 5].map((i) => `data_batch_${i}.bin`).concat('test_batch.bin');
const record = (label: number, value: number) => [label, ...new Array<number>(3072).fill(value)];

describe('cifar10', () => {
  let dataDir = '';
  const put = async (name: string, bytes: readonly number[], inner = '') => {
    await mkdir(join(dataDir, 'cifar10', inner), { recursive: true });
    await writeFile(join(dataDir, 'cifar10', inner, name), Uint8Array.from(bytes));
  };
  const putAll = async (inner = '') => {
    for (const [i, name] of NAMES.entries()) await put(name, [...record(i, 10 * i), ...record(9, 255)], inner);
  };
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'topiary-cifar-'));
  });
  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  it.each(['', 'cifar-10-batches-bin'])('reads any number of records per file (folder %j)', async (inner) => {
    await putAll(inner);
    const { train, test } = await Cifar10.open({ dataDir });
    expect([...train.labels]).toEqual([0, 9, 1, 9, 2, 9, 3, 9, 4, 9]);
    expect([...test.labels]).toEqual([5, 9]);
    expect([train.pixels[2 * 3072], train.pixels[2 * 3072 - 1], test.pixels[0]]).toEqual([10, 255, 50]);
    expect(await datasetState('cifar10', dataDir)).toEqual({ present: true, reason: null });
  });

  it('says which file is missing', async () => {
    await putAll();
    await rm(join(dataDir, 'cifar10', 'data_batch_3.bin'));
    await expect(Cifar10.open({ dataDir })).rejects.toMatchObject({
      code: 'TOPIARY_ZOO_DATA_MISSING',
      details: { where: 'cifar10/data_batch_3.bin' },
    });
    const state = await datasetState('cifar10', dataDir);
    expect(state.present).toBe(false);
    expect(state.reason).toContain('cifar10/data_batch_3.bin');
    expect(state.reason).not.toContain(dataDir);
  });

  it('refuses a file that ends inside a record', async () => {
    await putAll();
    await put('test_batch.bin', record(1, 1).slice(0, 3000));
    await expect(Cifar10.open({ dataDir })).rejects.toMatchObject({
      code: 'TOPIARY_ZOO_DATA_CORRUPT',
      details: { where: 'cifar10/test_batch.bin', got: '3000 bytes' },
    });
    expect((await datasetState('cifar10', dataDir)).present).toBe(false);
  });

  it('refuses an empty file and a label that is no class', async () => {
    await putAll();
    await put('data_batch_2.bin', []);
    await expect(Cifar10.open({ dataDir })).rejects.toMatchObject({ code: 'TOPIARY_ZOO_DATA_CORRUPT' });
    await put('data_batch_2.bin', [...record(1, 0), ...record(10, 0)]);
    await expect(Cifar10.open({ dataDir })).rejects.toMatchObject({
      details: { where: 'cifar10/data_batch_2.bin, record 1', got: '10' },
    });
  });

  it.skipIf(withoutSamples())(
    'reads the real pictures: frog, truck, truck first; cat, ship, ship to test',
    async () => {
      const { train, test } = await Cifar10.open({ dataDir: samplesDir()! });
      const name = (label: number) => Cifar10.classes[label];
      expect([train.length, test.length]).toEqual([5085, 1017]);
      expect([...train.labels.subarray(0, 5)].map(name)).toEqual(['frog', 'truck', 'truck', 'deer', 'automobile']);
      expect([...test.labels.subarray(0, 5)].map(name)).toEqual(['cat', 'ship', 'ship', 'airplane', 'frog']);
      expect(Cifar10.parts!.map(({ hash }) => hash)).toEqual([splitHash(test)]);
    },
  );
});
