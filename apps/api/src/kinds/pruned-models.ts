/** Uploaded networks: one file per target, each checked at the gate before anything is queued. */
import { createHash } from 'node:crypto';
import type { CreateSubmission } from '@topiary/contracts';
import type { NewSubmission } from '@topiary/db';
import { TopiaryError } from '@topiary/errors';
import { estimateSeconds, trackOf } from '@topiary/tracks/catalogue';
import type { ApiContext } from '../context.js';
import { checkOnBoard } from '../routes/checks.js';
import { CAPABILITY, openBoard, refuseFaults, storedFile, targetsOf } from './_plan.js';

type PrunedModels = Extract<CreateSubmission, { kind: 'pruned-models' }>;

const STAGES = [
  { id: 'prepare', title: 'Read and check the file' },
  { id: 'verify', title: 'Verify that it is smaller, and evaluate it as it came' },
  { id: 'finetune', title: 'Fine-tune' },
  { id: 'evaluate', title: 'Evaluate on the test split' },
  { id: 'measure', title: 'Measure latency' },
  { id: 'publish', title: 'Publish' },
];

const modelsOf = ({ models }: PrunedModels): Record<string, string> => {
  const byTarget = Object.fromEntries(models.map(({ target, file }) => [target, file]));
  const twice = models.find(({ target, file }) => byTarget[target] !== file);
  if (twice === undefined) return byTarget;
  throw new TopiaryError('TOPIARY_API_VALIDATION', {
    where: 'models',
    expected: 'one file per target',
    got: `two for ${twice.target}`,
  });
};

/** Whoever sent the same bytes before, by target: a row names the first, whoever submits them again. */
const othersFirst = async (
  { db }: ApiContext,
  models: Readonly<Record<string, string>>,
  createdBy: string,
): Promise<Record<string, { readonly person: string; readonly at: string }>> => {
  const firsts = await Promise.all(
    Object.entries(models).map(async ([target, file]) => [target, await db.uploads.firstToShow(file)] as const),
  );
  return Object.fromEntries(
    firsts.flatMap(([target, first]) => (first && first.person !== createdBy ? [[target, first]] : [])),
  );
};

export const planPrunedModels = async (
  context: ApiContext,
  body: PrunedModels,
  createdBy: string,
): Promise<NewSubmission> => {
  const board = await openBoard(context, body.board);
  const models = modelsOf(body);
  const targets = targetsOf(Object.keys(models), trackOf(board).targetAxis);
  for (const [i, { file }] of body.models.entries()) {
    const where = `models.${i}.file`;
    refuseFaults(
      where,
      await checkOnBoard(context, createdBy, board.id, await storedFile(context, createdBy, where, file)),
    );
  }
  const shownFirst = await othersFirst(context, models, createdBy);
  const { method, paper, licence, division } = body;
  const finetune = division === 'closed' ? board.finetune : { ...board.finetune, steps: 0 };
  const recipe = {
    criterion: null,
    regularizer: null,
    procedure: null,
    method,
    paper,
    licence,
    division,
    models,
    shownFirst,
    finetune,
  };
  // Without a training nothing depends on a seed.
  const seeds = finetune.steps > 0 ? [...new Set(body.seeds)] : [body.seeds[0] ?? 0];
  const identity = JSON.stringify([division, Object.entries(models).sort(), finetune]);
  return {
    kind: 'pruned-models',
    board: board.id,
    title: body.title || method,
    label: method,
    division,
    recipe,
    recipeHash: createHash('sha256').update(identity).digest('hex'),
    targets,
    seeds,
    stages: STAGES,
    capability: CAPABILITY,
    createdBy,
    estimatedSeconds: estimateSeconds(board, { finetune: { steps: finetune.steps } }, targets, seeds),
    files: Object.values(models),
  };
};
