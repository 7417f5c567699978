/**
 * What recorded runs say of a paper's claims. An experiment declares which runs are compared, by fields of its records; here is
 * how, the same for all: a difference over the seeds that both sides have (paired where a seed draws the same noise or examples
 * for both), with the interval of a row or of two rows; a rank correlation; a ratio that stays near 1.
 */
import { TopiaryError } from '@topiary/errors';
import { numberAnswers } from './answers.js';
import { borrowedSpread } from './claim-spread.js';
import { mean } from './descriptive.js';
import { powerOf } from './power.js';
import { rankCorrelation } from './rank-correlation.js';
import { evidenceOf, type MetricScale, type RowEvidence } from './row-evidence.js';
import { rowInterval } from './row-interval.js';
import type { SeedSpread } from './seed-spread.js';
import { studentQuantile } from './student-quantile.js';
import { compareRows } from './two-rows.js';

type Scalar = string | number | boolean | null;
/** A record of an experiment's file. */
export type RecordedRun = Readonly<Record<string, unknown>>;
export type Where = Readonly<Record<string, Scalar>>;

/** Runs of one kind, and where their number stands (`values.error`). */
export interface Side {
  readonly where: Where;
  readonly value: string;
  /** float32 in base64, by example, under this path. */
  readonly answers?: string;
  /** Standard error over examples, under this path. */
  readonly error?: string;
}

interface Said {
  readonly id: string;
  /** The sentence that a paper, or the method, promises. */
  readonly says: string;
  /** What it would take, where it does not come out at this scale. */
  readonly needs: string;
}

export interface DifferenceClaim extends Said {
  readonly kind: 'difference';
  readonly first: Side;
  /** Null: the number of the first side is a difference already. */
  readonly second: Side | null;
  readonly expects: 'below' | 'above' | 'near';
  /** How far from 0 is still near; of `below` and `above`, how much on the wrong side does not matter (0). */
  readonly margin?: number;
}

export interface CorrelationClaim extends Said {
  readonly kind: 'correlation';
  /** All of these runs, those that agree in `of` as one. */
  readonly where: readonly Where[];
  readonly of: string;
  readonly values: readonly [string, string];
  /** Spearman's is below it. */
  readonly expects: number;
}

export interface RatioClaim extends Said {
  readonly kind: 'ratio';
  readonly where: Where;
  /** One number over the other, of every run alone. */
  readonly values: readonly [string, string];
  readonly expects: 'near' | 'below';
  /** How far from 1 is still near, or below 1 it must be. */
  readonly margin: number;
}

export type RecordedClaim = DifferenceClaim | CorrelationClaim | RatioClaim;

export interface ClaimOptions {
  /** The field that says the seed. */
  readonly seed: string;
  /** A seed draws the same for both sides. */
  readonly paired: boolean;
}

export interface ClaimOutcome {
  readonly id: string;
  readonly kind: RecordedClaim['kind'];
  readonly says: string;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Seeds, or networks and masks of a correlation, or timings of a ratio. */
  readonly n: number;
  readonly outcome: 'holds' | 'fails' | 'undecided' | 'not recorded';
  /** Seeds of each side that would tell it from 0, if it is as large as it seems; null: decided, near 0, or more than a hundred. */
  readonly seeds: number | null;
  /** What the project says it would take; null: it holds. */
  readonly needs: string | null;
}

/** Differences have no bounds. */
const PLAIN: MetricScale = { estimator: 'mean', bounds: [null, null], direction: 'higher' };
const MOST_SEEDS = 100;

const at = (run: RecordedRun, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => (value as RecordedRun | null | undefined)?.[key], run);

const numberAt = (run: RecordedRun, path: string): number => {
  const got = at(run, path);
  if (typeof got === 'number' && Number.isFinite(got)) return got;
  throw new TopiaryError('TOPIARY_STATS_BAD_INPUT', { where: path, expected: 'a recorded number', got: String(got) });
};

const floatsAt = (run: RecordedRun, path: string): Float32Array => {
  const bytes = Uint8Array.from(atob(String(at(run, path))), (letter) => letter.charCodeAt(0));
  return new Float32Array(bytes.buffer);
};

export const chosenRuns = (runs: readonly RecordedRun[], where: Where): readonly RecordedRun[] =>
  runs.filter((run) => Object.entries(where).every(([path, wanted]) => at(run, path) === wanted));

