/**
 * The rows of a board: runs from the database, results that come with the project and numbers that papers print,
 * aggregated by `stats` and remembered until something new is measured.
 */
import type { Board, BoardDescription, RecipeInput } from '@topiary/contracts';
import type { BaseModel, BoardActivity } from '@topiary/db';
import { RECIPES } from '@topiary/methods/catalogue';
import {
  type LeaderboardOptions,
  type LeaderboardRow,
  leaderboardSteps,
  PER_STEP,
  type RankedBoard,
  RowMemory,
  type RunRecord,
  type SplitRank,
  type Steps,
  splitRankSteps,
} from '@topiary/stats';
import { addressOf, fillRecipe, protocolOf, recipeHash, trackOf } from '@topiary/tracks/catalogue';
import { datasetNamed } from '@topiary/zoo/catalogue';
import type { BoardContext } from './context.js';
import { type Overview, overviewSteps } from './overview.js';
import { recordsOf } from './run-records.js';
import { inSlices } from './slices.js';

/** What all runs of a board come to. */
export interface Standings extends RankedBoard {
  readonly overview: Overview;
  /** What the newest run on this server measured of the base model, and on which test split. */
  readonly base: { readonly splitHash: string; readonly metrics: BaseModel['metrics'] } | null;
  /** Where runs of this server were on another split than those that come with the project: ranks on both, by row. */
  readonly splits: ReadonlyMap<string, SplitRank>;
  /** `hidden`: this server draws its test split from a secret; null: nothing was measured here, or nothing tells. */
  readonly testSplit: Board['testSplit'];
  /** The network that the runs of a frozen board began with, which may be another one by now. */
  readonly origin: Pick<BaseModel, 'metrics' | 'params' | 'macs'> | null;
}
/** Of one board at one address: what was worked out last, and what is being worked out now. */
interface Shelf {
  readonly rows: RowMemory;
  standings: { readonly version: string; readonly made: Promise<Standings> } | null;
}
const memory = new WeakMap<object, Map<string, Shelf>>();

const isLocal = ({ provenance }: RunRecord): boolean => provenance === 'measured';

/** Runs that tell of the board: of its base network, of the split that comes with the project, of a frozen board's origin. */
interface Landmarks {
  readonly newestLocal: RunRecord | undefined;
  readonly firstShipped: RunRecord | undefined;
  /** That somebody ran: no number of a paper. */
  readonly firstMade: RunRecord | undefined;
}

function* landmarkSteps(runs: readonly RunRecord[]): Steps<Landmarks> {
  let newestLocal: RunRecord | undefined;
  let firstShipped: RunRecord | undefined;
  let firstMade: RunRecord | undefined;
  for (const [i, run] of runs.entries()) {
    if (i % PER_STEP === 0) yield;
    if (isLocal(run)) newestLocal = run;
    if (run.provenance === 'shipped') firstShipped ??= run;
    if (run.provenance !== 'reported') firstMade ??= run;
  }
  return { newestLocal, firstShipped, firstMade };
}

const baseOf = (newest: RunRecord | undefined): Standings['base'] =>
  newest
    ? {
        splitHash: newest.splitHash,
        metrics: newest.metrics.flatMap(({ id, phase, value, n }) =>
          phase === 'base' && n !== null ? [{ id, value, n }] : [],
        ),
      }
    : null;

const originOf = (board: BoardDescription, { firstMade }: Landmarks): Standings['origin'] => {
  const run = board.frozen ? firstMade : undefined;
  if (!run || run.params.base === null) return null;
  const { pure, published } = run.macs;
  const macs = { pure: pure.base ?? 0, published: published.base ?? 0 };
  return { metrics: baseOf(run)!.metrics, params: run.params.base, macs };
};

/** The project's own recipes, as the board fills them in. */
const suiteOf = (board: BoardDescription): ReadonlySet<string> =>
  new Set(RECIPES.map(({ recipe }) => recipeHash(fillRecipe(board, recipe as RecipeInput))));

/** How the rows of a board are ranked: by its track, and by the version of its protocol. */
export const rulesOf = (board: BoardDescription): LeaderboardOptions => {
  const { metrics, phases, controls, apart } = trackOf(board);
  const isDrawn = protocolOf(board).seeds === 'drawn';
  return {
    ...{ metrics, phases: phases.map(({ id }) => id), control: controls[0] ?? null, controls, apart },
    drawn: isDrawn ? { prune: board.prune, suite: suiteOf(board) } : null,
  };
};

const NONE: Standings['splits'] = new Map();

/** The split of the runs that come with the project is one that everybody can draw. */
const testSplitOf = (base: Standings['base'], reference: string | undefined): Standings['testSplit'] =>
  base === null || reference === undefined ? null : base.splitHash === reference ? 'open' : 'hidden';

/** What has not changed is not worked out again, and requests are answered between the steps. */
const compute = async (
  context: BoardContext,
  board: BoardDescription,
  rowMemory: RowMemory,
  asOf: Date | null = null,
): Promise<Standings> => {
  const runs = await recordsOf(context, board, asOf);
  const ranked = await inSlices(leaderboardSteps(runs, rulesOf(board), rowMemory));
  const landmarks = await inSlices(landmarkSteps(runs));
  const base = baseOf(landmarks.newestLocal);
  const { isDrawn = false } = datasetNamed(board.dataset);
  const reference = isDrawn ? landmarks.firstShipped?.splitHash : undefined;
  const [metric] = trackOf(board).metrics;
  const splits = reference === undefined ? NONE : await inSlices(splitRankSteps(ranked.rows, reference, metric!));
  const overview = await inSlices(overviewSteps(ranked.rows));
  const testSplit = testSplitOf(base, reference);
  return { ...ranked, overview, base, splits, testSplit, origin: originOf(board, landmarks) };
};

const shelfOf = ({ db }: Pick<BoardContext, 'db'>, address: string): Shelf => {
  const shelves = memory.get(db) ?? new Map<string, Shelf>();
  memory.set(db, shelves);
  const shelf = shelves.get(address) ?? { rows: new RowMemory(), standings: null };
  shelves.set(address, shelf);
  return shelf;
};

/** `activity` of the board, where it is known already; absent where nothing was run. */
export const standingsOf = async (
  context: BoardContext,
  board: BoardDescription,
  activity: BoardActivity | undefined,
): Promise<Standings> => {
  const version = activity?.version ?? 'nothing was run';
  const shelf = shelfOf(context, addressOf(board));
  if (shelf.standings?.version === version) return shelf.standings.made;
  const made = compute(context, board, shelf.rows);
  const standings = { version, made };
  shelf.standings = standings;
  made.catch(() => {
    if (shelf.standings === standings) shelf.standings = null;
  });
  return made;
};

/** A board as it stood at a moment that is past, ranked by the rules of today. */
export const pastStandings = (context: BoardContext, board: BoardDescription, asOf: Date): Promise<Standings> =>
  compute(context, board, new RowMemory(), asOf);

export const boardStandings = async (context: BoardContext, board: BoardDescription): Promise<Standings> => {
  const [activity] = await context.db.boards.activity(board.id);
  return standingsOf(context, board, activity);
};

/** All rows of a board in the order of their ranks. */
export const boardRows = async (context: BoardContext, board: BoardDescription): Promise<readonly LeaderboardRow[]> =>
  (await boardStandings(context, board)).rows;
