/**
 * CIFAR-10 in its official binary format: per record one label byte and 3,072 bytes, the red, green and blue plane.
 * Any number of records per file. https://www.cs.toronto.edu/~kriz/cifar.html
 */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isTopiaryError, TopiaryError } from '@topiary/errors';
import type { Dataset, Split } from '../dataset.js';

const ID = 'cifar10';
/** The folder inside the official archive; files may lie there or beside it. */
const INNER = 'cifar-10-batches-bin';
const TRAIN = [1, 2, 3, 4, 5].map((i) => `data_batch_${i}.bin`);
const TEST = ['test_batch.bin'];
const PIXELS = 3 * 32 * 32;
const RECORD = 1 + PIXELS;
const CLASSES = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'];
const CURE = 'Run `npm run fetch-data -- cifar10`, or put the files there yourself';
/** Of the 50,000 training pictures. */
const MEAN = [0.4914, 0.4822, 0.4465];
const STD = [0.2023, 0.1994, 0.201];

const sizeOf = async (path: string): Promise<number | null> => {
  try {
    return (await stat(path)).size;
  } catch {
    return null;
  }
};

/** Where a file lies (relative to the data folder), once it is there and has whole records. */
const locate = async (dataDir: string, file: string): Promise<string> => {
  for (const where of [`${ID}/${file}`, `${ID}/${INNER}/${file}`]) {
    const size = await sizeOf(join(dataDir, where));
    if (size === null) continue;
    if (size > 0 && size % RECORD === 0) return where;
    throw new TopiaryError('TOPIARY_ZOO_DATA_CORRUPT', {
      where,
      expected: `a multiple of ${RECORD} bytes`,
      got: `${size} bytes`,
      cure: CURE,
    });
  }
  throw new TopiaryError('TOPIARY_ZOO_DATA_MISSING', {
    where: `${ID}/${file}`,
    expected: 'a file under DATA_DIR',
    got: 'none',
    cure: CURE,
  });
};

const load = async (dataDir: string, names: readonly string[]): Promise<Split> => {
  const places = await Promise.all(names.map((name) => locate(dataDir, name)));
  const files = await Promise.all(places.map((place) => readFile(join(dataDir, place))));
  const length = files.reduce((n, file) => n + file.length / RECORD, 0);
  const pixels = new Uint8Array(length * PIXELS);
  const labels = new Uint8Array(length);
  let i = 0;
  files.forEach((file, f) => {
    for (let at = 0; at < file.length; at += RECORD, i += 1) {
      const label = file[at]!;
      if (label >= CLASSES.length) {
        throw new TopiaryError('TOPIARY_ZOO_DATA_CORRUPT', {
          where: `${places[f]}, record ${at / RECORD}`,
          expected: `a label below ${CLASSES.length}`,
          got: `${label}`,
          cure: CURE,
        });
      }
      labels[i] = label;
      pixels.set(file.subarray(at + 1, at + RECORD), i * PIXELS);
    }
  });
  return { length, dims: [3, 32, 32], pixels, labels, mean: MEAN, std: STD };
};

export const Cifar10: Dataset = {
  id: ID,
  title: 'CIFAR-10',
  summary: '60,000 photographs of 32×32 pixels in ten classes.',
  classes: CLASSES,
  input: [3, 32, 32],
  mean: MEAN,
  std: STD,
  source: 'Krizhevsky 2009, https://www.cs.toronto.edu/~kriz/cifar.html; no licence is stated',
  state: async (dataDir) => {
    try {
      for (const name of [...TRAIN, ...TEST]) await locate(dataDir, name);
      return { present: true, reason: null };
    } catch (error) {
      if (isTopiaryError(error)) return { present: false, reason: error.message };
      throw error;
    }
  },
  open: async ({ dataDir }) => {
    const [train, test] = await Promise.all([load(dataDir, TRAIN), load(dataDir, TEST)]);
    return { train, test };
  },
};
