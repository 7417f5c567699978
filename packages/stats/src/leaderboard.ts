/**
 * Runs in, leaderboard rows out: one row per (target, recipe hash, split hash, provenance) with intervals over its
 * seeds, its gain over random pruning, a dense rank and a tier. Rows have the shape of the contract's `Row`.
 */
import { type ControlSample, gainOver } from './above-random.js';
import { mean } from './descriptive.js';
import { pairedTest } from './paired.js';
import { denseRanks, type RankKey, sortRows, tiersOf } from './rank.js';
import { type RowMetric, rowMetrics } from './row-metrics.js';
import type { Count, MetricDescriptor, RunRecord } from './run-record.js';

export interface LeaderboardOptions {
  /** The first one ranks. */
  readonly metrics: readonly MetricDescriptor[];
  /** Two rows share a tier while p is at least this (0.05). */
  readonly significance?: number;
}

const groupBy = <T>(items: readonly T[], keyOf: (item: T) => string): T[][] => {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups.values()];
};

const byTime = (a: RunRecord, b: RunRecord): number => (a.finishedAt ?? '').localeCompare(b.finishedAt ?? '');

/** The first run of each seed: running a seed again adds no evidence, and nobody may roll the dice twice. */
const onePerSeed = (runs: readonly RunRecord[]): RunRecord[] =>
  groupBy([...runs].sort(byTime), (run) => `${run.seed}`)
    .map((same) => same[0]!)
    .sort((a, b) => (a.seed ?? 0) - (b.seed ?? 0));

/** Of the runs that know it; null where none does. */
const meanOf = <T>(items: readonly T[], of: (item: T) => number | null): number | null => {
  const known = items.map(of).filter((value) => value !== null);
  return known.length === 0 ? null : mean(known);
};

const meanCount = (runs: readonly RunRecord[], of: (run: RunRecord) => Count): Count => {
  const left = meanOf(runs, (run) => of(run).left);
  return { base: of(runs[0]!).base, left: left === null ? null : Math.round(left) };
};

/** Times of different machines are not averaged: those of the newest run's machine count. */
const rowLatency = (runs: readonly RunRecord[], machine: string) => {
  const timed = runs.flatMap((run) => (run.latency !== null && run.machine === machine ? [run.latency] : []));
  const same = timed.filter(({ batch }) => batch === timed[0]!.batch);
  if (same.length === 0) return null;
  return {
    p50Ms: mean(same.map((l) => l.p50Ms)),
    p99Ms: mean(same.map((l) => l.p99Ms)),
    baseP50Ms: mean(same.map((l) => l.baseP50Ms)),
    batch: same[0]!.batch,
  };
};

/** A row before ranking, with the runs behind it, and what it is compared by. */
interface Draft {
  readonly runs: readonly RunRecord[];
  readonly newest: RunRecord;
  readonly metrics: readonly RowMetric[];
  /** The ranking metric after fine-tuning, or after pruning where there was none. */
  readonly outcome: RowMetric | null;
  readonly sample: ControlSample | null;
  /** As text, since a board of many rows asks for it again and again. */
  readonly scope: string;
}

const onOneMachine = ({ runs, newest }: Draft, of: (run: RunRecord) => number | null): number | null =>
  meanOf(
    runs.filter(({ machine }) => machine === newest.machine),
    of,
  );

/** PruningBench ranks rows that train towards sparsity before pruning by themselves: they train twice as long. */
const isSparsified = ({ newest }: Draft): boolean => Boolean(newest.recipe['regularizer']) && !newest.ranksTogether;

/** One ranking: same field, division and kind of method. */
const rankingOf = (draft: Draft): string => {
  const { target, provenance, division, protocol, splitHash } = draft.newest;
  return [
    target.label,
    provenance === 'reported' ? 'reported' : division,
    isSparsified(draft) ? 'regularizer' : 'criterion',
    protocol,
    splitHash.slice(0, 16),
  ].join(' | ');
};

const outcomeOf = (metrics: readonly RowMetric[], id: string): RowMetric | null =>
  metrics.find((m) => m.id === id && m.phase !== 'base') ?? null;

const sampleOf = (
  runs: readonly RunRecord[],
  outcome: RowMetric | null,
  metric: MetricDescriptor,
): ControlSample | null => {
  if (outcome === null) return null;
  const found = runs.flatMap((run) => run.metrics.filter((m) => m.id === metric.id && m.phase === outcome.phase));
  const correct = runs.flatMap((run) => (run.correct ? [run.correct] : []));
  return {
    values: found.map((m) => m.value),
    examples: found[0]!.n,
    correct: metric.unit === '%' && correct.length === runs.length ? correct : null,
    share: metric.unit === '%',
  };
};

const part = ({ recipe }: RunRecord, name: string): string => JSON.stringify(recipe[name] ?? null);

const isControl = (draft: Draft): boolean =>
  draft.newest.recipe['criterion'] === 'random' &&
  !draft.newest.recipe['procedure'] &&
  !draft.newest.recipe['regularizer'];

/** What two rows must share to be compared at all: target, kind of source, test split and protocol (or table). */
const fieldOf = ({ newest }: Draft): string =>
  JSON.stringify([newest.target.label, newest.provenance === 'reported', newest.splitHash, newest.protocol]);

