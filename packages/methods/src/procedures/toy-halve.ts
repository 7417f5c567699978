/**
 * Toy: halves every width by magnitude and fine-tunes. An example of a procedure in the fewest lines, which pins the
 * interface; it is no competitor, reaches no target and is not in the public catalogue.
 *
 *   each layer keeps the ⌊K / 2⌋ channels with the largest mean Σ w²
 */
import { merge, split } from '@topiary/pipeline';
import { applyPlan, findGroups, planRatio } from '@topiary/pruning';
import { MagnitudeL2 } from '../criteria/magnitude-l2.js';
import { checkParameters } from '../parameters.js';
import { scoreGroups } from '../score.js';
import type { Procedure } from './_procedure.js';
import { trainPipeline } from './_training.js';
import { TOY_HALVE } from './toy-halve-about.js';

export const ToyHalve: Procedure = {
  ...TOY_HALVE,
  refuses: () => null,
  run: async (context, { recipe }) => {
    const halved = await context.stage('prune', async () => {
      const graph = merge(context.pipeline);
      const dependencies = findGroups(graph);
      const random = context.random('toy-halve');
      const options = { params: checkParameters(MagnitudeL2, {}), rng: () => random.unit() };
      const scores = scoreGroups(MagnitudeL2, graph, dependencies.groups, options);
      const cut = applyPlan(graph, dependencies, planRatio(dependencies, scores, 0.5, { scope: 'local' }));
      return { pipeline: split(cut.graph, context.pipeline), widths: cut.widths };
    });
    await context.milestone('pruned', halved.pipeline);
    const pipeline = await context.stage('finetune', (progress) =>
      trainPipeline(context, halved.pipeline, recipe.finetune, { stage: 'finetune', progress }),
    );
    return { pipeline, facts: [], flags: [], widths: halved.widths };
  },
};
