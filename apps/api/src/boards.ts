/** A board as people see it: what its track declares, whether it is open here, its base, who leads. */
import type { Board, BoardDescription } from '@topiary/contracts';
import type { BaseModel, BoardActivity } from '@topiary/db';
import { allBoards, resolveBoard, trackOf } from '@topiary/tracks/catalogue';
import { datasetState } from '@topiary/zoo/catalogue';
import type { ApiContext } from './context.js';
import { boardRows } from './leaderboard.js';

const whyClosed = (
  board: BoardDescription,
  data: { present: boolean; reason: string | null },
  base: BaseModel | null,
): string | null => {
  if (!data.present) return data.reason;
  if (base) return null;
  return `The base model has not been imported: npm run import -- <file.onnx> --board ${board.id} --mean … --std …`;
};

/** The leader at each target: by the track's first metric, local rows before any other provenance. */
const leaders = async (
  context: ApiContext,
  board: BoardDescription,
  activity: BoardActivity | undefined,
): Promise<Board['best']> => {
  if (!activity || activity.results === 0) return [];
  const metric = trackOf(board).metrics[0]!.id;
  const best = await Promise.all(
    board.targets.map(async ({ label: target }) => {
      const [first] = (await boardRows(context, board, target)).filter((row) => row.rank === 1);
      const value = first?.metrics.find((m) => m.id === metric && m.phase === 'finetuned')?.value;
      return first && value !== undefined ? [{ target, value, label: first.label }] : [];
    }),
  );
  return best.flat();
};

const view = async (
  context: ApiContext,
  board: BoardDescription,
  base: BaseModel | null,
  activity?: BoardActivity,
): Promise<Board> => {
  const data = await datasetState(board.dataset, context.dataDir);
  const reason = whyClosed(board, data, base);
  return {
    ...board,
    state: reason === null ? 'open' : 'reported-only',
    reason,
    base: base && { metrics: [...base.metrics], params: base.params, macs: { ...base.macs } },
    methods: activity?.methods ?? 0,
    best: await leaders(context, board, activity),
    lastActivity: activity?.lastActivity ?? null,
  };
};

export const boardView = async (context: ApiContext, id: string): Promise<Board> => {
  const board = await resolveBoard(context.db.boards, id);
  const [base, [activity]] = await Promise.all([
    context.db.baseModels.active(board.id),
    context.db.boards.activity(board.id),
  ]);
  return view(context, board, base, activity);
};

export const boardViews = async (context: ApiContext): Promise<Board[]> => {
  const [boards, bases, activities] = await Promise.all([
    allBoards(context.db.boards),
    context.db.baseModels.allActive(),
    context.db.boards.activity(),
  ]);
  const baseOf = new Map(bases.map((base) => [base.board, base]));
  const activityOf = new Map(activities.map((activity) => [activity.board, activity]));
  return Promise.all(
    boards.map((board) => view(context, board, baseOf.get(board.id) ?? null, activityOf.get(board.id))),
  );
};
