/** A network cut as benches and experiments need it: by one criterion without data, all channels competing, by the published count. */
import { methodOf, scoreGroups } from '@topiary/methods';
import type { Graph } from '@topiary/onnx';
import { applyPlan, findGroups, plan } from '@topiary/pruning';

export interface CutOptions {
  readonly criterion: string;
  /** How many times fewer multiply-accumulates. */
  readonly speedup: number;
  readonly rng?: () => number;
}

export const cutTo = (graph: Graph, { criterion: id, speedup, rng = () => 0.5 }: CutOptions): Graph => {
  const dependencies = findGroups(graph);
  const criterion = methodOf('criterion', id);
  const params = Object.fromEntries(criterion.parameters.map((one) => [one.id, one.default]));
  const scores = scoreGroups(criterion, graph, dependencies.groups, { params, rng });
  const target = { value: speedup, counter: 'published' } as const;
  return applyPlan(graph, dependencies, plan(dependencies, scores, { target, scope: 'global', protection: 0.1 })).graph;
};
