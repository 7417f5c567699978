/** Collects the rankings of all boards that a query names, and leaves the counting to `stats`. */
import type { BoardDescription, Overall, OverallQuery, TrackDescription } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import { type Contest, knowledgeOf, type LeaderboardRow, overall as overallOf, toldApart } from '@topiary/stats';
import { allBoards, TRACKS, trackOf } from '@topiary/tracks/catalogue';
import type { ApiContext } from './context.js';
import { leftOutByRanking } from './finding-rankings.js';
import { boardStandings, type Standings } from './leaderboard.js';
import { outcome } from './leaderboard-query.js';

type Why = Overall['leftOut'][number]['why'];
type Name = Omit<Overall['leftOut'][number], 'why'>;

/** One ranking with what it says of its methods. */
interface Found {
  readonly name: Name;
  readonly contest: Contest;
  readonly why: Why | null;
}

const bad = (where: string, expected: string, got: string): TopiaryError =>
  new TopiaryError('TOPIARY_API_VALIDATION', { where, expected, got });

/** Of several rows of a method the best placed one, since rows come in rank order. */
const firstOfEach = (rows: readonly LeaderboardRow[]): readonly LeaderboardRow[] => {
  const firsts = new Map<string, LeaderboardRow>();
  for (const row of rows) if (!firsts.has(row.label)) firsts.set(row.label, row);
  return [...firsts.values()];
};

/** Of rows that papers print, numbers alone tell: equal ones are level. */
const byNumber = (
  entrants: Contest['entrants'],
  { direction }: TrackDescription['metrics'][number],
): Contest['isBetter'] => {
  const values = new Map(entrants.map(({ method, value }) => [method, direction === 'higher' ? value : -value]));
  return (first, second) => values.get(first)! > values.get(second)!;
};

/** Of rows that were measured, the tests of their ranking. */
const byTests = (
  rows: readonly LeaderboardRow[],
  { rankings }: Standings,
  { direction }: TrackDescription['metrics'][number],
): Contest['isBetter'] => {
  const ranking = rankings.get(rows[0]!.ranking);
  if (!ranking) return () => false;
  const evidence = new Map(
    rows.flatMap((row) => {
      const knowledge = knowledgeOf(row);
      return knowledge ? [[row.label, knowledge.evidence]] : [];
    }),
  );
  const isBetter = toldApart(ranking, [...evidence.values()], direction);
  const idOf = (method: string) => evidence.get(method)?.id ?? '';
  return (first, second) => isBetter(idOf(first), idOf(second));
};

const contestOf = (board: BoardDescription, standings: Standings, rows: readonly LeaderboardRow[]): Contest => {
  const metric = trackOf(board).metrics[0]!;
  const members = firstOfEach(rows).flatMap((row) => {
    const value = outcome(row, metric.id);
    const isPlaced = row.control !== 'widths' && row.rank !== null && value !== undefined;
    return isPlaced ? [{ row, entrant: { method: row.label, value, isControl: row.control !== null } }] : [];
  });
  const entrants = members.map(({ entrant }) => entrant);
  const isPrinted = rows[0]!.provenance === 'reported';
  const told = members.map(({ row }) => row);
  const isBetter = isPrinted
    ? byNumber(entrants, metric)
    : told.length > 0
      ? byTests(told, standings, metric)
      : () => false;
  return { id: `${board.id} ${rows[0]!.ranking}`, network: board.id, entrants, isBetter };
};

/** Fields of the track that set the ranking of a row apart: its text says so. */
const apartOf = (board: BoardDescription, { ranking }: LeaderboardRow): readonly string[] => {
  const parts = ranking.split(' | ');
  return trackOf(board).apart.flatMap(({ field, present }) => (parts.includes(present) ? [field] : []));
};

const isWanted = (board: BoardDescription, row: LeaderboardRow, { from, apart }: OverallQuery): boolean => {
  if ((row.provenance === 'reported') !== (from === 'papers') || row.division !== 'closed') return false;
  const fields = apartOf(board, row);
  return apart === undefined ? fields.length === 0 : fields.includes(apart);
};

