/** Published rankings beside ours: collects both from all leaderboards and leaves the comparing to `stats`. */
import type { Findings } from '@topiary/contracts';
import { kendall, type LeaderboardRow, meanRanks, orderings, type Ranking } from '@topiary/stats';
import { BOARDS, trackOf } from '@topiary/tracks/catalogue';
import type { ApiContext } from './context.js';
import { boardRows } from './leaderboard.js';

/** `magnitude-l2 + group-norm`; null for rows that are not one of our methods with its defaults under scope `global`. */
const methodOf = ({ provenance, recipe, label }: LeaderboardRow): string | null => {
  const { criterion, regularizer } = recipe;
  if (typeof criterion !== 'string') return null;
  const id = typeof regularizer === 'string' ? `${criterion} + ${regularizer}` : criterion;
  return provenance === 'reported' || label === `${id} · global` ? id : null;
};

type Ref = Findings['ours'][number];
type Gain = Findings['methods'][number]['gains'][number];
interface Found {
  readonly ref: Ref;
  readonly gains: ReadonlyMap<string, Gain>;
  readonly ranking: Ranking;
}

const rankingOf = (ref: Omit<Ref, 'rows'>, rows: readonly LeaderboardRow[], metric: string, sign: 1 | -1): Found => {
  const placed = rows.flatMap((row) => {
    const method = methodOf(row);
    const value = row.metrics.find(({ id, phase }) => id === metric && phase === 'finetuned')?.value;
    return method === null || value === undefined ? [] : [{ method, score: sign * value, tier: row.tier }];
  });
  // one row per method: the best placed one, rows come in the order of their ranks
  const first = placed.filter(({ method }, i) => placed.findIndex((other) => other.method === method) === i);
  const gains = new Map(
    rows.flatMap((row): [string, Gain][] => {
      const method = methodOf(row);
      if (method === null || row.aboveRandom === null) return [];
      const { value, low, high } = row.aboveRandom;
      return [[method, { board: ref.board, target: ref.target, value, low, high }]];
    }),
  );
  return { ref: { ...ref, rows: first.length }, gains, ranking: { id: `${ref.board} ${ref.target}`, rows: first } };
};

/** Rankings of two rows or more, by where their numbers come from. */
const collect = async (context: ApiContext): Promise<Record<'published' | 'ours', Found[]>> => {
  const found: Record<'published' | 'ours', Found[]> = { published: [], ours: [] };
  for (const board of BOARDS) {
    const metric = trackOf(board).metrics[0]!;
    const sign = metric.direction === 'higher' ? 1 : -1;
    const all = await boardRows(context, board);
    for (const target of new Set(all.map((row) => row.target.label))) {
      const ref = { board: board.id, title: board.title, target };
      const rows = all.filter((row) => row.target.label === target);
      const isReported = ({ provenance }: LeaderboardRow) => provenance === 'reported';
      // tiers of papers rest on nothing: a table has one number per row
      const reported = rows.filter(isReported).map((row) => ({ ...row, tier: null }));
      found.published.push(rankingOf(ref, reported, metric.id, sign));
      const closed = rows.filter((row) => !isReported(row) && row.division === 'closed');
      found.ours.push(rankingOf(ref, closed, metric.id, sign));
    }
  }
  const isRanking = ({ ref }: Found) => ref.rows > 1;
  return { published: found.published.filter(isRanking), ours: found.ours.filter(isRanking) };
};

export const findings = async (context: ApiContext): Promise<Findings> => {
  const { published, ours } = await collect(context);
  const rankings = (found: readonly Found[]) => found.map(({ ranking }) => ranking);
  const [there, here] = [meanRanks(rankings(published)), meanRanks(rankings(ours))];
  const ids = [...new Set([...there.keys(), ...here.keys()])].sort();
  const methods = ids.map((id) => ({
    id,
    published: there.get(id) ?? null,
    ours: here.get(id) ?? null,
    gains: ours.flatMap(({ gains }) => gains.get(id) ?? []),
  }));
  const both = methods.flatMap((one) =>
    one.published && one.ours ? [[one.published.rank, one.ours.rank] as const] : [],
  );
  return {
    published: published.map(({ ref }) => ref),
    ours: ours.map(({ ref }) => ref),
    methods,
    kendall: kendall(
      both.map(([rank]) => rank),
      both.map(([, rank]) => rank),
    ),
    orderings: orderings(rankings(published), rankings(ours)),
  };
};
