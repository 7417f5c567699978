/** Mechanism of structural pruning: dimension algebra, groups, scopes, planner, apply. */
export { Algebra } from './algebra.js';
export { applyPlan, type Cut, type KeptAxis, type KeptChannels, type Width } from './apply.js';
export { type Analysis, analyse, type Maker } from './context.js';
export { Counter, type Counts } from './counter.js';
export * from './dimension.js';
export { explain } from './explain.js';
export * from './group.js';
export { findGroups, type GroupOptions } from './groups.js';
export { layerName } from './names.js';
export type { Plan, PlanFlag, PlanTarget, Scores, Speedup } from './plan.js';
export { counterOf, type PlanOptions, plan, planRatio, type RankOptions, type ScopeId, SLACK } from './planner.js';
export { leastOf } from './pools.js';
export * from './positions.js';
export { restrict } from './restrict.js';
export { planSteps, type Step, type StepOptions, type StepState } from './steps.js';
export { topologyOf } from './topology.js';
