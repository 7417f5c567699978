/** What each ranking here knows: which pairs stand, and whether the target tells methods apart at all. */
import type { BoardDescription, Findings } from '@topiary/contracts';
import {
  type DrawnRanking,
  knowledgeOf,
  type LeaderboardRow,
  type NetworkScore,
  offTheEdge,
  pointOf,
  type RandomBar,
  type RowKnowledge,
  unitsOf,
} from '@topiary/stats';
import { trackOf } from '@topiary/tracks/catalogue';
import { seedsToTell } from './finding-seeds.js';
import type { Standings } from './leaderboard.js';

/** A ranking whose best row is less than this above random pruning, in points (`pointOf`), tells too little. */
const LEAST_GAIN = 5;

type Known = Findings['known'][number];

const isRandom = ({ control }: LeaderboardRow): boolean => control === 'random';

/**
 * Why a ranking is left out of tallies; null: it is not. Where random pruning may yet become known well enough, a board shows
 * what its rows came to, and nothing is concluded from it: a tally would else lose the ranking when it gets its last seeds.
 */
const leftOut = (
  board: BoardDescription,
  rows: readonly LeaderboardRow[],
  { verdict, interval }: RandomBar,
): Known['leftOut'] => {
  if (verdict !== 'fit') return verdict;
  const best = rows.find((row) => !isRandom(row) && row.rank !== null);
  if (!best?.aboveRandom || interval === null) return null;
  const point = pointOf(trackOf(board).metrics[0]!, { random: interval.value, base: best.base });
  return best.aboveRandom.value < LEAST_GAIN * point ? 'narrow' : null;
};

/** In the words of the page. */
const knownIn = (board: BoardDescription, rows: readonly LeaderboardRow[], { family, random }: DrawnRanking): Known => {
  const randoms = new Set(rows.filter(isRandom).map((row) => knowledgeOf(row)?.evidence.id));
  const real = family.pairs.filter(({ better, worse }) => !randoms.has(better) && !randoms.has(worse));
  const first = rows.filter(({ place }) => place?.from === 1);
  const why = leftOut(board, rows, random);
  return {
    board: board.id,
    title: board.title,
    target: rows[0]!.target.label,
    sparsified: rows.every(({ recipe }) => Boolean(recipe['regularizer'])),
    rows: new Set(rows.map(({ id }) => id)).size,
    pairs: real.length,
    stand: real.filter(({ stands }) => stands).length,
    first: first.map(({ label }) => label),
    needs: why === null ? seedsToTell(first, trackOf(board).metrics[0]!) : null,
    random: { verdict: random.verdict, seeds: random.seeds },
    leftOut: why,
  };
};

type Told = Pick<Standings, 'rows' | 'rankings'>;

/** Something of each ranking of two methods or more, by its text; rows of papers, of version 1 and open ones have none. */
const byRanking = <T>(
  { rows, rankings }: Told,
  of: (own: readonly LeaderboardRow[], ranking: DrawnRanking) => T,
): ReadonlyMap<string, T> =>
  new Map(
    [...rankings].flatMap(([name, ranking]): [string, T][] => {
      const own = rows.filter((row) => row.ranking === name && row.control !== 'widths');
      return ranking.family.pairs.length > 0 && own[0]!.division === 'closed' ? [[name, of(own, ranking)]] : [];
    }),
  );

export const knownByRanking = (board: BoardDescription, told: Told): ReadonlyMap<string, Known> =>
  byRanking(told, (own, ranking) => knownIn(board, own, ranking));

/** Why tallies leave each of them out; null: they count it. */
export const leftOutByRanking = (board: BoardDescription, told: Told): ReadonlyMap<string, Known['leftOut']> =>
  byRanking(told, (own, { random }) => leftOut(board, own, random));

/** Rankings that tallies count. */
export const countedOf = (known: ReadonlyMap<string, Known>): ReadonlySet<string> =>
  new Set([...known].flatMap(([name, { leftOut: why }]) => (why === null ? [name] : [])));

/** On a scale on which networks compare: of shares the logarithm of the odds, of other metrics their own. */
const scoreOf = (board: BoardDescription, { evidence }: RowKnowledge): number => {
  const metric = trackOf(board).metrics[0]!;
  const sign = metric.direction === 'higher' ? 1 : -1;
  if (metric.estimator !== 'share') return sign * evidence.value * unitsOf(metric).width;
  const share = offTheEdge(evidence.value, evidence.examples);
  return sign * Math.log(share / (1 - share));
};

/** Outcomes by network, ranking and method, of rankings that count; of several rows of a method the best placed one. */
export const scoresOn = (
  board: BoardDescription,
  { rows }: Standings,
  { methodOf, counted }: { methodOf(row: LeaderboardRow): string | null; readonly counted: ReadonlySet<string> },
): NetworkScore[] => {
  const seen = new Set<string>();
  return rows.flatMap((row): NetworkScore[] => {
    const [method, knowledge] = [methodOf(row), knowledgeOf(row)];
    if (method === null || !knowledge || row.control === 'widths' || !counted.has(row.ranking)) return [];
    const key = `${row.ranking} ${method}`;
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ network: board.id, ranking: row.ranking, method, score: scoreOf(board, knowledge) }];
  });
};
