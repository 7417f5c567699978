/** Checks a submission before anything is queued, and fills in what the rows need: each kind by its own file. */
import type { CreateSubmission, SubmissionKind } from '@topiary/contracts';
import type { NewSubmission } from '@topiary/db';
import { checkOffered } from './board-settings.js';
import type { ApiContext } from './context.js';
import { planCriterion } from './kinds/criterion.js';
import { planUploaded } from './kinds/import.js';
import { planPrunedModels } from './kinds/pruned-models.js';
import { planRecipe } from './kinds/recipe.js';

type Planner<K extends SubmissionKind> = (
  context: ApiContext,
  body: Extract<CreateSubmission, { kind: K }>,
  createdBy: string,
) => Promise<NewSubmission>;

const PLANNERS: { readonly [K in SubmissionKind]: Planner<K> } = {
  recipe: planRecipe,
  'pruned-models': planPrunedModels,
  criterion: planCriterion,
  import: planUploaded,
};

export const planSubmission = async (
  context: ApiContext,
  body: CreateSubmission,
  createdBy: string,
): Promise<NewSubmission> => {
  const planned = await (PLANNERS[body.kind] as Planner<SubmissionKind>)(context, body, createdBy);
  if (body.kind !== 'import') await checkOffered(context, planned.board, planned.targets);
  const isPrivate = body.kind !== 'import' && body.private;
  return { ...planned, isPrivate, capability: { ...planned.capability, device: body.device } };
};