/** What a row and its control share: the field, and the fine-tuning (which rows of a paper do not tell). */
const controlKey = (draft: Draft): string => `${fieldOf(draft)} ${part(draft.newest, 'finetune')}`;

/** The random rows by their keys, so that a board of many rows is gone through once. */
type Controls = ReadonlyMap<string, readonly Draft[]>;

const controlsOf = (drafts: readonly Draft[]): Controls =>
  new Map(groupBy(drafts.filter(isControl), controlKey).map((same) => [controlKey(same[0]!), same]));

/** The random row that a row is compared with: of several the nearest in scope, then provenance. */
const controlOf = (draft: Draft, controls: Controls): Draft | null => {
  if (isControl(draft)) return null;
  const distance = (other: Draft) =>
    2 * Number(other.scope !== draft.scope) + Number(other.newest.provenance !== draft.newest.provenance);
  let nearest: Draft | null = null;
  for (const other of controls.get(controlKey(draft)) ?? [])
    if (nearest === null || distance(other) < distance(nearest)) nearest = other;
  return nearest;
};

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

/** The row that a run counts for; the same for every seed, and for ever. */
export const rowIdOf = ({ recipeHash, target, splitHash, provenance }: RunRecord): string =>
  [recipeHash.slice(0, 12), target.label, splitHash.slice(0, 8), provenance].join('-');

/** Against any of the submissions behind a row. */
const disputesOf = (runs: readonly RunRecord[]): number =>
  groupBy(runs, ({ submission }) => `${submission}`).reduce((sum, [run]) => sum + (run!.openDisputes ?? 0), 0);

const toRow = (draft: Draft, controls: Controls, metric: MetricDescriptor) => {
  const { runs, newest, metrics, sample } = draft;
  const controlSample = controlOf(draft, controls)?.sample;
  return {
    id: rowIdOf(newest),
    rank: null as number | null,
    tier: null as number | null,
    ranking: rankingOf(draft),
    provenance: newest.provenance,
    division: newest.division,
    submission: newest.submission,
    submitter: newest.submitter ? { ...newest.submitter } : null,
    openDisputes: disputesOf(runs),
    label: newest.label,
    recipe: { ...newest.recipe },
    target: { ...newest.target },
    achieved: mean(runs.map((run) => run.achieved)),
    flags: [...new Set(runs.flatMap((run) => run.flags))].sort(),
    base: metrics.find((m) => m.id === metric.id && m.phase === 'base')?.value ?? null,
    metrics: metrics.map((m) => ({ ...m })),
    aboveRandom: sample && controlSample ? gainOver(sample, controlSample, metric.direction) : null,
    params: meanCount(runs, (run) => run.params),
    macs: { pure: meanCount(runs, (run) => run.macs.pure), published: meanCount(runs, (run) => run.macs.published) },
    latency: rowLatency(runs, newest.machine),
    machine: newest.machine,
    seeds: runs.flatMap((run) => (run.seed === null ? [] : [run.seed])),
    splitHash: newest.splitHash,
    seconds: meanOf(runs, (run) => run.seconds),
    stepSeconds: onOneMachine(draft, (run) => run.stepSeconds),
    epochSeconds: onOneMachine(draft, (run) => run.epochSeconds),
    source: newest.source ? { ...newest.source } : null,
    note: newest.note ?? null,
    at: newest.finishedAt,
  };
};

export type LeaderboardRow = ReturnType<typeof toRow>;

const rankGroup = (drafts: readonly Draft[], controls: Controls, options: LeaderboardOptions): LeaderboardRow[] => {
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
  return sorted.map((draft, i) => ({ ...toRow(draft, controls, metric), rank: ranks[i]!, tier: tiers[i] ?? null }));
};

const draftOf = (runs: readonly RunRecord[], descriptors: readonly MetricDescriptor[]): Draft => {
  const kept = onePerSeed(runs);
  const newest = [...kept].sort(byTime).at(-1)!;
  const metrics = rowMetrics(kept, descriptors);
  const outcome = outcomeOf(metrics, descriptors[0]!.id);
  const sample = sampleOf(kept, outcome, descriptors[0]!);
  return { runs: kept, newest, metrics, outcome, sample, scope: part(newest, 'scope') };
};

const isPrinted = ({ provenance }: RunRecord): boolean => provenance === 'reported';

const newestOf = (drafts: readonly Draft[]): string =>
  drafts
    .map(({ newest }) => newest.finishedAt ?? '')
    .sort()
    .at(-1)!;

/** Divisions, in each of them criteria alone first, then by the newest run. */
const measuredOrder = (a: readonly Draft[], b: readonly Draft[]): number =>
  a[0]!.newest.division.localeCompare(b[0]!.newest.division) ||
  Number(isSparsified(a[0]!)) - Number(isSparsified(b[0]!)) ||
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
  const drafts = rows.map((group) => draftOf(group, options.metrics));
  const controls = controlsOf(drafts);
  return groupBy(drafts, rankingOf)
    .sort(rankingOrder)
    .flatMap((group) => rankGroup(group, controls, options));
};
