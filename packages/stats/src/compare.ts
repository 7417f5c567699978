/** Every two of several rows under the paired test, by the examples that each run answered correctly. */
import { mean } from './descriptive.js';
import { type Correct, pairedTest } from './paired.js';

/** A row with one record of answers per seed; null where a record is missing. */
export interface Answers {
  readonly id: string;
  readonly correct: readonly Correct[] | null;
}

export interface PairOutcome {
  readonly a: string;
  readonly b: string;
  readonly p: number | null;
  /** Share of right answers, a minus b, in points. */
  readonly difference: number | null;
  readonly n: number | null;
}

const share = (runs: readonly Correct[]): number =>
  100 * mean(runs.map((run) => mean(Array.from({ length: run.length }, (_, i) => Number(run[i])))));

const lengthOf = ({ correct }: Answers): number | null => correct?.[0]?.length ?? null;

/** Answers to different test sets cannot be paired. */
const outcome = (a: Answers, b: Answers): PairOutcome => {
  const n = lengthOf(a);
  if (!a.correct || !b.correct || n === null || n !== lengthOf(b)) {
    return { a: a.id, b: b.id, p: null, difference: null, n: null };
  }
  const difference = share(a.correct) - share(b.correct);
  return { a: a.id, b: b.id, p: pairedTest(a.correct, b.correct).p, difference, n };
};

/** In the order of the rows: (0, 1), (0, 2), …, (1, 2), …. */
export const comparePairs = (rows: readonly Answers[]): PairOutcome[] =>
  rows.flatMap((a, i) => rows.slice(i + 1).map((b) => outcome(a, b)));
