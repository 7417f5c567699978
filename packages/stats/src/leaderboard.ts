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
import { RowMemory } from './row-memory.js';
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

/** A step of the work is done; whoever has other work may do it now. */
type Steps<T> = Generator<undefined, T>;

function* rankGroup(
  drafts: readonly Draft[],
  findControl: FindControl,
  options: LeaderboardOptions,
  memory: RowMemory,
): Steps<LeaderboardRow[]> {
  const metric = options.metrics[0]!;
  // Seconds of two machines say nothing about the methods: they break ties only where all were taken on one.
  const isOneMachine = new Set(drafts.map(({ newest }) => newest.machine)).size === 1;
  const keyOf = (draft: Draft): RankKey => ({
    metric: draft.outcome?.value ?? null,
    params: meanOf(draft.runs, (run) => run.params.left),
    seconds: isOneMachine ? onOneMachine(draft, (run) => run.stepSeconds) : null,
  });
  const sorted = sortRows(drafts, keyOf, metric.direction);
  yield;
  const ranks = denseRanks(sorted.map(keyOf), metric.direction);
  const ranked = sorted.filter((_, i) => ranks[i] !== null);
  const test = alike(options.significance ?? 0.05);
  const areAlike = (above: Draft, row: Draft) => memory.alike(above, row, () => test(above, row));
  const tell = ranked.some(tells);
  for (let i = 1; tell && i < ranked.length; i += 1) {
    areAlike(ranked[i - 1]!, ranked[i]!);
    yield;
  }
  const tiers = tell ? tiersOf(ranked, areAlike) : [];
  const rows: LeaderboardRow[] = [];
  for (const [i, draft] of sorted.entries()) {
    const control = findControl(draft);
    const row = memory.row(draft, control, () => toRow(draft, control, metric, options.phases));
    rows.push({ ...row, rank: ranks[i]!, tier: tiers[i] ?? null });
    yield;
  }
  return rows;
}

const isPrinted = ({ provenance }: RunRecord): boolean => provenance === 'reported';

const newestOf = (drafts: readonly Draft[]): string =>
  drafts.reduce((latest, { newest: { finishedAt } }) => ((finishedAt ?? '') > latest ? finishedAt! : latest), '');

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

/** The same in small steps, for who has other work beside it. */
export function* leaderboardSteps(
  runs: readonly RunRecord[],
  options: LeaderboardOptions,
  memory: RowMemory = new RowMemory(),
): Steps<LeaderboardRow[]> {
  const groups = groupBy(runs, (run) =>
    JSON.stringify([run.target.label, run.recipeHash, run.splitHash, run.provenance, run.division, run.protocol]),
  );
  const drafts: Draft[] = [];
  for (const group of groups) {
    drafts.push(memory.draft(group, () => draftOf(group, options)));
    yield;
  }
  const findControl = controlsOf(drafts);
  yield;
  const rows: LeaderboardRow[] = [];
  for (const group of groupBy(drafts, ({ ranking }) => ranking).sort(rankingOrder))
    for (const row of yield* rankGroup(group, findControl, options, memory)) rows.push(row);
  return rows;
}

/** The rows of one board's runs, in the order a reader sees them. */
export const leaderboard = (runs: readonly RunRecord[], options: LeaderboardOptions): LeaderboardRow[] => {
  const steps = leaderboardSteps(runs, options);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
};