const bySeed = (runs: readonly RecordedRun[], { where }: Side, seed: string): ReadonlyMap<number, RecordedRun> =>
  new Map(chosenRuns(runs, where).map((run) => [numberAt(run, seed), run]));

const rowOf = (id: string, runs: readonly RecordedRun[], { value, answers }: Side): RowEvidence | null => {
  if (runs.length === 0) return null;
  const given = answers === undefined ? null : numberAnswers(runs.map((run) => floatsAt(run, answers)));
  return evidenceOf({ id, values: runs.map((run) => numberAt(run, value)), examples: null, answers: given }, PLAIN);
};

/** Differences by example, where both sides say theirs. */
const answersApart = (pairs: readonly (readonly [RecordedRun, RecordedRun])[], { first, second }: DifferenceClaim) => {
  const [ours, theirs] = [first.answers, second?.answers];
  if (ours === undefined || theirs === undefined) return null;
  return numberAnswers(
    pairs.map(([run, other]) => {
      const beside = floatsAt(other, theirs);
      return floatsAt(run, ours).map((value, i) => value - beside[i]!);
    }),
  );
};

/** First less second, seed by seed. */
const apartOf = (runs: readonly RecordedRun[], claim: DifferenceClaim, seed: string): RowEvidence | null => {
  const { id, first, second } = claim;
  const [ours, theirs] = [bySeed(runs, first, seed), second && bySeed(runs, second, seed)];
  const seeds = [...ours.keys()].filter((one) => theirs === null || theirs.has(one)).sort((a, b) => a - b);
  if (seeds.length === 0) return null;
  const pairs = seeds.map((one) => [ours.get(one)!, theirs?.get(one) ?? {}] as const);
  const values = pairs.map(
    ([run, other]) => numberAt(run, first.value) - (second === null ? 0 : numberAt(other, second.value)),
  );
  const row = evidenceOf({ id, values, examples: null, answers: answersApart(pairs, claim) }, PLAIN);
  const { error } = first;
  if (error === undefined) return row;
  // the same examples under every seed: more seeds do not make them more
  return { ...row, exampleVariance: mean(pairs.map(([run]) => numberAt(run, error) ** 2)) };
};

