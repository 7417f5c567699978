/** What a pipeline costs on every axis, before and after. */
import type { Costs, Result, Target } from '@topiary/contracts';
import { type Counter, type Pipeline, pipelineCosts } from '@topiary/pipeline';
import type { BoundTask } from '@topiary/tasks';

/** On the axes that every task has, and those of a schedule that says how long it is. */
const commonCosts = (pipeline: Pipeline, counter: Counter): Record<string, number> => {
  const { params, macs, trajectoryMacs, criticalMacs, steps, slotBytes } = pipelineCosts(pipeline, counter);
  return {
    params,
    macs,
    ...(trajectoryMacs === null ? {} : { 'trajectory-macs': trajectoryMacs }),
    ...(criticalMacs === null ? {} : { 'critical-macs': criticalMacs }),
    ...(steps === null ? {} : { steps }),
    ...(slotBytes === 0 ? {} : { 'slot-bytes': slotBytes }),
  };
};

export type Counted = Pick<Result, 'params' | 'macs'> & { readonly costs: Costs };

export const countedOf = (task: BoundTask, counter: Counter, base: Pipeline, pipeline: Pipeline): Counted => {
  const all = (one: Pipeline) => ({ ...commonCosts(one, counter), ...task.costs(one) });
  const [before, after] = [all(base), all(pipeline)];
  const axes = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const costs = Object.fromEntries(axes.map((axis) => [axis, { base: before[axis] ?? 0, left: after[axis] ?? 0 }]));
  const macs = (kind: Counter) => ({
    base: pipelineCosts(base, kind).macs,
    left: pipelineCosts(pipeline, kind).macs,
  });
  return { params: costs['params']!, macs: { pure: macs('pure'), published: macs('published') }, costs };
};

/** Base over what is left, on the axis of the target or, without one, of the track. */
export const achievedOn = ({ costs }: Pick<Counted, 'costs'>, target: Target | null, axis: string): number => {
  const { base, left } = costs[target?.axis ?? axis] ?? { base: 1, left: 1 };
  return left === 0 ? 1 : base / left;
};
