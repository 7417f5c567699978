/**
 * Sizes after pruning each published network once: local, the same ratio of every group, the classifier kept. They do
 * not depend on scores. The numbers are Torch-Pruning's (its own counter), for the networks of
 * torchvision and timm.
 */

import { count } from '@topiary/ops';
import { applyPlan, type Dependencies, findGroups, planRatio, type Scores } from '@topiary/pruning';
import { buildModel, modelOf, publishedAs } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import peers from '../../../scripts/experiments/published-models.json' with { type: 'json' };

const zeros = ({ groups }: Dependencies): Scores =>
  new Map(groups.map(({ id, channels }) => [id, new Float64Array(channels)]));

describe('sizes after local pruning by a ratio', () => {
  it.each(peers.pruned.map((row) => [row.model, row.ratio, row.roundTo, row.params, row.published] as const))(
    '%s at %f, multiples of %i: %i parameters, %i MACs',
    (id, ratio, roundTo, params, macs) => {
      const model = modelOf(id);
      const published = publishedAs(model);
      const found = findGroups(buildModel(model), { published });
      const plan = planRatio(found, zeros(found), ratio, { scope: 'local', roundTo });
      expect([plan.params.left, plan.macs.published.left]).toEqual([params, macs]);
      const cut = count(applyPlan(found.graph, found, plan).graph, { published });
      expect([cut.params, cut.published]).toEqual([params, macs]);
    },
  );
});
