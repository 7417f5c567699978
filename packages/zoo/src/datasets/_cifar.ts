/**
 * CIFAR in its official binary format: per record the label bytes and 3,072 bytes, the red, green and blue plane.
 * Any number of records per file. https://www.cs.toronto.edu/~kriz/cifar.html
 */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isTopiaryError, TopiaryError } from '@topiary/errors';
import type { Dataset } from '../dataset.js';
import { inMemory, type MemoryDataset, type MemorySplit } from '../in-memory.js';

const PIXELS = 3 * 32 * 32;

export interface CifarFacts extends Pick<Dataset, 'id' | 'title' | 'summary' | 'mean' | 'std' | 'source' | 'parts'> {
  readonly classes: readonly string[];
  /** The folder inside the official archive; files may lie there or beside it. */
  readonly inner: string;
  readonly train: readonly string[];
  readonly test: readonly string[];
  /** Bytes before the pixels; the last one is the label. */
  readonly labelBytes: number;
}

const sizeOf = async (path: string): Promise<number | null> => {
  try {
    return (await stat(path)).size;
  } catch {
    return null;
  }
};

const cure = ({ id }: CifarFacts): string => `Run \`npm run fetch-data -- ${id}\`, or put the files there yourself`;

/** Where a file lies (relative to the data folder), once it is there and has whole records. */
const locate = async (dataDir: string, facts: CifarFacts, file: string): Promise<string> => {
  const record = facts.labelBytes + PIXELS;
  for (const where of [`${facts.id}/${file}`, `${facts.id}/${facts.inner}/${file}`]) {
    const size = await sizeOf(join(dataDir, where));
    if (size === null) continue;
    if (size > 0 && size % record === 0) return where;
    throw new TopiaryError('TOPIARY_ZOO_DATA_CORRUPT', {
      where,
      expected: `a multiple of ${record} bytes`,
      got: `${size} bytes`,
      cure: cure(facts),
    });
  }
  throw new TopiaryError('TOPIARY_ZOO_DATA_MISSING', {
    where: `${facts.id}/${file}`,
    expected: 'a file under DATA_DIR',
    got: 'none',
    cure: cure(facts),
  });
};

/** Where all of them lie. One after another, so that of several missing files the first one is named, every time. */
const locateAll = async (dataDir: string, facts: CifarFacts, files: readonly string[]): Promise<string[]> => {
  const places: string[] = [];
  for (const file of files) places.push(await locate(dataDir, facts, file));
  return places;
};

const load = async (dataDir: string, facts: CifarFacts, places: readonly string[]): Promise<MemorySplit> => {
  const { classes, labelBytes, mean, std } = facts;
  const record = labelBytes + PIXELS;
  const files = await Promise.all(places.map((place) => readFile(join(dataDir, place))));
  const length = files.reduce((n, file) => n + file.length / record, 0);
  const pixels = new Uint8Array(length * PIXELS);
  const labels = new Uint8Array(length);
  let i = 0;
  files.forEach((file, f) => {
    for (let at = 0; at < file.length; at += record, i += 1) {
      const label = file[at + labelBytes - 1]!;
      if (label >= classes.length) {
        throw new TopiaryError('TOPIARY_ZOO_DATA_CORRUPT', {
          where: `${places[f]}, record ${at / record}`,
          expected: `a label below ${classes.length}`,
          got: `${label}`,
          cure: cure(facts),
        });
      }
      labels[i] = label;
      pixels.set(file.subarray(at + labelBytes, at + record), i * PIXELS);
    }
  });
  return inMemory({ dims: [3, 32, 32], pixels, labels, mean, std });
};

/** A member of the family. */
export const cifar = (facts: CifarFacts): MemoryDataset => ({
  id: facts.id,
  title: facts.title,
  summary: facts.summary,
  classes: facts.classes,
  input: [3, 32, 32],
  anySize: false,
  mean: facts.mean,
  std: facts.std,
  augmentation: 'crop 4 and flip',
  source: facts.source,
  ...(facts.parts === undefined ? {} : { parts: facts.parts }),
  state: async (dataDir) => {
    try {
      await locateAll(dataDir, facts, [...facts.train, ...facts.test]);
      return { present: true, reason: null };
    } catch (error) {
      if (isTopiaryError(error)) return { present: false, reason: error.message };
      throw error;
    }
  },
  classesIn: async () => facts.classes,
  open: async ({ dataDir }) => {
    const ofTrain = await locateAll(dataDir, facts, facts.train);
    const ofTest = await locateAll(dataDir, facts, facts.test);
    const [train, test] = await Promise.all([load(dataDir, facts, ofTrain), load(dataDir, facts, ofTest)]);
    return { train, test };
  },
});
