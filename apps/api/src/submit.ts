/** Checks a submission before anything is queued, and fills in what the rows need. */
import type { CreateSubmission, Target } from '@topiary/contracts';
import { parseTarget } from '@topiary/contracts';
import type { NewSubmission } from '@topiary/db';
import { TopiaryError } from '@topiary/errors';
import {
  checkRecipe,
  checkServed,
  divisionOf,
  fillRecipe,
  recipeHash,
  recipeLabel,
  resolveBoard,
  trackOf,
} from '@topiary/tracks/catalogue';
import { lacksOfModel } from '@topiary/zoo/catalogue';
import { closedBecause } from './boards.js';
import type { ApiContext } from './context.js';
import { CAPABILITY, planImport } from './import.js';

type RecipeSubmission = Extract<CreateSubmission, { kind: 'recipe' }>;

type ImportSubmission = Extract<CreateSubmission, { kind: 'import' }>;

const targetsOf = (labels: readonly string[]): Target[] =>
  [...new Set(labels)].map((label, i) => {
    try {
      return parseTarget(label);
    } catch {
      throw new TopiaryError('TOPIARY_PRUNING_IMPOSSIBLE_TARGET', {
        where: `targets.${i}`,
        expected: 'a speed-up above 1x and at most 10x',
        got: label,
      });
    }
  });

const planRecipe = async (context: ApiContext, body: RecipeSubmission, createdBy: string): Promise<NewSubmission> => {
  const board = await resolveBoard(context.db.boards, body.board);
  const closed = await closedBecause(context, board);
  if (closed !== null) {
    throw new TopiaryError('TOPIARY_TRACKS_BOARD_CLOSED', {
      where: board.id,
      expected: 'an open board',
      got: closed,
    });
  }
  const targets = targetsOf(body.targets);
  checkRecipe(body.recipe, targets);
  const recipe = fillRecipe(board, body.recipe);
  checkServed(recipe, { model: board.model, lacks: board.lacks ?? lacksOfModel(board.model) });
  const label = recipeLabel(recipe);
  return {
    kind: 'recipe',
    board: board.id,
    title: body.title || label,
    label,
    division: divisionOf(board, recipe),
    recipe: { ...recipe },
    recipeHash: recipeHash(recipe),
    targets,
    seeds: [...new Set(body.seeds)],
    stages: trackOf(board).stages,
    capability: CAPABILITY,
    createdBy,
  };
};

const planUploaded = async (context: ApiContext, body: ImportSubmission, createdBy: string): Promise<NewSubmission> => {
  if ((await context.storage.stat(body.model)) === null) {
    throw new TopiaryError('TOPIARY_STORAGE_NOT_FOUND', {
      where: 'model',
      expected: 'the sha256 of an uploaded file (POST /api/v1/artefacts)',
      got: body.model,
    });
  }
  const withModel = await planImport(context, body, createdBy);
  return withModel(body.model);
};

export const planSubmission = (
  context: ApiContext,
  body: CreateSubmission,
  createdBy: string,
): Promise<NewSubmission> =>
  body.kind === 'recipe' ? planRecipe(context, body, createdBy) : planUploaded(context, body, createdBy);
