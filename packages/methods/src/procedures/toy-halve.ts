/**
 * Toy: halves every width by magnitude and fine-tunes. An example of a procedure in the fewest lines, which pins the
 * interface; it is no competitor, ignores the target and is not in the public catalogue.
 *
 *   each layer keeps the ⌊K / 2⌋ channels with the largest mean Σ w²
 */
import { cosine, crossEntropy, sgd } from '@topiary/autodiff';
import { applyPlan, findGroups, planRatio } from '@topiary/pruning';
import { MagnitudeL2 } from '../criteria/magnitude-l2.js';
import { checkParameters } from '../parameters.js';
import { scoreGroups } from '../score.js';
import type { Procedure } from './_procedure.js';

export const ToyHalve: Procedure = {
  kind: 'procedure',
  id: 'toy-halve',
  title: 'Example: halve every width',
  summary: 'Keeps the larger half of every layer by magnitude and fine-tunes: the shortest possible procedure.',
  formula: String.raw`K' = \lfloor K / 2 \rfloor`,
  paper: null,
  needs: [],
  cannot: null,
  requires: [],
  deterministic: true,
  parameters: [],
  stages: [
    { id: 'prune', title: 'Halve' },
    { id: 'finetune', title: 'Fine-tune' },
  ],
  refuses: () => null,
  run: async ({ model, data, rng, train, store, stage }, { finetune }) => {
    const halved = await stage('prune', async () => {
      const dependencies = findGroups(model);
      const params = checkParameters(MagnitudeL2, {});
      const scores = scoreGroups(MagnitudeL2, model, dependencies.groups, { params, rng });
      return applyPlan(model, dependencies, planRatio(dependencies, scores, 0.5, { scope: 'local' })).graph;
    });
    const trained = await stage('finetune', (progress) =>
      train(halved, data.batches(finetune.batch), {
        ...finetune,
        loss: crossEntropy(),
        optimizer: sgd({ momentum: finetune.momentum }),
        schedule: cosine(finetune),
        onStep: ({ step, steps }) => progress(step / steps),
      }),
    );
    return { model: trained, artefacts: [await store({ kind: 'model', graph: trained })] };
  },
};
