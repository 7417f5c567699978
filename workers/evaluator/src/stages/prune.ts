/** Prune: groups, statistics, scores, plan, cut. */
import type { Target } from '@topiary/contracts';
import { assertServes, type Criterion, methodOf, scoreGroups } from '@topiary/methods';
import type { Graph } from '@topiary/onnx';
import {
  applyPlan,
  type Cut,
  type Dependencies,
  findGroups,
  type Plan,
  plan,
  planSteps,
  type Scores,
} from '@topiary/pruning';
import type { FilledRecipe } from '@topiary/tracks';
import { randomFrom } from '@topiary/zoo';
import type { Data, RunContext } from '../run-context.js';
import { collectStatistics } from './statistics.js';

export interface PruneRequest {
  readonly model: Graph;
  readonly data: Data;
  readonly recipe: FilledRecipe;
  readonly target: Target;
}

/** Scores of a network as it stands; each call is another round. */
const scorer = (context: RunContext, criterion: Criterion, { data, recipe }: PruneRequest) => {
  const random = randomFrom(`score/${context.task.run.seed}`);
  let round = 0;
  return async ({ graph, dependencies }: { graph: Graph; dependencies: Dependencies }): Promise<Scores> => {
    const request = { needs: criterion.needs, model: graph, batches: recipe.prune.batches, round };
    const statistics = await collectStatistics(context, data, request);
    round += 1;
    return scoreGroups(criterion, graph, dependencies.groups, {
      params: recipe.params.criterion,
      rng: () => random.unit(),
      statistics,
    });
  };
};

export const prune = async (
  context: RunContext,
  request: PruneRequest,
  progress: (share: number) => void,
): Promise<{ cut: Cut; plan: Plan }> => {
  const { model, recipe, target } = request;
  const { report, protocol } = context;
  const criterion = methodOf('criterion', recipe.criterion ?? 'random');
  assertServes(criterion, model);
  const dependencies = findGroups(model);
  report.log(
    `${dependencies.groups.length} groups, ${dependencies.groups.reduce((n, group) => n + group.channels, 0)} channels`,
  );
  const score = scorer(context, criterion, request);
  const options = {
    target: { value: target.value, counter: protocol.counter },
    scope: recipe.scope,
    protection: recipe.prune.protection,
    roundTo: recipe.prune.roundTo,
  };
  const solve = {
    bisect: async () => plan(dependencies, await score({ graph: model, dependencies }), options),
    'first-crossing': async () => {
      let last: Plan | null = null;
      for await (const step of planSteps(dependencies, { ...options, estimates: recipe.prune.steps, score })) {
        last = step.plan;
        progress(Math.min(1, step.plan.achieved / target.value));
      }
      return last!;
    },
  };
  const found = await solve[recipe.prune.solve]();
  report.log(
    `pruned to ${found.achieved.toFixed(3)}x by the ${protocol.counter} MACs, ${found.params.left} of ${found.params.base} parameters${found.flags.length > 0 ? ` (${found.flags.join(', ')})` : ''}`,
  );
  return { cut: applyPlan(model, dependencies, found), plan: found };
};
