/** How many seeds would say which row of a ranking is best, where its tests leave several of them first. */
import type { Findings } from '@topiary/contracts';
import { knowledgeOf, type LeaderboardRow, type MetricScale, powerOf } from '@topiary/stats';

type Needs = NonNullable<Findings['known'][number]['needs']>;

/** Above it, seeds are no way to tell two rows apart. */
const MOST_SEEDS = 100;
/** Rows behind the best one that are looked at: a board of thousands may have as many first. */
const MOST_ROWS = 30;

interface Kept {
  readonly first: readonly LeaderboardRow[];
  readonly needs: Needs | null;
}

/** By the best row: rows stay the same objects while nothing about them or their ranking changes. */
const kept = new WeakMap<LeaderboardRow, Kept>();

/**
 * Of the best row against those behind it that differ in value, at the level that Holm's correction asks of the next pair:
 * the nearest says what it takes to know the best, the easiest what it takes to know more than now.
 */
export const seedsToTell = (first: readonly LeaderboardRow[], metric: MetricScale): Needs | null => {
  const [best] = first;
  if (!best) return null;
  const known = kept.get(best);
  if (known?.first.length === first.length && known.first.every((row, i) => row === first[i])) return known.needs;
  const needs = workedOut(first, metric);
  kept.set(best, { first, needs });
  return needs;
};

const workedOut = ([best, ...others]: readonly LeaderboardRow[], metric: MetricScale): Needs | null => {
  const own = best && knowledgeOf(best);
  if (!own) return null;
  const { spread, family } = own.ranking;
  const options = { metric, spread, level: family.nextLevel, mostSeeds: MOST_SEEDS };
  const found = others.slice(0, MOST_ROWS).flatMap((row): Needs['nearest'][] => {
    const evidence = knowledgeOf(row)?.evidence;
    if (!evidence || evidence.value === own.evidence.value) return [];
    const power = powerOf(own.evidence, evidence, options);
    return power === null || power.verdict === 'separated' ? [] : [{ row: row.label, seeds: power.seeds }];
  });
  const [nearest] = found;
  if (!nearest) return null;
  const seedsOf = ({ seeds }: Needs['nearest']): number => seeds ?? Number.POSITIVE_INFINITY;
  const easiest = found.reduce((least, one) => (seedsOf(one) < seedsOf(least) ? one : least));
  return { best: best.label, nearest, easiest, most: MOST_SEEDS };
};
