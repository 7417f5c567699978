/**
 * Results that come with the project: runs of its own suite, one per line in `packages/tracks/shipped/<board>.jsonl`.
 * They are read when a leaderboard is made, so that a new file needs no new build.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ShippedRun } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';

/** Where they lie in the project's folder. */
export const shippedResultsFolder = (project: string): string => join(project, 'packages', 'tracks', 'shipped');

export const shippedResultsFile = (folder: string, board: string): string => join(folder, `${board}.jsonl`);

const orderOf = ({ target, label, seed }: ShippedRun): string =>
  [target.value.toFixed(2).padStart(6, '0'), label, String(seed).padStart(6, '0')].join(' ');

/** The text of a file; sorted, so that recording again changes only the lines of runs that changed. */
export const shippedResultsText = (runs: readonly ShippedRun[]): string =>
  [...runs]
    .sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1))
    .map((run) => `${JSON.stringify(ShippedRun.parse(run))}\n`)
    .join('');

const parseLine = (line: string, where: string): ShippedRun => {
  try {
    return ShippedRun.parse(JSON.parse(line));
  } catch (cause) {
    const got = cause instanceof Error ? cause.message.slice(0, 200) : String(cause);
    throw new TopiaryError('TOPIARY_ZOO_DATA_CORRUPT', { where, expected: 'a shipped result', got }, { cause });
  }
};

/** The shipped runs of a board; none where no file is. */
export const shippedOn = (folder: string, board: string): ShippedRun[] => {
  const file = shippedResultsFile(folder, board);
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line, i) => (line.trim() === '' ? [] : [parseLine(line, `${file}:${i + 1}`)]));
};
