/** Criteria, regularizers, procedures, statistics: what decides which channels go. One file each. */
export type { About, ParameterValue, Params } from './_method.js';
export { METHODS, RECIPES, SOLVE } from './catalogue.js';
export { type Criterion, normalise, type Rng, reduce, type ScoreContext, type Wanted } from './criteria/_criterion.js';
export type { GroupView, MemberView } from './criteria/_group-view.js';
export { type CriterionSource, sourceOf } from './criteria/_source.js';
export {
  ITEM_INPUTS,
  type ItemInput,
  type ScoredItem,
  type ScoreItem,
  type UploadedRequest,
  uploadedCriterion,
  wantedFor,
} from './criteria/_uploaded.js';
export { lacksOf } from './lacks.js';
export { checkParameters } from './parameters.js';
export type * from './procedures/_procedure.js';
export { collectStatistics, type StatisticsContext, type StatisticsRequest } from './procedures/_statistics.js';
export {
  type Loop,
  runSteps,
  type TrainingContext,
  type TrainingRequest,
  trainPipeline,
} from './procedures/_training.js';
export { optimizerOf, scheduleOf } from './procedures/_training-parts.js';
export { type AsyncDiffOptions, refusesSplit, splitPipeline } from './procedures/asyncdiff/asyncdiff.js';
export { type PruneContext, type PruneRequest, prune } from './procedures/prune-finetune/prune.js';
export { type SparsifyContext, sparsify } from './procedures/prune-finetune/sparsify.js';
export { addProcedure, assertCollects, assertRecipe, procedureOf } from './procedures/registry.js';
export { assertServes, type MethodOf, methodOf, statisticOf, type UnitKind } from './registry.js';
export { type AxisCoefficients, type CurrentElements, Regularization } from './regularize.js';
export type { Coefficients, Regularizer, RegularizerContext } from './regularizers/_regularizer.js';
export { type ScoreOptions, scoreGroups, viewsOf } from './score.js';
export { assertLoss, type StatisticOptions, statisticGraph } from './statistics/_graph.js';
export {
  type Accumulate,
  type ForwardStatistic,
  type LossStatistic,
  NO_STATISTICS,
  type PerInitializer,
  type Statistic,
  type StatisticNeed,
  type Statistics,
  type Totals,
} from './statistics/_statistic.js';
