/** A board as people see it: what its track declares, whether it is open here, its base, who leads. */
import type { Board, BoardDescription } from '@topiary/contracts';
import type { BaseModel, BoardActivity } from '@topiary/db';
import { allBoards, cannotRun, resolveBoard, trackOf } from '@topiary/tracks/catalogue';
import { datasetNamed, datasetState } from '@topiary/zoo/catalogue';
import { boardSettings, settingsOf, withSettings } from './board-settings.js';
import type { BoardContext } from './context.js';
import { type Standings, standingsOf } from './leaderboard.js';
import { outcome } from './leaderboard-query.js';

/** Data sets of one size of picture are small enough to train on here; folders of any size come by the million. */
const cureFor = ({ model, dataset }: BoardDescription): string => {
  const weights = `npm run import -- --weights <file> --model ${model} --dataset ${dataset} --mean … --std …`;
  return datasetNamed(dataset).anySize
    ? `Import published weights: ${weights}`
    : `Train it (npm run train-base -- ${model} ${dataset}), or import published weights (${weights})`;
};

const whyClosed = async (board: BoardDescription, base: BaseModel | null, dataDir: string): Promise<string | null> => {
  if (board.frozen) return `Version ${board.version} of this board is frozen: new results join ${board.id}.`;
  const cannot = cannotRun(board);
  if (cannot !== null) return cannot;
  const data = await datasetState(board.dataset, dataDir);
  if (!data.present) return data.reason;
  if (base) return null;
  return `The base model is not here. ${cureFor(board)}`;
};

/** Why the board takes no submissions now; null = it does. */
export const closedBecause = async (context: BoardContext, board: BoardDescription): Promise<string | null> =>
  whyClosed(board, await context.db.baseModels.active(board.id), context.dataDir);

/** The leader at each target by the track's first metric: what was measured here or is shipped before what papers say. */
const leaders = (board: BoardDescription, { overview }: Standings): Board['best'] => {
  const metric = trackOf(board).metrics[0]!.id;
  return board.targets.flatMap(({ label: target }) => {
    const first = overview.leaders.get(target);
    const value = first && outcome(first, metric);
    return first && value !== undefined ? [{ target, value, label: first.label, provenance: first.provenance }] : [];
  });
};

/**
 * The base model's numbers on the test split that runs here are ranked by: with a secret split they are not those that
 * the network was shipped with.
 */
const baseMetrics = (base: BaseModel, measured: Standings['base']): BaseModel['metrics'] =>
  measured && measured.splitHash !== base.splitHash && measured.metrics.length > 0 ? measured.metrics : base.metrics;

/** Of a frozen board the network that its runs began with. */
const shownBase = (base: BaseModel | null, { base: measured, origin }: Standings): Board['base'] => {
  if (origin) return { metrics: [...origin.metrics], params: origin.params, macs: { ...origin.macs } };
  return base && { metrics: [...baseMetrics(base, measured)], params: base.params, macs: { ...base.macs } };
};

const view = async (
  context: BoardContext,
  board: BoardDescription,
  base: BaseModel | null,
  activity?: BoardActivity,
): Promise<Board> => {
  const reason = await whyClosed(board, base, context.dataDir);
  const standings = await standingsOf(context, board, activity);
  const { parts } = datasetNamed(board.dataset);
  return {
    ...board,
    state: reason === null ? 'open' : 'reported-only',
    reason,
    base: shownBase(base, standings),
    methods: standings.overview.methods,
    best: leaders(board, standings),
    lastActivity: activity?.lastActivity ?? null,
    testSplit: standings.testSplit,
    ...(parts === undefined ? {} : { parts: [...parts] }),
  };
};

/** Boards that are in no list because organisers want it so. */
const isListed = ({ unlisted }: Board): boolean => !unlisted;

export const boardView = async (context: BoardContext, id: string): Promise<Board> => {
  const board = await resolveBoard(context.db.boards, id);
  const [base, [activity], settings] = await Promise.all([
    context.db.baseModels.active(board.id),
    context.db.boards.activity(board.id),
    settingsOf(context, board.id),
  ]);
  return withSettings(await view(context, board, base, activity), settings);
};

export const boardViews = async (context: BoardContext): Promise<Board[]> => {
  const [boards, bases, activities, settings] = await Promise.all([
    allBoards(context.db.boards),
    context.db.baseModels.allActive(),
    context.db.boards.activity(),
    boardSettings(context),
  ]);
  const baseOf = new Map(bases.map((base) => [base.board, base]));
  const activityOf = new Map(activities.map((activity) => [activity.board, activity]));
  const views = boards.map(async (board) =>
    withSettings(
      await view(context, board, baseOf.get(board.id) ?? null, activityOf.get(board.id)),
      settings.get(board.id),
    ),
  );
  return (await Promise.all(views)).filter(isListed);
};
