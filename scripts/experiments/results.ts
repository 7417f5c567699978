/**
 * Recorded results: one JSON list per experiment, rewritten whole and renamed into place after every run. `RESULTS_DIR` takes
 * the place of the project's folder where a run is a trial.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { chosenRuns, type RecordedRun, type Where } from '@topiary/stats';

const FOLDER = process.env['RESULTS_DIR'] ?? join(import.meta.dirname, 'results');

export const readResults = async <T>(name: string): Promise<readonly T[]> => {
  try {
    return JSON.parse(await readFile(join(FOLDER, `${name}.json`), 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
};

export const writeResults = async <T>(name: string, results: readonly T[]): Promise<void> => {
  const path = join(FOLDER, `${name}.json`);
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.draft`;
  await writeFile(draft, `${JSON.stringify(results, null, 2)}\n`);
  await rename(draft, path);
};

/** Reads again before it writes, so that two processes with different runs may share the file. */
export const addResult = async <T>(name: string, result: T): Promise<void> =>
  writeResults(name, [...(await readResults<T>(name)), result]);

/** Runs with these fields. */
export const recordedOf = async <T>(name: string, about: Where): Promise<readonly T[]> =>
  chosenRuns(await readResults<RecordedRun>(name), about) as readonly T[];

export const isRecorded = async (name: string, about: Where): Promise<boolean> =>
  (await recordedOf(name, about)).length > 0;

/** Numbers by example as they are recorded: float32 in base64. */
export const textOfFloats = ({ buffer, byteOffset, byteLength }: Float32Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64');
