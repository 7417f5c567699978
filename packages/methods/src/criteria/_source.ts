/** Where scores come from: what is to be collected, and the criterion for a network as it stands. */
import type { Graph } from '@topiary/onnx';
import type { Dependencies } from '@topiary/pruning';
import type { Statistics } from '../statistics/_statistic.js';
import type { Criterion } from './_criterion.js';

export interface CriterionSource {
  readonly collects: Criterion['collects'];
  readonly at: (state: {
    readonly graph: Graph;
    readonly groups: Dependencies['groups'];
    readonly statistics: Statistics;
  }) => Promise<Criterion>;
}

/** A criterion that is what it is, whatever the network. */
export const sourceOf = (criterion: Criterion): CriterionSource => ({
  collects: criterion.collects,
  at: async () => criterion,
});
