/**
 * A ranking whose rows stand for methods: seeds and test examples are both drawn. One interval, the same in table, sentence,
 * plot and export; places that say what is known (`places.ts`); how far a row stands above random pruning, and how much of
 * that its widths explain (`controls.ts`). The family whose pairs are corrected together is the project's own suite.
 */
import { bitAnswers } from './answers.js';
import { packBits } from './bits.js';
import { besideControls, type Controlled, type ControlVerdict, controlVerdict } from './controls.js';
import { mean } from './descriptive.js';
import type { Draft, LeaderboardOptions } from './draft.js';
import { type DrawnRow, LazyRow, MethodMetric, type RowKnowledge, type Ways } from './drawn-row.js';
import type { Steps } from './in-steps.js';
import { type Family, familySteps } from './places.js';
import { recipeKeyOf } from './recipe-key.js';
import { isReproduced } from './reproduced.js';
import { baseOf } from './row.js';
import { evidenceOf, type MetricScale, type RowEvidence } from './row-evidence.js';
import { type RowInterval, rowInterval } from './row-interval.js';
import type { RowMetric } from './row-metrics.js';
import { type SeedSpread, seedSpread } from './seed-spread.js';
import { independentRuns } from './whose-runs.js';

/** Whether chance is known well enough for a target to be ranked; `none`: random pruning has no row. */
export interface RandomBar {
  readonly verdict: ControlVerdict | 'none';
  readonly seeds: number;
  readonly interval: RowInterval | null;
}

export interface DrawnRanking {
  /** What its rows follow from beside their own runs, part by part; rankings with equal parts make equal rows. */
  readonly basis: readonly unknown[];
  readonly family: Family;
  readonly spread: SeedSpread | null;
  readonly random: RandomBar;
  row(draft: Draft): LazyRow;
}

type DrawnMetric = LeaderboardOptions['metrics'][number];

const evidences = new WeakMap<Draft, Map<string, RowEvidence | null>>();

const valuesOf = (draft: Draft, { id, phase }: Pick<RowMetric, 'id' | 'phase'>) =>
  draft.runs.flatMap((run) => run.metrics.filter((m) => m.id === id && m.phase === phase));

/** Of one metric in one phase; the answers belong to the metric that ranks, in the phase that decides. */
const evidenceIn = (draft: Draft, metric: RowMetric, scale: MetricScale): RowEvidence | null => {
  const key = `${metric.id} ${metric.phase}`;
  const known = evidences.get(draft) ?? new Map<string, RowEvidence | null>();
  evidences.set(draft, known);
  if (!known.has(key)) known.set(key, made(draft, metric, scale));
  return known.get(key)!;
};

/** Worked out once and kept with the row, so that a ranking of many finds it there. */
export const prepareEvidence = (draft: Draft, metrics: readonly DrawnMetric[]): void => {
  if (evidences.has(draft)) return;
  for (const one of draft.metrics) evidenceIn(draft, one, metrics.find(({ id }) => id === one.id)!);
};

/** On each resample. */
const meanOverSeeds = (seeds: readonly ArrayLike<number>[]): Float64Array =>
  Float64Array.from({ length: seeds[0]!.length }, (_, i) => mean(seeds.map((values) => values[i]!)));

const made = (draft: Draft, metric: RowMetric, scale: MetricScale): RowEvidence | null => {
  const found = valuesOf(draft, metric);
  if (found.length === 0 || metric.n === null) return null;
  const { outcome, sample, newest } = draft;
  const isOutcome = outcome !== null && outcome.id === metric.id && outcome.phase === metric.phase;
  const correct = isOutcome ? (sample?.correct ?? null) : null;
  const resamples = isOutcome ? (sample?.resamples ?? null) : null;
  return evidenceOf(
    {
      id: newest.run,
      values: found.map(({ value }) => value),
      examples: found[0]!.n,
      answers: correct && bitAnswers(correct.map(packBits), correct[0]!.length),
      resamples: resamples && meanOverSeeds(resamples),
    },
    scale,
  );
};

const evidenceOfOutcome = (draft: Draft, scale: MetricScale): RowEvidence | null =>
  draft.outcome === null ? null : evidenceIn(draft, draft.outcome, scale);

const known = <T>(items: readonly (T | null)[]): T[] => items.filter((item): item is T => item !== null);

/** Rows of several seeds, of the ranking and of the board's other targets. */
interface SeveralSeeds {
  readonly here: readonly Draft[];
  readonly elsewhere: readonly Draft[];
}

