/** An uploaded criterion: a scoring graph, checked at the gate, and an ordinary recipe around it. */
import { createHash } from 'node:crypto';
import type { CreateSubmission } from '@topiary/contracts';
import type { NewSubmission } from '@topiary/db';
import { checkRecipe, divisionOf, estimateSeconds, fillRecipe, recipeHash, trackOf } from '@topiary/tracks/catalogue';
import type { ApiContext } from '../context.js';
import { CAPABILITY, openBoard, refuseFaults, storedFile, targetsOf } from './_plan.js';

type CriterionSubmission = Extract<CreateSubmission, { kind: 'criterion' }>;

/** Has the parameters that every criterion shares; its name gives way to the uploaded one's. */
const STAND_IN = 'magnitude-l2';

export const planCriterion = async (
  context: ApiContext,
  body: CriterionSubmission,
  createdBy: string,
): Promise<NewSubmission> => {
  const board = await openBoard(context, body.board);
  const targets = targetsOf(body.targets, trackOf(board).targetAxis);
  const asked = { ...body.recipe, criterion: STAND_IN, procedure: null };
  checkRecipe(asked, targets);
  const path = await storedFile(context, createdBy, 'file', body.file);
  refuseFaults('file', await context.checker.checkCriterion({ person: createdBy, path }));
  const filled = fillRecipe(board, asked);
  const { method, paper, licence, file } = body;
  const label = `${method} · ${filled.scope}`;
  return {
    kind: 'criterion',
    board: board.id,
    title: body.title || label,
    label,
    division: divisionOf(board, asked),
    recipe: { ...filled, criterion: `uploaded:${file.slice(0, 12)}`, method, paper, licence, file },
    recipeHash: createHash('sha256')
      .update(`${file} ${recipeHash(filled)}`)
      .digest('hex'),
    targets,
    seeds: [...new Set(body.seeds)],
    stages: trackOf(board).stages,
    capability: CAPABILITY,
    createdBy,
    estimatedSeconds: estimateSeconds(board, asked, targets, body.seeds),
    files: [file],
  };
};
