/**
 * Learning-to-Cache (Ma et al. 2024, arXiv 2406.01733): steps of a sampling come in pairs; in the second of each, sub-layers
 * whose gate a router closed say what they said in the first. The network is not trained; what is reused is in no graph.
 */
import { graphOf, merge, type Pipeline, pipelineCosts, stepsOf } from '@topiary/pipeline';
import { SLACK } from '@topiary/pruning';
import type { Trajectory } from '@topiary/tasks';
import { gatesFact, scheduleFact } from '../_facts.js';
import type { Procedure, ProcedureRequest } from '../_procedure.js';
import { LEARNING_TO_CACHE } from './about.js';
import { byThreshold, enough, RIVALS, type Table } from './choice.js';
import { type Learning, learnShares, measureChanges, pairsOf } from './learn.js';
import { type Layer, layersOf, type Reuse, reusedIn, withReuse } from './reuse.js';

const AXIS = 'trajectory-macs';

const refuses = (
  pipeline: Pipeline,
  { target }: Pick<ProcedureRequest, 'target'>,
  trajectory: Trajectory | null | undefined,
): string | null => {
  if (target !== null && target.axis !== AXIS) return `target ${target.label}: it makes a trajectory shorter`;
  if (pipeline.parts.size > 1) return 'several parts: it looks for sub-layers in one network';
  if (stepsOf(pipeline.schedule) !== null || pipeline.schedule.stretches.length > 1)
    return 'a schedule of its own: what it reuses would come from another step';
  if (trajectory === null) return 'a task that takes no loop over its network';
  if (trajectory !== undefined && trajectory.timesteps.length % 2 !== 0)
    return `${trajectory.timesteps.length} steps, which are no pairs`;
  return layersOf(pipeline).length === 0 ? `no residual blocks in '${merge(pipeline).name}'` : null;
};

/** How many times fewer MACs a trajectory has. */
const saved = (pipeline: Pipeline, made: Pipeline, { counter }: ProcedureRequest, steps: number): number =>
  (pipelineCosts(pipeline, counter).macs * steps) / (pipelineCosts(made, counter).trajectoryMacs ?? Number.NaN);

/** What the router says, by the target or by its own threshold. */
const chosen = ({ context, request, layers, trajectory }: Learning, shares: Table, changes: Table): Reuse => {
  const { target, params } = request;
  const { pipeline } = context;
  const threshold = Number(params['threshold']);
  if (target === null) return byThreshold(shares, threshold);
  const isEnough = (reuse: Reuse) =>
    reusedIn(reuse) > 0 &&
    saved(pipeline, withReuse(pipeline, layers, reuse), request, trajectory.timesteps.length) >= target.value;
  return enough({ shares, threshold, changes }, isEnough);
};

const flagsOf = (ratio: number): readonly string[] => (ratio < 1 ? ['undershoot'] : ratio > SLACK ? ['overshoot'] : []);

/** By sub-layer and step: a first step of a pair computes everything. */
const maskOf = (layers: readonly Layer[], reuse: Reuse) => ({
  rows: layers.map(({ name }) => name),
  computed: layers.map((_, j) => reuse.flatMap((row) => [true, !row[j]])),
});

const factsOf = (pipeline: Pipeline, { request, layers, trajectory }: Learning, shares: Table, reuse: Reuse) => [
  scheduleFact('Schedule', pipeline, {
    counter: request.counter,
    timesteps: trajectory.timesteps,
    mask: maskOf(layers, reuse),
  }),
  gatesFact('Router', {
    rows: layers.map(({ name }) => name),
    columns: { title: 'timestep', at: pairsOf(trajectory).map(([, next]) => next) },
    values: layers.map((_, j) => shares.map((row) => row[j]!)),
    share: 'gate, below the threshold of which the step reuses',
    kept: null,
  }),
];

export const LearningToCache: Procedure = {
  ...LEARNING_TO_CACHE,
  refuses,
  run: async (context, request) => {
    const { pipeline, task, seed } = context;
    const network = graphOf(pipeline);
    const trajectory = task.trajectory(pipeline)!;
    const layers = layersOf(pipeline);
    const learning: Learning = { context, request, network, layers, trajectory };
    const which = String(request.params['which']);
    const { shares, changes } = await context.stage('router', async (progress) => ({
      shares: await learnShares(learning, progress),
      changes: await measureChanges(learning),
    }));
    return context.stage('cache', async () => {
      const random = context.random(`learning-to-cache/rivals/${seed}`);
      const reuse = RIVALS[which]!(chosen(learning, shares, changes), { random, changes });
      const made = withReuse(pipeline, layers, reuse);
      const all = layers.length * reuse.length;
      context.log(`${reusedIn(reuse)} of ${all} sub-layers are reused, in ${made.parts.size - 1} different parts`);
      const reached = request.target === null ? null : saved(pipeline, made, request, trajectory.timesteps.length);
      return {
        pipeline: made,
        facts: factsOf(made, learning, shares, reuse),
        flags: reached === null ? [] : flagsOf(reached / request.target!.value),
      };
    });
  },
};
