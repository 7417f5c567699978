/** Published rankings beside ours: collects both from all leaderboards and leaves the comparing to `stats`. */
import { type BoardDescription, type Findings, Recipe } from '@topiary/contracts';
import { RECIPES } from '@topiary/methods/catalogue';
import {
  type BoardRanking,
  kendall,
  type LeaderboardRow,
  meanOverBoards,
  type NetworkScore,
  networkOrderings,
  type Standing,
  standings,
} from '@topiary/stats';
import { BOARDS, recipeLabel, trackOf } from '@topiary/tracks/catalogue';
import type { ApiContext } from './context.js';
import { recordedFindings, scopeFindings } from './experiments.js';
import { countedOf, knownByRanking, scoresOn } from './finding-rankings.js';
import { boardStandings } from './leaderboard.js';
import { readAhead } from './slices.js';

/** The rows of published tables by the label that their recipe gives a row here. */
const LABELS: ReadonlySet<string> = new Set(
  RECIPES.filter(({ published }) => published !== null).map(({ recipe }) => recipeLabel(Recipe.parse(recipe))),
);

/** `magnitude-l2 + group-norm`; null for rows that are no row of the published tables, which all have scope `global`. */
const methodOf = ({ provenance, recipe, label }: LeaderboardRow): string | null => {
  const { criterion, regularizer, scope } = recipe;
  if (typeof criterion !== 'string' || scope !== 'global') return null;
  if (provenance !== 'reported' && !LABELS.has(label)) return null;
  return typeof regularizer === 'string' ? `${criterion} + ${regularizer}` : criterion;
};

type Ref = Findings['ours'][number];
type Gain = Findings['methods'][number]['gains'][number];
interface Found {
  readonly ref: Ref;
  readonly gains: ReadonlyMap<string, Gain>;
  readonly ranking: BoardRanking;
}

/** One ranking of a leaderboard; of several rows of a method the best placed one, since rows come in rank order. */
const foundIn = (board: BoardDescription, rows: readonly LeaderboardRow[]): Found => {
  const metric = trackOf(board).metrics[0]!;
  const sign = metric.direction === 'higher' ? 1 : -1;
  const target = rows[0]!.target.label;
  const placed = rows.flatMap((row) => {
    const method = methodOf(row);
    const value = row.metrics.find(({ id, phase }) => id === metric.id && phase === 'finetuned')?.value;
    return method === null || value === undefined ? [] : [{ method, score: sign * value, tier: row.tier, row }];
  });
  const first = placed.filter(({ method }, i) => placed.findIndex((other) => other.method === method) === i);
  const gains = first.flatMap(({ method, row: { aboveRandom } }): [string, Gain][] => {
    if (aboveRandom === null) return [];
    const { value, low, high } = aboveRandom;
    return [[method, { board: board.id, target, value, low, high }]];
  });
  return {
    ref: { board: board.id, title: board.title, target, rows: first.length },
    gains: new Map(gains),
    ranking: {
      id: rows[0]!.ranking,
      board: board.id,
      target,
      rows: first.map(({ method, score, tier }) => ({ method, score, tier })),
    },
  };
};

/** Half a point at 80 %, on the scale of the logarithm of the odds: methods that differ by less are level. */
const MARGIN = 0.5 / 16;

interface Collected {
  readonly published: readonly Found[];
  readonly ours: readonly Found[];
  readonly known: Findings['known'];
  readonly scores: readonly NetworkScore[];
}

/** Rankings of two methods or more, by where their numbers come from; here those that tell enough to be counted. */
const collect = async (context: ApiContext): Promise<Collected> => {
  const published: Found[] = [];
  const ours: Found[] = [];
  const known: Findings['known'] = [];
  const scores: NetworkScore[] = [];
  for (const board of BOARDS) {
    const found = await boardStandings(context, board);
    const rows = found.rows.filter(({ control }) => control !== 'widths');
    await readAhead(rows, ({ place }) => place);
    const own = knownByRanking(board, found);
    const counted = countedOf(own);
    known.push(...own.values());
    scores.push(...scoresOn(board, found, { methodOf, counted }));
    for (const ranking of new Set(rows.map((row) => row.ranking))) {
      const members = rows.filter((row) => row.ranking === ranking);
      if (members[0]!.provenance === 'reported') published.push(foundIn(board, members));
      else if (counted.has(ranking)) ours.push(foundIn(board, members));
    }
  }
  const isRanking = ({ ref }: Found) => ref.rows > 1;
  return { published: published.filter(isRanking), ours: ours.filter(isRanking), known, scores };
};

const meanRank = (standing: Standing | undefined): Findings['methods'][number]['ours'] =>
  standing
    ? {
        rank: standing.rank,
        n: standing.places.length,
        boards: standing.boards,
        places: standing.places.map((place) => ({ ...place })),
      }
    : null;

const networksOf = (found: readonly Found[]): number => new Set(found.map(({ ref }) => ref.board)).size;

/** Of one method, ranking by ranking, and what they come to over networks. */
const gainsOf = (ours: readonly Found[], id: string): Pick<Findings['methods'][number], 'gains' | 'gain'> => {
  const gains = ours.flatMap((found) => found.gains.get(id) ?? []);
  if (gains.length === 0) return { gains, gain: null };
  const networks = new Set(gains.map(({ board }) => board)).size;
  return { gains, gain: { value: meanOverBoards(gains, ({ value }) => value), networks } };
};

export const findings = async (context: ApiContext): Promise<Findings> => {
  const { published, ours, known, scores } = await collect(context);
  const rankings = (found: readonly Found[]) => found.map(({ ranking }) => ranking);
  const [there, here] = [standings(rankings(published)), standings(rankings(ours))];
  const ids = [...new Set([...here, ...there].map(({ method }) => method))];
  const methods = ids.map((id) => ({
    id,
    sparsified: id.includes(' + '),
    published: meanRank(there.find(({ method }) => method === id)),
    ours: meanRank(here.find(({ method }) => method === id)),
    ...gainsOf(ours, id),
  }));
  const both = methods.flatMap((one) =>
    !one.sparsified && one.published && one.ours ? [[one.published.rank, one.ours.rank] as const] : [],
  );
  return {
    published: published.map(({ ref }) => ref),
    ours: ours.map(({ ref }) => ref),
    methods,
    kendall: kendall(
      both.map(([rank]) => rank),
      both.map(([, rank]) => rank),
    ),
    networks: { published: networksOf(published), ours: networksOf(ours) },
    known,
    orderings: networkOrderings(rankings(published), scores, { margin: MARGIN }),
    scopes: await scopeFindings(context.projectDir),
    recorded: await recordedFindings(context.projectDir),
  };
};