const rankingsOn = (board: BoardDescription, standings: Standings, query: OverallQuery): readonly Found[] => {
  const rows = standings.rows.filter((row) => isWanted(board, row, query));
  const known = leftOutByRanking(board, standings);
  return [...new Set(rows.map(({ ranking }) => ranking))].map((ranking): Found => {
    const members = rows.filter((row) => row.ranking === ranking);
    const { label: target } = members[0]!.target;
    const contest = contestOf(board, standings, members);
    const verdict = query.from === 'here' ? standings.rankings.get(ranking)?.random.verdict : undefined;
    const said = known.get(ranking) ?? null;
    const unknown = query.from === 'papers' ? null : verdict === undefined || verdict === 'fit' ? said : verdict;
    return {
      name: { board: board.id, title: board.title, target, ranking },
      contest,
      why: unknown ?? (contest.entrants.length < 2 ? 'one method' : null),
    };
  });
};

/** Of several rankings of one board at one target the one with most methods: rows of another split, or cut in another way. */
const largestOfEach = (found: readonly Found[], query: OverallQuery): readonly Found[] => {
  if (query.from === 'papers') return found;
  const best = new Map<string, Found>();
  for (const one of found) {
    const key = `${one.name.board} ${one.name.target}`;
    const other = best.get(key);
    if (one.why === null && (!other || one.contest.entrants.length > other.contest.entrants.length)) best.set(key, one);
  }
  return found.map((one) =>
    one.why !== null || best.get(`${one.name.board} ${one.name.target}`) === one
      ? one
      : { ...one, why: 'a larger one counts' },
  );
};

const counts = ({ name, contest }: Found): Overall['rankings'][number] => {
  const methods = contest.entrants.map(({ method }) => method);
  const pairs = methods.flatMap((a, i) => methods.slice(i + 1).map((b) => [a, b] as const));
  const told = pairs.filter(([a, b]) => contest.isBetter(a, b) || contest.isBetter(b, a)).length;
  return { ...name, methods: methods.length, pairs: pairs.length, told };
};

const checked = (query: OverallQuery): TrackDescription | null => {
  const { track, by } = query;
  const found = TRACKS.find(({ id }) => id === track) ?? null;
  if (track !== undefined && !found) throw bad('track', `one of ${TRACKS.map(({ id }) => id).join(', ')}`, track);
  if (by === 'mean' && !found)
    throw bad('by', 'a track, since a mean is of one metric: borda and win-rate count over all', 'mean of all tracks');
  const fields = [...new Set((found ? [found] : TRACKS).flatMap(({ apart }) => apart.map(({ field }) => field)))];
  if (query.apart !== undefined && !fields.includes(query.apart))
    throw bad(
      'apart',
      fields.length > 0 ? `one of ${fields.join(', ')}` : 'nothing: the track sets no rows apart',
      query.apart,
    );
  return found;
};

export const overall = async (context: ApiContext, query: OverallQuery): Promise<Overall> => {
  const track = checked(query);
  const found: Found[] = [];
  for (const board of await allBoards(context.db.boards))
    if (!board.frozen && (!track || board.track === track.id))
      found.push(...rankingsOn(board, await boardStandings(context, board), query));
  const targets = [...new Set(found.map(({ name }) => name.target))].sort((a, b) =>
    a.localeCompare(b, 'en', { numeric: true }),
  );
  if (query.target !== undefined && !targets.includes(query.target))
    throw bad(
      'target',
      targets.length > 0 ? `one of ${targets.join(', ')}` : 'nothing: there are no rankings',
      query.target,
    );
  const wanted = largestOfEach(
    found.filter(({ name }) => query.target === undefined || name.target === query.target),
    query,
  );
  const told = wanted.filter(({ why }) => why === null);
  const metric = track?.metrics[0] ?? null;
  const rows = overallOf(
    told.map(({ contest }) => contest),
    { by: query.by, direction: metric?.direction ?? null },
  );
  return {
    ...{ by: query.by, from: query.from, track: track?.id ?? null },
    metric: metric && { id: metric.id, title: metric.title, unit: metric.unit, digits: metric.digits },
    targets,
    rankings: told.map(counts),
    leftOut: wanted.flatMap(({ name, why }) => (why === null ? [] : [{ ...name, why }])),
    rows: rows.map((row) => ({ ...row, missing: [...row.missing] })),
  };
};
