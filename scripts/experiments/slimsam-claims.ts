/** Claims S1-S5 of SlimSAM from recorded runs: differences of rows over seeds and test pictures, with the seeds that would decide. */
import {
  compareRows,
  evidenceOf,
  type MetricScale,
  numberAnswers,
  powerOf,
  type RowEvidence,
  type SeedSpread,
  seedSpread,
} from '@topiary/stats';
import type { SlimRun } from './slimsam-report.js';

/** Points of mIoU: a mean over pictures; differences of two rows are, too. */
export const POINTS: MetricScale = { estimator: 'mean', bounds: [null, null], direction: 'higher' };
/** Asked for what would decide, no more than this is looked at. */
const MOST_SEEDS = 100;

export interface Claim {
  readonly id: 'S1' | 'S2' | 'S3' | 'S4' | 'S5';
  readonly subject: string;
  /** Points of mIoU by which the first is above the second. */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  readonly seeds: number;
  readonly verdict: 'holds' | 'fails' | 'inconclusive';
  /** Of each row, to see a difference as large as this one with a chance of 80 %; null: decided, or more than a hundred. */
  readonly decidingSeeds: number | null;
}

/** Numbers by picture as they are recorded: float32 in base64. */
export const floatsFrom = (answers: string): Float32Array => {
  const bytes = Buffer.from(answers, 'base64');
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
};

const answersOf = ({ answers }: SlimRun): Float32Array => floatsFrom(answers);

/** Runs of a row by seed, in their order. */
const runsOf = (runs: readonly SlimRun[], row: string, share: number): readonly SlimRun[] =>
  runs.filter((run) => run.row === row && run.share === share).sort((a, b) => a.seed - b.seed);

const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0) / values.length;

/** Of a row by its seeds' numbers by picture; null: it has no seeds. */
export const evidence = (id: string, answers: readonly Float32Array[]): RowEvidence | null =>
  answers.length === 0
    ? null
    : evidenceOf(
        { id, values: answers.map(mean), examples: answers[0]!.length, answers: numberAnswers(answers) },
        POINTS,
      );

const rowOf = (runs: readonly SlimRun[], row: string, share: number): RowEvidence | null =>
  evidence(`${row}/${share}`, runsOf(runs, row, share).map(answersOf));

/** One row less another under the same seed, picture by picture. */
const apart = (runs: readonly SlimRun[], first: string, second: string, share: number): RowEvidence | null => {
  const others = new Map(runsOf(runs, second, share).map((run) => [run.seed, answersOf(run)]));
  const pairs = runsOf(runs, first, share).flatMap((run) => {
    const theirs = others.get(run.seed);
    return theirs ? [answersOf(run).map((value, i) => value - theirs[i]!)] : [];
  });
  return evidence(`${first} - ${second}/${share}`, pairs);
};

interface Compared {
  readonly id: Claim['id'];
  readonly subject: string;
  readonly rows: readonly [RowEvidence | null, RowEvidence | null];
}

const claimOf = ({ id, subject, rows: [a, b] }: Compared, spread: SeedSpread | null): Claim[] => {
  if (a === null || b === null) return [];
  const found = compareRows(a, b, POINTS, spread);
  if (found === null) return [];
  const { difference, low, high } = found;
  const verdict = low > 0 ? 'holds' : high < 0 ? 'fails' : 'inconclusive';
  const power = powerOf(a, b, { metric: POINTS, spread, mostSeeds: MOST_SEEDS });
  const decidingSeeds = verdict === 'inconclusive' ? (power?.seeds ?? null) : null;
  return [{ id, subject, difference, low, high, seeds: Math.min(a.seeds, b.seeds), verdict, decidingSeeds }];
};

/** Everything that was cut out of the trained network. */
const PRUNED = ['slimsam', 'once-disturbed', 'once-taylor', 'once-hessian', 'once-random', 'once-magnitude'];
/** The order that the paper finds at 77 %. */
const ORDERED = [
  ['once-disturbed', 'once-taylor'],
  ['once-taylor', 'once-hessian'],
  ['once-hessian', 'once-random'],
  ['once-random', 'once-magnitude'],
] as const;
/** What each alignment loses without its inner values. */
const STEPS = [
  ['first', 'inner-second'],
  ['second', 'inner-first'],
] as const;

const percent = (share: number): string => `${Math.round(100 * share)} %`;

export const claimsOf = (runs: readonly SlimRun[]): readonly Claim[] => {
  const pruned = runs.filter(({ row }) => row !== 'base');
  const shares = [...new Set(pruned.map(({ share }) => share))].sort((a, b) => a - b);
  const row = (id: string, share: number) => rowOf(pruned, id, share);
  const names = [...new Set(pruned.map((run) => run.row))];
  const rows = names.flatMap((id) => shares.flatMap((share) => row(id, share) ?? []));
  const spread = seedSpread(rows);
  // a difference of two rows varies by both
  const twice = spread && { ...spread, variance: 2 * spread.variance };
  const at = (id: Claim['id'], share: number, [a, b]: readonly [string, string], words: string) =>
    claimOf({ id, subject: `${words} at ${percent(share)}`, rows: [row(a, share), row(b, share)] }, spread);
  /** By how much more a difference shows when more leaves. */
  const more = (id: Claim['id'], [a, b]: readonly [string, string], words: string) =>
    claimOf(
      { id, subject: words, rows: [apart(pruned, a, b, shares.at(-1)!), apart(pruned, a, b, shares[0]!)] },
      twice,
    );
  return [
    ...shares.flatMap((share) => PRUNED.flatMap((id) => at('S1', share, [id, 'scratch'], `${id} above new weights`))),
    ...shares.flatMap((share) => at('S2', share, ['slimsam', 'once-disturbed'], 'in turn above at once')),
    ...more('S2', ['slimsam', 'once-disturbed'], 'that gap, the larger share above the smaller'),
    ...shares.flatMap((share) => ORDERED.flatMap((pair) => at('S3', share, pair, pair.join(' above ')))),
    ...shares.flatMap((share) =>
      STEPS.flatMap(([step, without]) => at('S4', share, ['slimsam', without], `inner values after the ${step} cut`)),
    ),
    ...shares.flatMap((share) => at('S5', share, ['slimsam', 'pictures-100'], '500 pictures above 100')),
    ...more('S5', ['slimsam', 'pictures-100'], 'that gap, the larger share above the smaller'),
  ];
};