/**
 * A suite of fewer rows says too little of how far seeds differ. By simulation of 60 rankings with the noise of the acceptance
 * test, a spread fitted over three rows covers and tests as well as one over sixteen; one over a single row cries wolf too often.
 */
const LEAST_OF_SUITE = 3;

/**
 * Of a metric in a phase, over the suite's rows alone, and where they are few, with those of the board's other targets. So
 * whatever anybody submits, no interval and no place moves, and noisy rows widen nobody's but their own. Rows beside the suite
 * are measured by the same spread: it is a floor under what their own seeds say, and their seeds speak for themselves.
 * Shuffled channels are no part of it: they are no methods, anybody may submit them, and another draw of channels is chance
 * that methods do not have. Without a suite all rows are looked at.
 */
const spreadOf = (metric: RowMetric, scale: MetricScale, { here, elsewhere }: SeveralSeeds): SeedSpread | null => {
  const evidence = (draft: Draft): RowEvidence | null => {
    const same = draft.metrics.find(({ id, phase }) => id === metric.id && phase === metric.phase);
    return same ? evidenceIn(draft, same, scale) : null;
  };
  const fitted = (isUsed: (draft: Draft) => boolean): SeedSpread | null => {
    const of = (drafts: readonly Draft[]) => known(drafts.filter(isUsed).map(evidence));
    return seedSpread(of(here), () => of(elsewhere));
  };
  const suite = fitted(({ isMember }) => isMember);
  return suite && suite.rows >= LEAST_OF_SUITE ? suite : fitted(() => true);
};

/** Rows of one seed tell nothing of how far seeds differ. */
export const isOfSeveral = ({ runs }: Draft): boolean => runs.length > 1;

/** What all rows of a ranking have to do with, found in one go, since there may be very many. */
export interface RankingParts {
  /** Every metric in every phase but the base, as some row has it. */
  readonly kinds: readonly RowMetric[];
  /** What ranks, in the phase in which the suite's rows have it. */
  readonly outcome: RowMetric | null;
  readonly several: readonly Draft[];
  /** The family. */
  readonly members: readonly Draft[];
  /** Random pruning: the suite's own, which nobody's submission takes the place of; where it has none, whoever's there is. */
  readonly randoms: readonly Draft[];
  /** Shuffled channels of each recipe, by its `recipeKeyOf`. */
  readonly shuffles: ReadonlyMap<string, Draft>;
}

export function* partsOf(
  drafts: readonly Draft[],
  { controls }: Pick<LeaderboardOptions, 'controls'>,
): Steps<RankingParts> {
  const [kinds, several, members, randoms]: [RowMetric[], Draft[], Draft[], Draft[]] = [[], [], [], []];
  const shuffles = new Map<string, Draft>();
  let outcome: RowMetric | null = null;
  for (const draft of drafts) {
    const { control, isMember, newest } = draft;
    for (const one of draft.metrics)
      if (one.phase !== 'base' && !kinds.some(({ id, phase }) => id === one.id && phase === one.phase)) kinds.push(one);
    outcome ??= draft.outcome;
    if (isOfSeveral(draft)) several.push(draft);
    if (control === 'random') randoms.push(draft);
    if (isMember) members.push(draft);
    if (control === 'widths') {
      const key = recipeKeyOf(newest, controls);
      if (!shuffles.has(key)) shuffles.set(key, draft);
    }
    yield;
  }
  const own = randoms.filter(({ isMember }) => isMember);
  return {
    ...{ kinds, several, members, shuffles },
    outcome: members.find((draft) => draft.outcome !== null)?.outcome ?? outcome,
    randoms: own.length > 0 ? own : randoms,
  };
}

type RankingOptions = Pick<LeaderboardOptions, 'metrics' | 'phases' | 'controls' | 'significance'>;

/**
 * Every row of it, with the rows of several seeds at the board's other targets.
 *
 * A row beside the family moves nobody else's place, interval or distance from random pruning.
 */
