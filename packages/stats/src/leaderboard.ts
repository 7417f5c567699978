/**
 * Runs in, leaderboard rows out: one row per (target, recipe hash, split hash, provenance) with intervals over its
 * seeds, its gain over random pruning, a dense rank and a tier. Rows have the shape of the contract's `Row`.
 */
import { type ControlSample, gainOver } from './above-random.js';
import { mean } from './descriptive.js';
import { type Interval, studentInterval, wilsonInterval } from './intervals.js';
import { type Correct, pairedTest } from './paired.js';
import type { Direction } from './pareto.js';
import { denseRanks, type RankKey, sortRows, tiersOf } from './rank.js';

export type Phase = 'base' | 'pruned' | 'finetuned';
type Provenance = 'measured' | 'shipped' | 'reported' | 'reproduced';
interface Count {
  readonly base: number;
  readonly left: number;
}

/** One finished run, as the database gives it. */
export interface RunRecord {
  readonly run: string;
  readonly submission: string | null;
  readonly label: string;
  readonly division: 'closed' | 'open';
  readonly recipe: Readonly<Record<string, unknown>>;
  readonly recipeHash: string;
  readonly provenance: Provenance;
  readonly target: { readonly axis: 'macs'; readonly value: number; readonly label: string };
  readonly seed: number;
  readonly achieved: number;
  readonly flags: readonly string[];
  readonly metrics: readonly {
    readonly id: string;
    readonly phase: Phase;
    readonly value: number;
    readonly n: number;
  }[];
  readonly params: Count;
  readonly macs: { readonly pure: Count; readonly published: Count };
  readonly latency: {
    readonly p50Ms: number;
    readonly p99Ms: number;
    readonly baseP50Ms: number;
    readonly batch: number;
  } | null;
  readonly machine: string;
  readonly protocol: string;
  readonly splitHash: string;
  readonly seconds: number;
  readonly finishedAt: string;
  /** Correctness per test example of the final model, where it is at hand: tiers then rest on a paired test. */
  readonly correct?: Correct | null;
}

/** What a track says of a metric; `%` marks a share of the test examples. */
export interface MetricDescriptor {
  readonly id: string;
  readonly unit: string;
  readonly direction: Direction;
}

export interface LeaderboardOptions {
  /** The first one ranks. */
  readonly metrics: readonly MetricDescriptor[];
  /** Two rows share a tier while p is at least this (0.05). */
  readonly significance?: number;
}

/** A metric over the seeds of a row; `n` = number of seeds. */
export interface RowMetric extends Interval {
  readonly id: string;
  readonly phase: Phase;
  readonly n: number;
  /** What the interval is over: seeds (Student), test examples (Wilson), or nothing (low = high = value). */
  readonly interval: 'seeds' | 'examples' | 'none';
}

const PHASES: readonly Phase[] = ['finetuned', 'pruned', 'base'];

const clamp = (interval: Interval): Interval => ({
  value: interval.value,
  low: Math.max(0, interval.low),
  high: Math.min(100, interval.high),
});

/**
 * The interval of a metric over seeds: Student's for two seeds or more that differ; Wilson's over the test examples
 * for a single seed, for the base model, and where no seed changes the outcome.
 */
export const metricInterval = (
  values: readonly number[],
  examples: number,
  share: boolean,
): Interval & Pick<RowMetric, 'interval'> => {
  const value = mean(values);
  if (values.length > 1 && values.some((other) => other !== values[0])) {
    const interval = studentInterval(values);
    return { ...(share ? clamp(interval) : interval), interval: 'seeds' };
  }
  if (!share || examples < 1) return { value, low: value, high: value, interval: 'none' };
  const { low, high } = wilsonInterval(Math.round((value / 100) * examples), examples);
  return { value, low: 100 * low, high: 100 * high, interval: 'examples' };
};

const groupBy = <T>(items: readonly T[], keyOf: (item: T) => string): T[][] => {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return [...groups.values()];
};

const byTime = (a: RunRecord, b: RunRecord): number => a.finishedAt.localeCompare(b.finishedAt);

