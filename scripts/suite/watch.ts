/** Follows submissions to their end with one line of progress and an estimate. */
import type { Run, Submission } from '@topiary/contracts';
import type { Client } from '../client.js';

const POLL_MS = 2000;
const isOver = ({ state }: Run): boolean => state !== 'queued' && state !== 'running';

/** How much of a run is done: a running one by its stages, each of the same weight but for skipped ones. */
const shareOf = (run: Run): number => {
  if (isOver(run)) return 1;
  const stages = run.stages.filter(({ state }) => state !== 'skipped');
  const done = stages.reduce((sum, { state, progress }) => sum + (state === 'done' ? 1 : (progress ?? 0)), 0);
  return stages.length === 0 ? 0 : done / stages.length;
};

/** `1 h 05 min`, `12 min`, `40 s`. */
export const duration = (seconds: number): string => {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
};

export interface Standing {
  readonly runs: number;
  readonly done: number;
  readonly failed: number;
  /** Runs' worth of work done since watching began, a running one counted by its stages. */
  readonly sinceBegin: number;
  /** Runs' worth of work that is left. */
  readonly left: number;
  readonly seconds: number;
}

/** What is left at the rate so far; null before there is one. */
export const secondsLeft = ({ left, sinceBegin, seconds }: Standing): number | null =>
  sinceBegin > 0.2 ? (left * seconds) / sinceBegin : null;

export const progressLine = (standing: Standing): string => {
  const left = secondsLeft(standing);
  const { runs, done, failed, seconds } = standing;
  const parts = [
    `${done + failed} of ${runs} runs`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    `${duration(seconds)} so far`,
    left === null ? 'estimating' : `about ${duration(left)} to go`,
  ];
  return parts.join(' · ');
};

const show = (line: string): void => {
  if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K${line}`);
  else process.stdout.write(`${line}\n`);
};

/** Waits until every submission has ended and returns them as they stand then. */
export const watch = async (client: Client, submissions: readonly Submission[]): Promise<Submission[]> => {
  const began = performance.now();
  const known = new Map(submissions.map((submission) => [submission.id, submission]));
  const work = () => [...known.values()].flatMap(({ runs }) => runs).reduce((sum, run) => sum + shareOf(run), 0);
  const before = work();
  let last = '';
  for (;;) {
    for (const { id, runs } of known.values()) {
      if (runs.every(isOver)) continue;
      known.set(id, await client.call<Submission>({ path: `/submissions/${id}` }));
    }
    const runs = [...known.values()].flatMap((submission) => submission.runs);
    const failed = runs.filter(({ state }) => state === 'failed' || state === 'cancelled').length;
    const line = progressLine({
      runs: runs.length,
      done: runs.filter(({ state }) => state === 'done').length,
      failed,
      sinceBegin: work() - before,
      left: runs.length - work(),
      seconds: (performance.now() - began) / 1000,
    });
    // without a terminal a line is written when a run ended, not at every look
    const step = line.split(' · ')[0]!;
    if (process.stdout.isTTY || step !== last) show(line);
    last = step;
    if (runs.every(isOver)) break;
    await new Promise((next) => setTimeout(next, POLL_MS));
  }
  if (process.stdout.isTTY) process.stdout.write('\n');
  return [...known.values()];
};
