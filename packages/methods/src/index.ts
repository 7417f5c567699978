/** Criteria, regularizers, procedures, statistics: what decides which channels go. One file each. */
export type { About, ParameterValue, Params } from './_method.js';
export { METHODS, RECIPES, SOLVE } from './catalogue.js';
export { type Criterion, normalise, type Rng, reduce, type ScoreContext, type Wanted } from './criteria/_criterion.js';
export type { GroupView, MemberView } from './criteria/_group-view.js';
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
export type {
  Artefact,
  BatchSource,
  Feeds,
  Procedure,
  ProcedureContext,
  ProcedureData,
  ProcedureOutcome,
  ProcedureRequest,
  TrainOptions,
} from './procedures/_procedure.js';
export { assertServes, type MethodOf, methodOf, statisticOf } from './registry.js';
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
