/** A row before it is ranked: the runs behind it, its metrics, and what it is compared by. */
import type { ControlSample } from './above-random.js';
import { mean } from './descriptive.js';
import { groupBy } from './group-by.js';
import type { RankKey } from './rank.js';
import { type RowMetric, rowMetrics } from './row-metrics.js';
import type { ApartRule, ControlRule, MetricDescriptor, Phase, RunRecord } from './run-record.js';
import { isOfRankedSeeds } from './whose-runs.js';

export interface LeaderboardOptions {
  /** The first one ranks. */
  readonly metrics: readonly MetricDescriptor[];
  /** In their order, `base` first; the last one that a row has decides. */
  readonly phases: readonly Phase[];
  /** What chance would have done; null: the track has no such row. */
  readonly control: ControlRule | null;
  readonly apart: readonly ApartRule[];
  /** All controls of the track, the one above first. */
  readonly controls?: readonly ControlRule[];
  /** Two rows share a tier while p is at least this (0.05). */
  readonly significance?: number;
  /** Rows stand for methods (version 2 on); absent: for their runs, and tiers say what cannot be told apart. */
  readonly drawn?: DrawnOptions | null;
}

export interface DrawnOptions {
  /** How the board cuts where a recipe is silent: rows that were cut otherwise are ranked by themselves. */
  readonly prune: { readonly solve: string | null; readonly steps: number };
  /** Hashes of the project's own recipes, whose pairs are corrected together; null: all rows are such. */
  readonly suite: ReadonlySet<string> | null;
}

export const byTime = (a: RunRecord, b: RunRecord): number => (a.finishedAt ?? '').localeCompare(b.finishedAt ?? '');

/** The first run of each seed: running a seed again adds no evidence, and nobody may roll the dice twice. */
const onePerSeed = (runs: readonly RunRecord[]): RunRecord[] =>
  groupBy([...runs].sort(byTime), (run) => `${run.seed}`)
    .map((same) => same[0]!)
    .sort((a, b) => (a.seed ?? 0) - (b.seed ?? 0));

/** Of the runs that know it; null where none does. */
export const meanOf = <T>(items: readonly T[], of: (item: T) => number | null): number | null => {
  const known = items.map(of).filter((value) => value !== null);
  return known.length === 0 ? null : mean(known);
};

/** A row before ranking, with the runs behind it, and what it is compared by. */
export interface Draft {
  readonly runs: readonly RunRecord[];
  readonly newest: RunRecord;
  readonly metrics: readonly RowMetric[];
  /** The ranking metric after fine-tuning, or after pruning where there was none. */
  readonly outcome: RowMetric | null;
  readonly sample: ControlSample | null;
  readonly ranking: string;
  /** Has none of the fields that set rows apart. */
  readonly isPlain: boolean;
  /** From version 2 on: which control the row is; null: none. */
  readonly control: string | null;
  /** Whether its seeds are those that everybody has: 0, 1, 2, …, or drawn by the server. */
  readonly isRanked: boolean;
  /** Of the family: a row of the project's own suite, which no submission moves. */
  readonly isMember: boolean;
  /** Runs of the same recipe by others, one list for each of them. */
  readonly again: readonly (readonly RunRecord[])[];
  /** What decides its place among rows that were all timed on one machine, and among others. */
  readonly keys: { readonly oneMachine: RankKey; readonly several: RankKey };
}

export const onOneMachine = (
  { runs, newest }: Pick<Draft, 'runs' | 'newest'>,
  of: (run: RunRecord) => number | null,
): number | null =>
  meanOf(
    runs.filter(({ machine }) => machine === newest.machine),
    of,
  );

export type RecipeFields = Readonly<Record<string, unknown>>;

const nextOf = (recipe: RecipeFields): readonly RecipeFields[] =>
  Array.isArray(recipe['next']) ? (recipe['next'] as readonly RecipeFields[]) : [];

/** In any step of its recipe. */
const hasField = ({ recipe, ranksTogether }: RunRecord, { field }: ApartRule): boolean =>
  [recipe, ...nextOf(recipe)].some((step) => Boolean(step[field])) && !ranksTogether;

const isPlain = (run: RunRecord, { apart }: Pick<LeaderboardOptions, 'apart'>): boolean =>
  !apart.some((rule) => hasField(run, rule));

