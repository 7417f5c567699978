/**
 * A recipe's rank on a test split that nobody has seen, beside its rank on the one that everybody can draw. Only recipes
 * that were run on both are counted, on either side, so that the two ranks are of the same rows.
 */
import { atOnce, groupSteps, PER_STEP, type Steps } from './in-steps.js';
import type { LeaderboardRow } from './row.js';
import type { MetricDescriptor } from './run-record.js';

export interface SplitRank {
  /** The row of the same recipe on the other split. */
  readonly row: string;
  readonly shown: number;
  readonly hidden: number;
  /** Rows that stand on both. */
  readonly of: number;
}

/** What a ranking is beside its split, which stands in its text by its first sixteen characters. */
const kindOf = ({ ranking, splitHash }: LeaderboardRow): string =>
  ranking
    .split(' | ')
    .filter((part) => part !== splitHash.slice(0, 16))
    .join(' | ');

/** A row's id begins with its recipe's hash. */
const recipeOf = ({ id }: LeaderboardRow): string => id.slice(0, id.indexOf('-'));

const valueOfMetric = ({ metrics }: LeaderboardRow, { id }: MetricDescriptor): number | null =>
  metrics.find((metric) => metric.id === id && metric.phase !== 'base')?.value ?? null;

/** 1 + rows with a better value. */
const ranksOf = (rows: readonly LeaderboardRow[], metric: MetricDescriptor): readonly number[] => {
  const sign = metric.direction === 'higher' ? -1 : 1;
  const values = rows.map((row) => sign * valueOfMetric(row, metric)!);
  const first = new Map<number, number>();
  for (const [i, value] of Float64Array.from(values).sort().entries()) if (!first.has(value)) first.set(value, i);
  return values.map((value) => 1 + first.get(value)!);
};

/** The same recipe in the same kind of ranking, once on either split. */
interface Couple {
  readonly shown: LeaderboardRow;
  readonly hidden: LeaderboardRow;
}

/** Rows that have a rank, on the one split and on others; there may be very many, and mostly all are on one. */
function* bySplit(rows: readonly LeaderboardRow[], reference: string, metric: MetricDescriptor) {
  const [shown, hidden]: [LeaderboardRow[], LeaderboardRow[]] = [[], []];
  for (const [i, row] of rows.entries()) {
    if (i % PER_STEP === 0) yield;
    if (row.provenance === 'reported' || row.rank === null) continue;
    (row.splitHash === reference ? shown : hidden).push(row);
  }
  if (shown.length === 0 || hidden.length === 0) return { shown: [], hidden: [] };
  const hasValue = (row: LeaderboardRow) => valueOfMetric(row, metric) !== null;
  return { shown: shown.filter(hasValue), hidden: hidden.filter(hasValue) };
}

/** By the kind of ranking. */
function* couplesOf(
  rows: readonly LeaderboardRow[],
  reference: string,
  metric: MetricDescriptor,
): Steps<readonly (readonly Couple[])[]> {
  const keyOf = (row: LeaderboardRow) => `${recipeOf(row)} ${kindOf(row)}`;
  const { shown, hidden } = yield* bySplit(rows, reference, metric);
  const twins = new Map((yield* groupSteps(hidden, keyOf)).map((same) => [keyOf(same[0]!), same[0]!]));
  const byKind = new Map<string, Couple[]>();
  for (const [i, row] of shown.entries()) {
    if (i % PER_STEP === 0) yield;
    const twin = twins.get(keyOf(row));
    if (!twin) continue;
    const kind = kindOf(row);
    const couples = byKind.get(kind) ?? [];
    couples.push({ shown: row, hidden: twin });
    byKind.set(kind, couples);
  }
  return [...byKind.values()];
}

/** By the id of a row, on either split; `reference`: the hash of the split that everybody can draw. */
export function* splitRankSteps(
  rows: readonly LeaderboardRow[],
  reference: string,
  metric: MetricDescriptor,
): Steps<ReadonlyMap<string, SplitRank>> {
  const found = new Map<string, SplitRank>();
  for (const couples of yield* couplesOf(rows, reference, metric)) {
    yield;
    const ranksBy = (of: (couple: Couple) => LeaderboardRow) => ranksOf(couples.map(of), metric);
    const [shownRanks, hiddenRanks] = [ranksBy(({ shown }) => shown), ranksBy(({ hidden }) => hidden)];
    for (const [i, { shown, hidden }] of couples.entries()) {
      const ranks = { shown: shownRanks[i]!, hidden: hiddenRanks[i]!, of: couples.length };
      found.set(shown.id, { row: hidden.id, ...ranks });
      found.set(hidden.id, { row: shown.id, ...ranks });
    }
  }
  return found;
}

/** All of it at once. */
export const splitRanks = (
  rows: readonly LeaderboardRow[],
  reference: string,
  metric: MetricDescriptor,
): ReadonlyMap<string, SplitRank> => atOnce(splitRankSteps(rows, reference, metric));
