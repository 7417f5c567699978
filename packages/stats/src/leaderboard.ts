/**
 * Runs in, leaderboard rows out: one row per (target, recipe hash, split hash, provenance) with intervals over its
 * seeds, its gain over random pruning, a dense rank and a tier. Rows have the shape of the contract's `Row`.
 */
import { controlsOf, type FindControl } from './control.js';
import { type Draft, draftOf, type LeaderboardOptions, meanOf, onOneMachine } from './draft.js';
import { groupBy } from './group-by.js';
import { pairedTest } from './paired.js';
import { denseRanks, type RankKey, sortRows, tiersOf } from './rank.js';
import { type LeaderboardRow, toRow } from './row.js';
import type { RunRecord } from './run-record.js';

export type { LeaderboardOptions } from './draft.js';
export { type LeaderboardRow, rowIdOf } from './row.js';

/** Do two rows share a tier? By an exact paired test; without the bits of both, by overlapping intervals. */
const alike = (significance: number) => (above: Draft, row: Draft) => {
  const [a, b] = [above.sample, row.sample];
  if (a?.correct && b?.correct && a.correct[0]?.length === b.correct[0]?.length) {
    return pairedTest(a.correct, b.correct).p >= significance;
  }
  const [x, y] = [above.outcome!, row.outcome!];
  return (x.low ?? x.value) <= (y.high ?? y.value) && (y.low ?? y.value) <= (x.high ?? x.value);
};

/** A table of a paper has one number a row: nothing says which of them chance could have swapped. */
const tells = ({ outcome, sample }: Draft): boolean => outcome!.low !== null || Boolean(sample?.correct);

const rankGroup = (
  drafts: readonly Draft[],
  findControl: FindControl,
  options: LeaderboardOptions,
): LeaderboardRow[] => {
  const metric = options.metrics[0]!;
  // Seconds of two machines say nothing about the methods: they break ties only where all were taken on one.
  const isOneMachine = new Set(drafts.map(({ newest }) => newest.machine)).size === 1;
  const keyOf = (draft: Draft): RankKey => ({
    metric: draft.outcome?.value ?? null,
    params: meanOf(draft.runs, (run) => run.params.left),
    seconds: isOneMachine ? onOneMachine(draft, (run) => run.stepSeconds) : null,
  });
  const sorted = sortRows(drafts, keyOf, metric.direction);
  const ranks = denseRanks(sorted.map(keyOf), metric.direction);
  const ranked = sorted.filter((_, i) => ranks[i] !== null);
  const tiers = ranked.some(tells) ? tiersOf(ranked, alike(options.significance ?? 0.05)) : [];
  const rowOf = (draft: Draft) => toRow(draft, findControl, metric, options.phases);
  return sorted.map((draft, i) => ({ ...rowOf(draft), rank: ranks[i]!, tier: tiers[i] ?? null }));
};

const isPrinted = ({ provenance }: RunRecord): boolean => provenance === 'reported';

const newestOf = (drafts: readonly Draft[]): string =>
  drafts
    .map(({ newest }) => newest.finishedAt ?? '')
    .sort()
    .at(-1)!;

/** Divisions, in each of them rows that nothing sets apart first, then by the newest run. */
const measuredOrder = (a: readonly Draft[], b: readonly Draft[]): number =>
  a[0]!.newest.division.localeCompare(b[0]!.newest.division) ||
  Number(!a[0]!.isPlain) - Number(!b[0]!.isPlain) ||
  newestOf(b).localeCompare(newestOf(a));

/** Targets in rising order; measured rows before reported ones, whose tables keep the order in which they are given. */
const rankingOrder = (a: readonly Draft[], b: readonly Draft[]): number => {
  const [p, q] = [a[0]!.newest, b[0]!.newest];
  return (
    p.target.value - q.target.value ||
    Number(isPrinted(p)) - Number(isPrinted(q)) ||
    (isPrinted(p) ? 0 : measuredOrder(a, b))
  );
};

/** The rows of one board's runs, in the order a reader sees them. */
export const leaderboard = (runs: readonly RunRecord[], options: LeaderboardOptions): LeaderboardRow[] => {
  const rows = groupBy(runs, (run) =>
    JSON.stringify([run.target.label, run.recipeHash, run.splitHash, run.provenance, run.division, run.protocol]),
  );
  const drafts = rows.map((group) => draftOf(group, options));
  const findControl = controlsOf(drafts, options.control);
  return groupBy(drafts, ({ ranking }) => ranking)
    .sort(rankingOrder)
    .flatMap((group) => rankGroup(group, findControl, options));
};