/** The first run of each seed: running a seed again adds no evidence, and nobody may roll the dice twice. */
const onePerSeed = (runs: readonly RunRecord[]): RunRecord[] =>
  groupBy([...runs].sort(byTime), (run) => `${run.seed}`)
    .map((same) => same[0]!)
    .sort((a, b) => a.seed - b.seed);

const rowMetrics = (runs: readonly RunRecord[], descriptors: readonly MetricDescriptor[]): RowMetric[] =>
  descriptors.flatMap(({ id, unit }) =>
    PHASES.flatMap((phase): RowMetric[] => {
      const found = runs.flatMap((run) => run.metrics.filter((m) => m.id === id && m.phase === phase));
      const values = found.map((m) => m.value);
      if (values.length === 0) return [];
      return [{ id, phase, n: values.length, ...metricInterval(values, found[0]!.n, unit === '%') }];
    }),
  );

const meanOf = <T>(items: readonly T[], of: (item: T) => number): number => mean(items.map(of));

const meanCount = (runs: readonly RunRecord[], of: (run: RunRecord) => Count): { base: number; left: number } => ({
  base: of(runs[0]!).base,
  left: Math.round(meanOf(runs, (run) => of(run).left)),
});

/** Times of different machines are not averaged: those of the newest run's machine count. */
const rowLatency = (runs: readonly RunRecord[], machine: string) => {
  const timed = runs.flatMap((run) => (run.latency !== null && run.machine === machine ? [run.latency] : []));
  const same = timed.filter(({ batch }) => batch === timed[0]!.batch);
  if (same.length === 0) return null;
  return {
    p50Ms: meanOf(same, (l) => l.p50Ms),
    p99Ms: meanOf(same, (l) => l.p99Ms),
    baseP50Ms: meanOf(same, (l) => l.baseP50Ms),
    batch: same[0]!.batch,
  };
};

/** A row before ranking, with the runs behind it. */
interface Draft {
  readonly runs: readonly RunRecord[];
  readonly newest: RunRecord;
  readonly metrics: readonly RowMetric[];
}

/** The row's outcome: the ranking metric after fine-tuning, or after pruning where there was none. */
const outcomeOf = (draft: Draft, id: string): RowMetric | null =>
  draft.metrics.find((m) => m.id === id && m.phase !== 'base') ?? null;

const sampleOf = (draft: Draft, metric: MetricDescriptor): ControlSample | null => {
  const outcome = outcomeOf(draft, metric.id);
  if (outcome === null) return null;
  const found = draft.runs.flatMap((run) => run.metrics.filter((m) => m.id === metric.id && m.phase === outcome.phase));
  const correct = draft.runs.flatMap((run) => (run.correct ? [run.correct] : []));
  return {
    values: found.map((m) => m.value),
    examples: found[0]!.n,
    correct: metric.unit === '%' && correct.length === draft.runs.length ? correct : null,
    share: metric.unit === '%',
  };
};

const part = (draft: Draft, name: string): string => JSON.stringify(draft.newest.recipe[name] ?? null);

const isControl = (draft: Draft): boolean =>
  draft.newest.recipe['criterion'] === 'random' &&
  !draft.newest.recipe['procedure'] &&
  !draft.newest.recipe['regularizer'];

/** The random row that a row is compared with: same fine-tuning, and the same scope where there is one. */
const controlOf = (draft: Draft, group: readonly Draft[]): Draft | null => {
  if (isControl(draft)) return null;
  const controls = group.filter((other) => isControl(other) && part(other, 'finetune') === part(draft, 'finetune'));
  return controls.find((other) => part(other, 'scope') === part(draft, 'scope')) ?? controls[0] ?? null;
};

/** Do two rows share a tier? By an exact paired test; without the bits of both, by overlapping intervals. */
const alike = (metric: MetricDescriptor, significance: number) => (above: Draft, row: Draft) => {
  const [a, b] = [sampleOf(above, metric), sampleOf(row, metric)];
  if (a?.correct && b?.correct && a.examples === b.examples) {
    return pairedTest(a.correct, b.correct).p >= significance;
  }
  const [x, y] = [outcomeOf(above, metric.id)!, outcomeOf(row, metric.id)!];
  return x.low <= y.high && y.low <= x.high;
};

