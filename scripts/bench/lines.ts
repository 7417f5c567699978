/** Recorded lines of JSON. */
import { existsSync, readFileSync } from 'node:fs';

/** In the order in which they were recorded; none where there is no file. */
export const recordedLines = <T>(path: string): readonly T[] =>
  existsSync(path)
    ? readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as T)
    : [];
