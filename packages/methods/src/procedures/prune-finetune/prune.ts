/** Prune: groups, statistics, scores, plan, cut. */
import type { FilledRecipe, Target } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import type { Graph } from '@topiary/onnx';
import { type Counter, merge, type Pipeline, split } from '@topiary/pipeline';
import {
  applyPlan,
  type Cut,
  type Dependencies,
  findGroups,
  type Plan,
  plan,
  planSteps,
  type Scores,
  shuffled,
} from '@topiary/pruning';
import type { CriterionSource } from '../../criteria/_source.js';
import { scoreGroups } from '../../score.js';
import type { ProcedureContext } from '../_procedure.js';
import { collectStatistics, type StatisticsContext } from '../_statistics.js';

/** What pruning needs of a run. */
export type PruneContext = StatisticsContext & Pick<ProcedureContext, 'criterion' | 'log'>;

export interface PruneRequest {
  readonly pipeline: Pipeline;
  readonly recipe: FilledRecipe;
  readonly target: Target;
  readonly counter: Counter;
}

/** A recipe without a criterion scores nothing, and no other criterion takes its place. */
const sourceFor = ({ criterion }: PruneContext, { recipe }: PruneRequest): CriterionSource => {
  if (recipe.criterion !== null) return criterion(recipe.criterion);
  throw new TopiaryError('TOPIARY_TRACKS_BAD_RECIPE', {
    where: 'recipe.criterion',
    expected: 'a criterion',
    got: 'null',
  });
};

/** Scores of a network as it stands; each call is another round. */
const scorer = (context: PruneContext, source: CriterionSource, { pipeline, recipe }: PruneRequest) => {
  const random = context.random(`score/${context.seed}`);
  let round = 0;
  return async ({ graph, dependencies }: { graph: Graph; dependencies: Dependencies }): Promise<Scores> => {
    const params = recipe.params.criterion;
    const statistics = await collectStatistics(context, {
      wanted: source.collects(params),
      pipeline: split(graph, pipeline),
      graph,
      batches: recipe.prune.batches,
      round,
    });
    round += 1;
    const { groups } = dependencies;
    const criterion = await source.at({ graph, groups, statistics });
    return scoreGroups(criterion, graph, groups, { params, rng: () => random.unit(), statistics });
  };
};

export interface Pruned {
  readonly pipeline: Pipeline;
  readonly cut: Cut;
  readonly plan: Plan;
  /** Seconds of one pruning step, as the literature reports it: statistics, scores, choice and cut. */
  readonly stepSeconds: number;
}

const report = ({ log }: PruneContext, { target, counter, recipe }: PruneRequest, found: Plan): void => {
  const { achieved, params, flags } = found;
  log(
    `pruned to ${achieved.toFixed(3)}x by the ${counter} MACs, ${params.left} of ${params.base} parameters${flags.length > 0 ? ` (${flags.join(', ')})` : ''}`,
  );
  if (!flags.includes('undershoot')) return;
  log(
    `${target.label} is out of reach: with ${100 * recipe.prune.protection} % of every layer protected, ${achieved.toFixed(2)}x is the most`,
    'warn',
  );
};

export const prune = async (
  context: PruneContext,
  request: PruneRequest,
  progress: (share: number) => void,
): Promise<Pruned> => {
  const { pipeline, recipe, target, counter } = request;
  const source = sourceFor(context, request);
  const began = performance.now();
  const graph = merge(pipeline);
  const dependencies = findGroups(graph, { heads: recipe.prune.heads });
  const channels = dependencies.groups.reduce((n, group) => n + group.channels, 0);
  context.log(`${dependencies.groups.length} groups, ${channels} channels`);
  let rounds = 0;
  const scoreOnce = scorer(context, source, request);
  const score: typeof scoreOnce = (state) => {
    rounds += 1;
    return scoreOnce(state);
  };
  const options = {
    target: { value: target.value, counter },
    scope: recipe.scope,
    protection: recipe.prune.protection,
    roundTo: recipe.prune.roundTo,
    strata: recipe.prune.strata ?? 'as-scored',
    ignore: recipe.prune.ignore ?? [],
    accept: true,
  };
  const solve = {
    bisect: async () => plan(dependencies, await score({ graph, dependencies }), options),
    'first-crossing': async () => {
      let last: Plan | null = null;
      for await (const step of planSteps(dependencies, { ...options, estimates: recipe.prune.steps, score })) {
        last = step.plan;
        progress(Math.min(1, step.plan.achieved / target.value));
      }
      return last!;
    },
  };
  const chosen = await solve[recipe.prune.solve]();
  const chance = context.random(`shuffle/${context.seed}`);
  const found = recipe.prune.shuffle ? shuffled(dependencies, chosen, () => chance.unit()) : chosen;
  report(context, request, found);
  const cut = applyPlan(graph, dependencies, found);
  const stepSeconds = (performance.now() - began) / 1000 / Math.max(1, rounds);
  return { pipeline: split(cut.graph, pipeline), cut, plan: found, stepSeconds };
};
