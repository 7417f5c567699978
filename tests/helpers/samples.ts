/** The one place that knows where the real samples for development and tests lie. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const directory = resolve(root, process.env.SAMPLES_DIR ?? '../shared/data');

/** The folder of samples, or null where this machine has none. */
export const samplesDir = (): string | null => (existsSync(directory) ? directory : null);

export const sample = (...parts: string[]): string => join(directory, ...parts);

/** For `describe.skipIf`: prints why when the samples are absent. */
export const withoutSamples = (): boolean => {
  const absent = samplesDir() === null;
  if (absent) console.log('skipped: no samples on this machine (set SAMPLES_DIR)');
  return absent;
};
