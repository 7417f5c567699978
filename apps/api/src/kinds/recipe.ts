/** Built-in methods by a recipe. */
import type { CreateSubmission } from '@topiary/contracts';
import type { NewSubmission } from '@topiary/db';
import {
  checkRecipe,
  checkServed,
  checkTargets,
  estimateSeconds,
  fillSteps,
  stagesOf,
  stepsDivision,
  stepsHash,
  stepsLabel,
  storedRecipe,
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
  const targets = targetsOf(body.targets, trackOf(board).targetAxis);
  const asked = [body.recipe, ...body.next];
  for (const recipe of asked) checkRecipe(recipe, targets);
  const steps = fillSteps(board, asked);
  checkTargets(board, steps, targets);
  for (const step of steps) checkServed(step, board, board.lacks ?? lacksOfModel(board.model));
  const label = stepsLabel(steps);
  const seeds = [...new Set(body.seeds)];
  return {
    kind: 'recipe',
    board: board.id,
    title: body.title || label,
    label,
    division: stepsDivision(board, steps),
    recipe: { ...storedRecipe(steps) },
    recipeHash: stepsHash(steps),
    targets,
    seeds,
    stages: stagesOf(board, steps),
    capability: CAPABILITY,
    createdBy,
    estimatedSeconds: asked.reduce((sum, recipe) => sum + estimateSeconds(board, recipe, targets, seeds), 0),
  };
};