/** Of a recipe that was cut in another way than the board does; in any of its steps. */
const solverOf = ({ recipe }: RunRecord, { drawn }: Pick<LeaderboardOptions, 'drawn'>): string[] => {
  if (!drawn || drawn.prune.solve === null) return [];
  const cuts = [recipe, ...nextOf(recipe)].flatMap(({ prune, procedure }) =>
    prune && !procedure ? [prune as { readonly solve?: string; readonly steps?: number }] : [],
  );
  const wayOf = ({ solve, steps }: { readonly solve?: string; readonly steps?: number }): string =>
    solve === 'bisect' ? 'one shot' : `${steps} estimates`;
  const usual = wayOf({ ...drawn.prune, solve: drawn.prune.solve });
  const other = cuts.map(wayOf).find((way) => way !== usual);
  return other === undefined ? [] : [other];
};

/** One ranking: same field, division and kind of method, and the same axes where they are not the track's own. */
const rankingOf = (run: RunRecord, options: Pick<LeaderboardOptions, 'apart' | 'drawn'>): string => {
  const { apart } = options;
  const { target, provenance, division, protocol, splitHash, axes } = run;
  return [
    target.label,
    provenance === 'reported' ? 'reported' : division,
    ...apart.map((rule) => (hasField(run, rule) ? rule.present : rule.absent)),
    ...solverOf(run, options),
    protocol,
    splitHash.slice(0, 16),
    ...(axes === undefined ? [] : [`axes ${[...axes].sort().join(', ')}`]),
  ].join(' | ');
};

const outcomeOf = (metrics: readonly RowMetric[], id: string, [base]: readonly Phase[]): RowMetric | null =>
  metrics.find((m) => m.id === id && m.phase !== base) ?? null;

/** Null unless every run has them, and as many as the others. */
const resamplesOf = (runs: readonly RunRecord[]): readonly ArrayLike<number>[] | null => {
  const all = runs.flatMap(({ answers }) => (answers && answers.length > 1 ? [answers] : []));
  return all.length === runs.length && all.every(({ length }) => length === all[0]!.length) ? all : null;
};

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
    correct: metric.estimator === 'share' && correct.length === runs.length ? correct : null,
    resamples: metric.estimator === 'set' ? resamplesOf(runs) : null,
    share: metric.estimator === 'share',
  };
};

/** `prune.shuffle` of a recipe. */
const at = (recipe: RecipeFields, path: string): unknown =>
  path.split('.').reduce<unknown>((value, name) => (value as RecipeFields | null | undefined)?.[name], recipe);

/**
 * The control that a row is. Fields that set rankings apart are not looked at: in a ranking all rows have them, or none does,
 * and random pruning after a training is the bar of what trains before the cut.
 */
const controlOf = (run: RunRecord, { controls = [], apart }: LeaderboardOptions): string | null => {
  const isApart = (field: string) => apart.some((rule) => rule.field === field);
  const found = [...controls]
    .reverse()
    .find(({ recipe }) =>
      Object.entries(recipe).every(([field, value]) => isApart(field) || (at(run.recipe, field) ?? null) === value),
    );
  return found?.id ?? null;
};

/** Seconds of two machines say nothing about the methods: they break ties only where all were taken on one. */
const keysOf = (draft: Pick<Draft, 'runs' | 'newest' | 'outcome'>): Draft['keys'] => {
  const metric = draft.outcome?.value ?? null;
  const params = meanOf(draft.runs, (run) => run.params.left);
  const seconds = onOneMachine(draft, (run) => run.stepSeconds);
  return { oneMachine: { metric, params, seconds }, several: { metric, params, seconds: null } };
};

export const draftOf = (runs: readonly RunRecord[], options: LeaderboardOptions, again: Draft['again'] = []): Draft => {
  const { metrics: descriptors, phases } = options;
  const kept = onePerSeed(runs);
  const newest = [...kept].sort(byTime).at(-1)!;
  const metrics = rowMetrics(kept, descriptors, phases, !options.drawn);
  const outcome = outcomeOf(metrics, descriptors[0]!.id, phases);
  const sample = sampleOf(kept, outcome, descriptors[0]!);
  const [control, isRanked] = options.drawn ? [controlOf(newest, options), isOfRankedSeeds(kept)] : [null, true];
  const isOfSuite = options.drawn?.suite?.has(newest.recipeHash) ?? true;
  return {
    ...{ runs: kept, newest, metrics, outcome, sample, keys: keysOf({ runs: kept, newest, outcome }) },
    ...{ ranking: rankingOf(newest, options), isPlain: isPlain(newest, options), again },
    ...{ control, isRanked, isMember: control !== 'widths' && isRanked && isOfSuite },
  };
};