interface Interval {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

type Verdict = Extract<ClaimOutcome['outcome'], 'holds' | 'fails' | 'undecided'>;

const verdictOf = ({ low, high }: Interval, { expects, margin = 0 }: DifferenceClaim): Verdict => {
  if (low === null || high === null) return 'undecided';
  if (expects === 'near') {
    if (low >= -margin && high <= margin) return 'holds';
    return low > margin || high < -margin ? 'fails' : 'undecided';
  }
  const [best, worst] = expects === 'below' ? [-high, -low] : [low, high];
  if (margin === 0 ? best > 0 : best >= -margin) return 'holds';
  return worst < -margin ? 'fails' : 'undecided';
};

/** Seeds at which half of the interval is as wide as the difference is large: one chance in two to see it. */
const decidingSeeds = (row: RowEvidence): number | null => {
  const { seedVariance, exampleVariance, value, seeds } = row;
  if (seedVariance === null) return null;
  for (let more = seeds + 1; more <= MOST_SEEDS; more += 1) {
    const half = studentQuantile(0.95, more - 1) * Math.sqrt(seedVariance / more + (exampleVariance ?? 0));
    if (half < Math.abs(value)) return more;
  }
  return null;
};

const none = ({ id, kind, says, needs }: RecordedClaim): ClaimOutcome => ({
  ...{ id, kind, says, value: null, low: null, high: null, n: 0, outcome: 'not recorded', seeds: null, needs },
});

const outcomeOf = (
  { id, kind, says, needs }: RecordedClaim,
  found: Interval,
  n: number,
  outcome: Verdict,
  seeds: number | null,
): ClaimOutcome => ({
  ...{ id, kind, says, value: found.value, low: found.low, high: found.high, n, outcome },
  seeds: outcome === 'undecided' ? seeds : null,
  needs: outcome === 'holds' ? null : needs,
});

type Spread = SeedSpread | null;

const paired = (claim: DifferenceClaim, row: RowEvidence | null, spread: Spread): ClaimOutcome => {
  if (row === null) return none(claim);
  const found = rowInterval(row, PLAIN, spread);
  // the examples alone do not say how far another seed lies
  const known = row.seeds > 1 || spread !== null ? found : { ...found, low: null, high: null };
  const seeds = claim.expects === 'near' ? null : decidingSeeds(row);
  return outcomeOf(claim, known, row.seeds, verdictOf(known, claim), seeds);
};

const rowsOf = (runs: readonly RecordedRun[], { id, first, second }: DifferenceClaim, seed: string) =>
  [first, second!].map((side) => rowOf(id, [...bySeed(runs, side, seed).values()], side)) as [
    RowEvidence | null,
    RowEvidence | null,
  ];

const apart = (claim: DifferenceClaim, [a, b]: ReturnType<typeof rowsOf>, spread: Spread): ClaimOutcome => {
  if (a === null || b === null) return none(claim);
  const n = Math.min(a.seeds, b.seeds);
  const found = compareRows(a, b, PLAIN, spread);
  const interval = found
    ? { value: found.difference, low: found.low, high: found.high }
    : { value: a.value - b.value, low: null, high: null };
  const power = claim.expects === 'near' ? null : powerOf(a, b, { metric: PLAIN, spread, mostSeeds: MOST_SEEDS });
  return outcomeOf(claim, interval, n, verdictOf(interval, claim), power?.seeds ?? null);
};

/** Fisher's z with the variance of Spearman's coefficient (Fieller, Hartley and Pearson 1957): 1.06 / (n - 3). */
const correlated = (runs: readonly RecordedRun[], claim: CorrelationClaim): ClaimOutcome => {
  const chosen = claim.where.flatMap((where) => chosenRuns(runs, where));
  const groups = new Map<string, readonly RecordedRun[]>();
  for (const run of chosen) {
    const key = JSON.stringify(at(run, claim.of));
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  const columns = claim.values.map((path) =>
    [...groups.values()].map((same) => mean(same.map((run) => numberAt(run, path)))),
  );
  const n = groups.size;
  if (n < 4) return none(claim);
  const value = rankCorrelation(columns[0]!, columns[1]!);
  const z = Math.atanh(Math.min(1 - 1e-9, Math.max(-1 + 1e-9, value)));
  const half = 1.96 * Math.sqrt(1.06 / (n - 3));
  const found = { value, low: Math.tanh(z - half), high: Math.tanh(z + half) };
  const outcome = found.high < claim.expects ? 'holds' : found.low > claim.expects ? 'fails' : 'undecided';
  return outcomeOf(claim, found, n, outcome, null);
};

/** From the least to the most of them; none may lie outside. */
const ratio = (runs: readonly RecordedRun[], claim: RatioClaim): ClaimOutcome => {
  const ratios = chosenRuns(runs, claim.where).map(
    (run) => numberAt(run, claim.values[0]) / numberAt(run, claim.values[1]),
  );
  if (ratios.length === 0) return none(claim);
  const { expects, margin } = claim;
  const isSo = (one: number) => (expects === 'near' ? Math.abs(one - 1) <= margin : one < 1 - margin);
  const found = { value: mean(ratios), low: Math.min(...ratios), high: Math.max(...ratios) };
  return outcomeOf(claim, found, ratios.length, ratios.every(isSo) ? 'holds' : 'fails', null);
};

/** In the order of the claims. How far seeds lie apart is borrowed among claims on the same number, where there are enough. */
export const recordedClaims = (
  runs: readonly RecordedRun[],
  claims: readonly RecordedClaim[],
  { seed, paired: isPaired }: ClaimOptions,
): readonly ClaimOutcome[] => {
  const differences = claims.filter((claim): claim is DifferenceClaim => claim.kind === 'difference');
  const isOwn = ({ second }: DifferenceClaim) => isPaired || second === null;
  const rows = new Map(
    differences.map((claim) => [claim, isOwn(claim) ? [apartOf(runs, claim, seed)] : rowsOf(runs, claim, seed)]),
  );
  const sidesOf = ({ first, second }: DifferenceClaim) =>
    [first, second].flatMap((one) => (one ? [JSON.stringify(one)] : []));
  const spreadOf = (claim: DifferenceClaim): Spread =>
    borrowedSpread(
      differences
        .filter((other) => other.first.value === claim.first.value && isOwn(other) === isOwn(claim))
        .map((other) => ({ sides: sidesOf(other), rows: rows.get(other)! })),
    );
  return claims.map((claim) => {
    if (claim.kind === 'correlation') return correlated(runs, claim);
    if (claim.kind === 'ratio') return ratio(runs, claim);
    const [a, b] = rows.get(claim)!;
    if (isOwn(claim)) return paired(claim, a!, spreadOf(claim));
    return apart(claim, [a!, b!], spreadOf(claim));
  });
};
