/** Built-in methods by a recipe. */
import type { CreateSubmission } from '@topiary/contracts';
import type { NewSubmission } from '@topiary/db';
import {
  checkRecipe,
  checkServed,
  divisionOf,
  fillRecipe,
  recipeHash,
  recipeLabel,
  trackOf,
} from '@topiary/tracks/catalogue';
import { lacksOfModel } from '@topiary/zoo/catalogue';
import type { ApiContext } from '../context.js';
import { CAPABILITY, openBoard, targetsOf } from './_plan.js';

type RecipeSubmission = Extract<CreateSubmission, { kind: 'recipe' }>;

export const planRecipe = async (
  context: ApiContext,
  body: RecipeSubmission,
  createdBy: string,
): Promise<NewSubmission> => {
  const board = await openBoard(context, body.board);
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
