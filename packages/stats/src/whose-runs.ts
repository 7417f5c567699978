/**
 * Which runs of a recipe make its row, and which ones say whether it happens again. The project's own runs decide where there
 * are some, else those of whoever came first: what others run later moves no place, and is a reproduction.
 */
import { groupBy } from './group-by.js';
import type { RunRecord } from './run-record.js';

/** Seeds that nobody can ask for: the server draws them, for a row that would lead. */
export const DRAWN_SEED = 1_000_000;

const ownerOf = ({ provenance, submitter, submission }: RunRecord): string =>
  provenance === 'shipped' ? 'the project' : (submitter?.id ?? submission ?? 'nobody');

const firstAt = (runs: readonly RunRecord[]): string =>
  runs.reduce((first, { finishedAt }) => ((finishedAt ?? '') < first ? (finishedAt ?? '') : first), '9');

const isDrawn = ({ seed }: RunRecord): boolean => (seed ?? 0) >= DRAWN_SEED;

/** The seeds 0, 1, 2, … as far as they go: nobody chooses the seeds that look best. The server chooses blindly. */
const rankedSeeds = (runs: readonly RunRecord[]): RunRecord[] => {
  if (runs.some(isDrawn)) return runs.filter(isDrawn);
  const known = new Set(runs.map(({ seed }) => seed));
  let count = 0;
  while (known.has(count)) count += 1;
  return runs.filter(({ seed }) => seed === null || seed < count);
};

/** What the server ran again stands for what somebody asked for, and falls with it. */
export const isAskedFor = (runs: readonly RunRecord[]): boolean => !runs.every(isDrawn);

/** Whether the seeds of a row are those that everybody has; a row of seeds that somebody chose has no place. */
export const isOfRankedSeeds = (runs: readonly RunRecord[]): boolean => rankedSeeds(runs).length > 0;

/**
 * Of what somebody else ran later, the runs that tell whether a row happens again: on the first seeds that the row does not
 * have, as far as they go. A seed of the row gives its number again, and says nothing of other seeds; and nobody chooses
 * the seeds that suit best.
 */
export const independentRuns = (own: readonly RunRecord[], later: readonly RunRecord[]): RunRecord[] => {
  const taken = new Set(own.map(({ seed }) => seed));
  const found: RunRecord[] = [];
  for (let seed = 0; ; seed += 1) {
    if (taken.has(seed)) continue;
    const run = later.find((one) => one.seed === seed);
    if (!run) return found;
    found.push(run);
  }
};

export interface WhoseRuns {
  /** All of them where everybody left out seed 0. */
  readonly deciding: readonly RunRecord[];
  readonly again: readonly (readonly RunRecord[])[];
}

/** Of all runs of one recipe at one target. Seeds that the server drew decide in the name of who asked first. */
export const whoseRuns = (runs: readonly RunRecord[]): WhoseRuns => {
  if (runs[0]!.provenance === 'reported') return { deciding: runs, again: [] };
  const asked = whoseAsked(runs.filter((run) => !isDrawn(run)));
  const { submission, submitter = null, openDisputes = 0 } = asked.deciding[0]!;
  const drawn = runs.filter(isDrawn).map((run) => ({ ...run, submission, submitter, openDisputes }));
  return drawn.length > 0 ? { ...asked, deciding: drawn } : asked;
};

const whoseAsked = (runs: readonly RunRecord[]): WhoseRuns => {
  const owners = groupBy(runs, ownerOf).sort((a, b) => {
    const isOwn = (group: readonly RunRecord[]) => Number(group[0]!.provenance !== 'shipped');
    return isOwn(a) - isOwn(b) || firstAt(a).localeCompare(firstAt(b));
  });
  const ranked = owners.map((group) => rankedSeeds(group));
  const first = ranked.findIndex((group) => group.length > 0);
  if (first < 0) return { deciding: runs, again: [] };
  return { deciding: ranked[first]!, again: owners.filter((_, i) => i !== first) };
};
