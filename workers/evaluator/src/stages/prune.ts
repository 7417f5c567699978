/** Prune: groups, statistics, scores, plan, cut. */
import type { Target } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import { type Criterion, methodOf, type Statistics, scoreGroups } from '@topiary/methods';
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
import { collectStatistics, type StatisticsContext } from './statistics.js';

/** Where scores come from: what is to be collected, and the criterion for a network as it stands. */
export interface CriterionSource {
  readonly collects: Criterion['collects'];
  readonly at: (state: {
    readonly graph: Graph;
    readonly groups: Dependencies['groups'];
    readonly statistics: Statistics;
  }) => Promise<Criterion>;
}

export const builtIn = (id: string): CriterionSource => {
  const criterion = methodOf('criterion', id);
  return { collects: criterion.collects, at: async () => criterion };
};

/** The recipe's own criterion: a recipe without one scores nothing, and no other criterion takes its place. */
const sourceOf = ({ criterion, procedure }: Pick<FilledRecipe, 'criterion' | 'procedure'>): CriterionSource => {
  if (criterion !== null) return builtIn(criterion);
  throw new TopiaryError('TOPIARY_TRACKS_BAD_RECIPE', {
    where: 'recipe.criterion',
    expected: 'a criterion',
    got: procedure === null ? 'null' : `null beside procedure ${procedure}, which this version cannot run`,
  });
};

/** What pruning needs of a run. */
export type PruneContext = StatisticsContext & Pick<RunContext, 'report' | 'protocol'>;

export interface PruneRequest {
  readonly model: Graph;
  readonly data: Pick<Data, 'train'>;
  readonly recipe: FilledRecipe;
  readonly target: Target;
  /** The recipe's criterion, where none is given. */
  readonly source?: CriterionSource;
}

/** Scores of a network as it stands; each call is another round. */
const scorer = (context: StatisticsContext, source: CriterionSource, { data, recipe }: PruneRequest) => {
  const random = randomFrom(`score/${context.task.run.seed}`);
  let round = 0;
  return async ({ graph, dependencies }: { graph: Graph; dependencies: Dependencies }): Promise<Scores> => {
    const params = recipe.params.criterion;
    const request = { wanted: source.collects(params), model: graph, batches: recipe.prune.batches, round };
    const statistics = await collectStatistics(context, data, request);
    round += 1;
    const { groups } = dependencies;
    const criterion = await source.at({ graph, groups, statistics });
    return scoreGroups(criterion, graph, groups, {
      params,
      rng: () => random.unit(),
      statistics,
    });
  };
};

export interface Pruned {
  readonly cut: Cut;
  readonly plan: Plan;
  /** Seconds of one pruning step, as the literature reports it: statistics, scores, choice and cut. */
  readonly stepSeconds: number;
}

export const prune = async (
  context: PruneContext,
  request: PruneRequest,
  progress: (share: number) => void,
): Promise<Pruned> => {
  const { model, recipe, target } = request;
  const { report, protocol } = context;
  const source = request.source ?? sourceOf(recipe);
  const began = performance.now();
  const dependencies = findGroups(model, { heads: recipe.prune.heads });
  report.log(
    `${dependencies.groups.length} groups, ${dependencies.groups.reduce((n, group) => n + group.channels, 0)} channels`,
  );
  let rounds = 0;
  const scoreOnce = scorer(context, source, request);
  const score: typeof scoreOnce = (state) => {
    rounds += 1;
    return scoreOnce(state);
  };
  const options = {
    target: { value: target.value, counter: protocol.counter },
    scope: recipe.scope,
    protection: recipe.prune.protection,
    roundTo: recipe.prune.roundTo,
    accept: true,
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
  if (found.flags.includes('undershoot')) {
    report.log(
      `${target.label} is out of reach: with ${100 * recipe.prune.protection} % of every layer protected, ${found.achieved.toFixed(2)}x is the most`,
      'warn',
    );
  }
  const cut = applyPlan(model, dependencies, found);
  return { cut, plan: found, stepSeconds: (performance.now() - began) / 1000 / Math.max(1, rounds) };
};
