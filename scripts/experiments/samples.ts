/** Where the experiments' input lies: the folder of samples, by SAMPLES_DIR or beside the repository. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

export const samplesDir = resolve(import.meta.dirname, '../..', process.env['SAMPLES_DIR'] ?? '../shared/data');

export const sample = (...parts: string[]): string => join(samplesDir, ...parts);

/** How the two CIFAR networks want their pictures (`README.md` beside the samples). */
export const MEAN = [0.485, 0.456, 0.406];
export const STD = [0.229, 0.224, 0.225];

export interface Input {
  readonly bytes: Uint8Array;
  readonly sha256: string;
}

export const readSample = async (...parts: string[]): Promise<Input> => {
  const bytes = await readFile(sample(...parts));
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
};
