/** Prune and fine-tune: sparsify where a regularizer is named, score and cut, train what is left. */
import type { Target, Width } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import type { Pipeline } from '@topiary/pipeline';
import type { Cut } from '@topiary/pruning';
import type { Procedure, ProcedureContext, ProcedureRequest } from '../_procedure.js';
import { refusesTarget } from '../_target.js';
import { trainPipeline } from '../_training.js';
import { PRUNE_FINETUNE } from './about.js';
import { prune } from './prune.js';
import { sparsify } from './sparsify.js';

const JSON_TYPE = 'application/json';

/** Kept indices per layer, replayable in another framework. */
const keptFact = ({ kept }: Cut) => ({
  view: 'kept',
  title: 'Kept channels',
  mediaType: JSON_TYPE,
  bytes: new TextEncoder().encode(JSON.stringify(kept.map((entry) => ({ ...entry, kept: Array.from(entry.kept) })))),
});

/** The base, or what a regularizer makes of it. */
const sparsified = async (
  context: ProcedureContext,
  { recipe }: ProcedureRequest,
): Promise<{ readonly pipeline: Pipeline; readonly epochSeconds: number | null }> => {
  if (recipe.regularizer === null || recipe.sparsify.steps === 0) {
    context.skip('sparsify');
    return { pipeline: context.pipeline, epochSeconds: null };
  }
  return context.stage('sparsify', (progress) => sparsify(context, context.pipeline, recipe, progress));
};

const finetuned = async (
  context: ProcedureContext,
  { recipe }: ProcedureRequest,
  pruned: Pipeline,
): Promise<Pipeline> => {
  if (recipe.finetune.steps === 0) {
    context.skip('finetune');
    return pruned;
  }
  const teachers = { base: context.base };
  return context.stage('finetune', (progress) =>
    trainPipeline(context, pruned, recipe.finetune, { stage: 'finetune', progress, teachers }),
  );
};

const targetOf = ({ target }: ProcedureRequest): Target => {
  if (target !== null) return target;
  throw new TopiaryError('TOPIARY_API_VALIDATION', { where: 'run', expected: 'a target', got: 'none' });
};

export const PruneFinetune: Procedure = {
  ...PRUNE_FINETUNE,
  refuses: (_, { target }) => refusesTarget(target, 'nothing else says how much is to leave'),
  run: async (context, request) => {
    const { recipe, counter } = request;
    const target = targetOf(request);
    const sparse = await sparsified(context, request);
    const { pipeline, cut, plan, stepSeconds } = await context.stage('prune', async (progress) => {
      const pruned = await prune(context, { pipeline: sparse.pipeline, recipe, target, counter }, progress);
      await context.milestone('pruned', pruned.pipeline);
      return pruned;
    });
    return {
      pipeline: await finetuned(context, request, pipeline),
      facts: [keptFact(cut)],
      flags: plan.flags,
      widths: cut.widths.map((width): Width => ({ ...width })),
      stepSeconds,
      epochSeconds: sparse.epochSeconds,
    };
  },
};
