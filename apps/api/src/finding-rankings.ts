/** What each ranking here knows: which pairs stand, and whether the target tells methods apart at all. */
import type { BoardDescription, Findings } from '@topiary/contracts';
import {
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

/** Every ranking of methods on a board, in its own words; rows of papers and of version 1 are none. */
export const knownOn = (board: BoardDescription, { rows, rankings }: Standings): Known[] =>
  [...rankings].flatMap(([name, { family, random }]) => {
    const own = rows.filter((row) => row.ranking === name && row.control !== 'widths');
    if (family.pairs.length === 0 || own[0]!.division !== 'closed') return [];
    const randoms = new Set(own.filter(isRandom).map((row) => knowledgeOf(row)?.evidence.id));
    const ids = new Map(own.map((row) => [row.id, row]));
    const real = family.pairs.filter(({ better, worse }) => !randoms.has(better) && !randoms.has(worse));
    const stands = (pairs: typeof real) => pairs.filter((pair) => pair.stands).length;
    return [
      {
        board: board.id,
        title: board.title,
        target: own[0]!.target.label,
        sparsified: own.every(({ recipe }) => Boolean(recipe['regularizer'])),
        rows: ids.size,
        pairs: real.length,
        stand: stands(real),
        first: own.filter(({ place }) => place?.from === 1).map(({ label }) => label),
        random: { verdict: random.verdict, seeds: random.seeds },
        leftOut: leftOut(board, own, random),
      },
    ];
  });

/** On a scale on which networks compare: of shares the logarithm of the odds, of other metrics their own. */
const scoreOf = (board: BoardDescription, { evidence }: RowKnowledge): number => {
  const metric = trackOf(board).metrics[0]!;
  const sign = metric.direction === 'higher' ? 1 : -1;
  if (metric.estimator !== 'share') return sign * evidence.value * unitsOf(metric).width;
  const share = offTheEdge(evidence.value, evidence.examples);
  return sign * Math.log(share / (1 - share));
};

/** Outcomes by network, target and method; of several rows of a method the best placed one. */
export const scoresOn = (
  board: BoardDescription,
  { rows }: Standings,
  { methodOf, leftOut: without }: { methodOf(row: LeaderboardRow): string | null; readonly leftOut: readonly Known[] },
): NetworkScore[] => {
  const isOut = (row: LeaderboardRow) =>
    without.some((one) => one.target === row.target.label && one.sparsified === Boolean(row.recipe['regularizer']));
  const seen = new Set<string>();
  return rows.flatMap((row): NetworkScore[] => {
    const [method, knowledge] = [methodOf(row), knowledgeOf(row)];
    if (method === null || !knowledge || row.division !== 'closed' || row.control === 'widths' || isOut(row)) return [];
    const key = `${row.target.label} ${method}`;
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ network: board.id, target: row.target.label, method, score: scoreOf(board, knowledge) }];
  });
};
