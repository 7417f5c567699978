/**
 * Which method leads over many rankings at once, a ranking being one board at one target. In each, one method *wins*
 * against another where that ranking can tell the two apart; where it cannot, they are level.
 *
 *   Borda     Σ over rankings of (wins + level / 2 + candidates that are missing there), over the most there could be;
 *             a ranking in which a method is missing gives it nothing
 *   mean      of the metric, over all rankings
 *   win rate  (wins + level / 2) over the candidates that it met
 *
 * Candidates stand in half of the rankings or more; the others have no rank. So nobody leads by being absent: Borda gives
 * nothing for a missing ranking, and a mean that lacks one has no rank and comes last.
 */
import { mean } from './descriptive.js';
import type { Direction } from './pareto.js';

export interface Entrant {
  readonly method: string;
  /** On the metric's own scale. */
  readonly value: number;
  /** Shows what chance would do. */
  readonly isControl: boolean;
}

export interface Contest {
  readonly id: string;
  /** Rankings of one network share weights and data: how sure an overall rank is, is asked of networks. */
  readonly network: string;
  /** One for each method. */
  readonly entrants: readonly Entrant[];
  /** Whether the ranking tells the first from the second, and puts it above. */
  readonly isBetter: (first: string, second: string) => boolean;
}

export const OVERALL_BY = ['borda', 'mean', 'win-rate'] as const;
export type OverallBy = (typeof OVERALL_BY)[number];

export interface OverallOptions {
  readonly by: OverallBy;
  /** Of the metric; null: the rankings have different ones, so that there is no mean. */
  readonly direction: Direction | null;
}

export interface OverallRow {
  readonly method: string;
  readonly isControl: boolean;
  /** 1 + methods with a better number; null: no candidate, or the number is missing. */
  readonly rank: number | null;
  readonly isTied: boolean;
  /** The best and the worst rank when any one network is left out; null: there is one network alone. */
  readonly range: { readonly from: number; readonly to: number } | null;
  /** Percent of the points that there are. */
  readonly borda: number | null;
  readonly mean: number | null;
  /** Percent. */
  readonly winRate: number | null;
  readonly wins: number;
  readonly level: number;
  readonly losses: number;
  /** Rankings that hold it, and the ids of the others. */
  readonly stands: number;
  readonly missing: readonly string[];
}

type Counted = Omit<OverallRow, 'rank' | 'isTied' | 'range'>;

const holds = ({ entrants }: Contest, method: string): boolean => entrants.some((one) => one.method === method);

const LEAST_SHARE = 0.5;

/** Methods that stand in half of the rankings or more. */
export const candidatesOf = (contests: readonly Contest[]): ReadonlySet<string> => {
  const methods = new Set(contests.flatMap(({ entrants }) => entrants.map(({ method }) => method)));
  const stands = (method: string) => contests.filter((contest) => holds(contest, method)).length;
  return new Set([...methods].filter((method) => stands(method) >= LEAST_SHARE * contests.length));
};

interface Score {
  readonly wins: number;
  readonly level: number;
  readonly losses: number;
  /** Of Borda. */
  readonly points: number;
}

/** Against the other candidates of one ranking. */
const scoreIn = (contest: Contest, method: string, candidates: ReadonlySet<string>): Score => {
  const others = contest.entrants.filter((other) => other.method !== method && candidates.has(other.method));
  const wins = others.filter((other) => contest.isBetter(method, other.method)).length;
  const losses = others.filter((other) => contest.isBetter(other.method, method)).length;
  const level = others.length - wins - losses;
  const absent = [...candidates].filter((other) => other !== method && !holds(contest, other)).length;
  return { wins, level, losses, points: wins + level / 2 + absent };
};

const sumOf = (scores: readonly Score[], of: keyof Score): number => scores.reduce((sum, score) => sum + score[of], 0);

const share = (part: number, whole: number): number | null => (whole === 0 ? null : (100 * part) / whole);

const countOf = (
  contests: readonly Contest[],
  method: string,
  candidates: ReadonlySet<string>,
  direction: Direction | null,
): Counted => {
  const own = contests.filter((contest) => holds(contest, method));
  const entries = own.map(({ entrants }) => entrants.find((one) => one.method === method)!);
  const missing = contests.filter((contest) => !holds(contest, method)).map(({ id }) => id);
  const scores = own.map((contest) => scoreIn(contest, method, candidates));
  const [wins, level, losses] = (['wins', 'level', 'losses'] as const).map((of) => sumOf(scores, of)) as [
    number,
    number,
    number,
  ];
  const isCandidate = candidates.has(method);
  const most = (candidates.size - 1) * contests.length;
  return {
    ...{ method, isControl: entries.some(({ isControl }) => isControl), wins, level, losses },
    borda: isCandidate ? share(sumOf(scores, 'points'), most) : null,
    mean: direction !== null && missing.length === 0 ? mean(entries.map(({ value }) => value)) : null,
    winRate: isCandidate ? share(wins + level / 2, wins + level + losses) : null,
    ...{ stands: own.length, missing },
  };
};

const NUMBER = { borda: 'borda', mean: 'mean', 'win-rate': 'winRate' } as const;

const counted = (contests: readonly Contest[], direction: Direction | null): Counted[] => {
  const candidates = candidatesOf(contests);
  const methods = [...new Set(contests.flatMap(({ entrants }) => entrants.map(({ method }) => method)))];
  return methods.map((method) => countOf(contests, method, candidates, direction));
};

/** 1 + methods with a better number, by method; those without a number have none. */
const ranksOf = (rows: readonly Counted[], { by, direction }: OverallOptions): ReadonlyMap<string, number> => {
  const sign = by === 'mean' && direction === 'lower' ? -1 : 1;
  const numbers = rows.flatMap((row) => {
    const value = row[NUMBER[by]];
    return value === null ? [] : [[row.method, sign * value] as const];
  });
  return new Map(numbers.map(([method, value]) => [method, 1 + numbers.filter(([, other]) => other > value).length]));
};

const rangesOf = (
  contests: readonly Contest[],
  ranks: ReadonlyMap<string, number>,
  options: OverallOptions,
): ReadonlyMap<string, NonNullable<OverallRow['range']>> => {
  const networks = [...new Set(contests.map(({ network }) => network))];
  if (networks.length < 2) return new Map();
  const without = networks.map((network) => {
    const others = contests.filter((contest) => contest.network !== network);
    return ranksOf(counted(others, options.direction), options);
  });
  return new Map(
    [...ranks].map(([method, rank]) => {
      const all = [rank, ...without.flatMap((found) => found.get(method) ?? [])];
      return [method, { from: Math.min(...all), to: Math.max(...all) }];
    }),
  );
};

/** Best first; what has no rank comes last, the more complete before the less. */
export const overall = (contests: readonly Contest[], options: OverallOptions): OverallRow[] => {
  const rows = counted(contests, options.direction);
  const ranks = ranksOf(rows, options);
  const ranges = rangesOf(contests, ranks, options);
  const sharers = (rank: number) => [...ranks.values()].filter((other) => other === rank).length;
  const last = Number.POSITIVE_INFINITY;
  return rows
    .map((row): OverallRow => {
      const rank = ranks.get(row.method) ?? null;
      return { ...row, rank, isTied: rank !== null && sharers(rank) > 1, range: ranges.get(row.method) ?? null };
    })
    .sort((a, b) => (a.rank ?? last) - (b.rank ?? last) || b.stands - a.stands || a.method.localeCompare(b.method));
};