export function* drawnRanking(
  { kinds, outcome, several, members, randoms, shuffles }: RankingParts,
  others: readonly Draft[],
  { metrics, phases, controls, significance = 0.05 }: RankingOptions,
  keptFamily: (parts: readonly unknown[]) => { family: Family | null },
): Steps<DrawnRanking> {
  const metric = metrics[0]!;
  const evidence = (draft: Draft) => evidenceOfOutcome(draft, metric);
  const scaleOf = ({ id }: RowMetric): MetricScale => metrics.find((one) => one.id === id)!;
  const seeds: SeveralSeeds = { here: several, elsewhere: others };
  const spreads = new Map(kinds.map((one) => [`${one.id} ${one.phase}`, spreadOf(one, scaleOf(one), seeds)]));
  const spreadIn = ({ id, phase }: RowMetric): SeedSpread | null => spreads.get(`${id} ${phase}`) ?? null;
  const spread = outcome ? spreadIn(outcome) : null;
  const options = { metric, spread, significance };
  const kept = keptFamily([`${spread?.variance} ${spread?.df}`, ...members]);
  kept.family ??= yield* familySteps(known(members.map(evidence)), options);
  const { family } = kept;
  const places = new Map(family.places.map((place) => [place.id, place]));
  const random = barOf(randoms, { metrics, phases }, spread);
  const metricsOf = (draft: Draft): RowMetric[] =>
    draft.metrics.map((one) => {
      if (one.phase === 'base' || one.n === null) return one;
      const scale = scaleOf(one);
      return new MethodMetric(one, () => rowInterval(evidenceIn(draft, one, scale)!, scale, spreadIn(one)));
    });
  const shuffledOf = (draft: Draft): Draft | undefined =>
    shuffles.size === 0 || draft.control === 'widths' ? undefined : shuffles.get(recipeKeyOf(draft.newest, controls));
  const beside = (draft: Draft): Controlled | null => {
    const own = draft.control === 'random' ? null : evidence(draft);
    const bar = random.near(draft);
    if (!own || !bar) return null;
    const shuffled = shuffledOf(draft);
    return besideControls(own, { random: bar, shuffled: shuffled ? evidence(shuffled) : null }, options);
  };
  const placeOf = (draft: Draft): DrawnRow['place'] => {
    const own =
      draft.control === 'widths' || !draft.isRanked || random.bar.verdict === 'unfit' ? null : evidence(draft);
    if (!own || family.places.length === 0) return null;
    const { from, to, text } = places.get(own.id) ?? family.placeOf(own);
    return { from, to, text };
  };
  /** Whether others came to the same; null: it cannot be said. */
  const againOf = (draft: Draft): readonly (boolean | null)[] => {
    const own = evidence(draft);
    if (!own || draft.outcome === null) return [];
    const { id, phase } = draft.outcome;
    return draft.again.map((runs) => {
      const values = independentRuns(draft.runs, runs).flatMap((run) =>
        run.metrics.filter((m) => m.id === id && m.phase === phase),
      );
      return isReproduced(
        own,
        values.map(({ value }) => value),
        { metric, spread },
      );
    });
  };
  const knowledge = (draft: Draft): RowKnowledge | null => {
    const own = evidence(draft);
    return own && { evidence: own, ranking };
  };
  const ways: Ways = { place: placeOf, metrics: metricsOf, beside, again: againOf, knowledge };
  const basis = [
    ...[...spreads].map(([key, found]) => `${key} ${found?.variance} ${found?.df}`),
    ...[
      `${outcome?.id} ${outcome?.phase}`,
      'family',
      ...members,
      'random',
      ...randoms,
      'shuffled',
      ...shuffles.values(),
    ],
  ];
  const ranking: DrawnRanking = { basis, family, spread, random: random.bar, row: (draft) => new LazyRow(draft, ways) };
  return ranking;
}

interface Bar {
  readonly bar: RandomBar;
  /** The row of random pruning that a row is held against: of its own scope, else the one with the most seeds. */
  near(draft: Draft): RowEvidence | null;
}

/** Of several rows of random pruning the one with the most seeds says whether the ranking is fit. */
const barOf = (
  rows: readonly Draft[],
  { metrics, phases }: Pick<LeaderboardOptions, 'metrics' | 'phases'>,
  spread: SeedSpread | null,
): Bar => {
  const metric = metrics[0]!;
  const found = rows.flatMap((draft) => {
    const evidence = evidenceOfOutcome(draft, metric);
    return evidence ? [{ evidence, scope: draft.newest.recipe['scope'], base: baseOf(draft, metric, phases) }] : [];
  });
  type Found = (typeof found)[number];
  const most = found.reduce<Found | null>(
    (best, one) => (best && best.evidence.seeds >= one.evidence.seeds ? best : one),
    null,
  );
  const near = ({ newest }: Draft) =>
    (found.find(({ scope }) => scope === newest.recipe['scope']) ?? most)?.evidence ?? null;
  if (most === null) return { bar: { verdict: 'none', seeds: 0, interval: null }, near };
  const { seeds } = most.evidence;
  const interval = rowInterval(most.evidence, metric, spread);
  return { bar: { verdict: controlVerdict(interval, seeds, { metric, base: most.base }), seeds, interval }, near };
};