const toRow = (draft: Draft, group: readonly Draft[], metric: MetricDescriptor) => {
  const { runs, newest, metrics } = draft;
  const control = controlOf(draft, group);
  const [sample, controlSample] = [sampleOf(draft, metric), control && sampleOf(control, metric)];
  return {
    id: [newest.recipeHash.slice(0, 12), newest.target.label, newest.splitHash.slice(0, 8), newest.provenance].join(
      '-',
    ),
    rank: null as number | null,
    tier: null as number | null,
    provenance: newest.provenance,
    division: newest.division,
    submission: newest.submission,
    label: newest.label,
    recipe: { ...newest.recipe },
    target: { ...newest.target },
    achieved: meanOf(runs, (run) => run.achieved),
    flags: [...new Set(runs.flatMap((run) => run.flags))].sort(),
    metrics: metrics.map((m) => ({ ...m })),
    aboveRandom: sample && controlSample ? gainOver(sample, controlSample, metric.direction) : null,
    params: meanCount(runs, (run) => run.params),
    macs: { pure: meanCount(runs, (run) => run.macs.pure), published: meanCount(runs, (run) => run.macs.published) },
    latency: rowLatency(runs, newest.machine),
    machine: newest.machine,
    seeds: runs.map((run) => run.seed),
    splitHash: newest.splitHash,
    seconds: meanOf(runs, (run) => run.seconds),
    at: newest.finishedAt,
  };
};

export type LeaderboardRow = ReturnType<typeof toRow>;

/** One ranking: same target, division, test split and protocol; numbers from papers rank among themselves. */
const rankingOf = ({ newest }: Draft): string =>
  JSON.stringify([
    newest.target.label,
    newest.provenance === 'reported',
    newest.division,
    newest.splitHash,
    newest.protocol,
  ]);

const rankGroup = (drafts: readonly Draft[], options: LeaderboardOptions): LeaderboardRow[] => {
  const metric = options.metrics[0]!;
  const keyOf = (draft: Draft): RankKey => ({
    metric: outcomeOf(draft, metric.id)?.value ?? null,
    params: meanOf(draft.runs, (run) => run.params.left),
    seconds: meanOf(draft.runs, (run) => run.seconds),
  });
  const sorted = sortRows(drafts, keyOf, metric.direction);
  const ranks = denseRanks(sorted.map(keyOf), metric.direction);
  const ranked = sorted.filter((_, i) => ranks[i] !== null);
  const tiers = tiersOf(ranked, alike(metric, options.significance ?? 0.05));
  return sorted.map((draft, i) => ({ ...toRow(draft, drafts, metric), rank: ranks[i]!, tier: tiers[i] ?? null }));
};

const draftOf = (runs: readonly RunRecord[], descriptors: readonly MetricDescriptor[]): Draft => {
  const kept = onePerSeed(runs);
  return { runs: kept, newest: [...kept].sort(byTime).at(-1)!, metrics: rowMetrics(kept, descriptors) };
};

/** Targets in rising order; measured rows before reported ones; within these the rankings with the newest runs first. */
const rankingOrder = (a: readonly Draft[], b: readonly Draft[]): number => {
  const [p, q] = [a[0]!.newest, b[0]!.newest];
  const newest = (drafts: readonly Draft[]) =>
    drafts
      .map(({ newest: run }) => run.finishedAt)
      .sort()
      .at(-1)!;
  return (
    p.target.value - q.target.value ||
    Number(p.provenance === 'reported') - Number(q.provenance === 'reported') ||
    p.division.localeCompare(q.division) ||
    newest(b).localeCompare(newest(a))
  );
};

/** The rows of one board's runs, in the order a reader sees them. */
export const leaderboard = (runs: readonly RunRecord[], options: LeaderboardOptions): LeaderboardRow[] => {
  const rows = groupBy(runs, (run) =>
    JSON.stringify([run.target.label, run.recipeHash, run.splitHash, run.provenance, run.division, run.protocol]),
  );
  const drafts = rows.map((group) => draftOf(group, options.metrics));
  return groupBy(drafts, rankingOf)
    .sort(rankingOrder)
    .flatMap((group) => rankGroup(group, options));
};
