/**
 * AsyncDiff (Chen et al. 2024, arXiv 2406.06911): components of one network run side by side on what neighbouring steps leave.
 * Any pipeline whose steps make one call is split, one of several parts (caches, experts) at the same cuts in all of them.
 */
import type { Graph } from '@topiary/onnx';
import { count, inferTypes } from '@topiary/ops';
import {
  assertPipeline,
  type Call,
  type Counter,
  callsAt,
  type Part,
  type Pipeline,
  pipelineCosts,
} from '@topiary/pipeline';
import { subgraph } from '@topiary/pruning';
import type { Trajectory } from '@topiary/tasks';
import { scheduleFact } from '../_facts.js';
import type { Procedure, ProcedureRequest } from '../_procedure.js';
import { ASYNCDIFF } from './about.js';
import { balancedCuts, type Cut, componentsAt, cutsBetweenBlocks } from './components.js';
import { inLanes, type Wired } from './schedule.js';

export interface AsyncDiffOptions {
  readonly components: number;
  readonly stride: number;
  readonly warmUp: number;
  readonly remainder: 'refuse' | 'short';
}

const optionsOf = ({ params }: Pick<ProcedureRequest, 'params'>): AsyncDiffOptions => ({
  components: Number(params['components']),
  stride: Number(params['stride']),
  warmUp: Number(params['warm-up']),
  remainder: params['remainder'] === 'short' ? 'short' : 'refuse',
});

/** The part that most of the work is in, without what it keeps for other steps: its blocks say where all are cut. */
const leading = ({ parts, schedule }: Pipeline, counter: Counter): Graph => {
  const [[id, { graph }]] = [...parts].sort(([, a], [, b]) => count(b.graph)[counter] - count(a.graph)[counter]) as [
    [string, Part],
  ];
  const call = schedule.stretches.flatMap(({ calls }) => calls).find(({ part }) => part === id)!;
  const said = Object.keys(call.out).filter((output) => schedule.results.includes(call.out[output]!));
  return subgraph(graph, [], said);
};

/** Calls of all steps, one each; null where some step makes more, or on lanes. */
const singleCalls = ({ schedule }: Pipeline, steps: number): readonly Call[] | null => {
  const calls = Array.from({ length: steps }, (_, step) => callsAt(schedule, step));
  return calls.every((one) => one.length === 1) ? calls.map(([call]) => call!) : null;
};

/** A cut in a part that some step wants to have as a result of its own. */
const isTaken = (calls: readonly Call[], cuts: readonly Cut[]): boolean =>
  calls.some(({ out }) => cuts.flat().some((value) => out[value] !== undefined));

/**
 * A slot that steps read from before and no round writes: of two steps that a round serves, only the second one's part runs in
 * full, so that what the first ones would have kept stays as the warm-up left it. Null: there is none.
 */
const neverWritten = ({ schedule }: Pipeline, calls: readonly Call[], { stride, warmUp }: AsyncDiffOptions) => {
  const isRun = (step: number): boolean =>
    step >= warmUp && ((step - warmUp) % stride === stride - 1 || !calls[step + 1]);
  const written = new Set(calls.flatMap((call, step) => (isRun(step) ? Object.values(call.out) : [])));
  const read = calls.slice(warmUp).flatMap((call) => Object.values(call.in));
  return read.find((slot) => !schedule.given.includes(slot) && !written.has(slot)) ?? null;
};

/** Why a pipeline cannot be split so; null: it can. */
export const refusesSplit = (
  pipeline: Pipeline,
  options: AsyncDiffOptions,
  trajectory: Trajectory | null,
  counter: Counter,
): string | null => {
  const { components, stride, warmUp, remainder } = options;
  if (trajectory === null) return 'a task without a loop: there is no step before to read from';
  const steps = trajectory.timesteps.length;
  if (warmUp < 1 || warmUp > steps) return `a warm-up of ${warmUp} steps, where a sampling has 1 to ${steps}`;
  const left = steps - warmUp;
  if (left % stride !== 0 && remainder === 'refuse')
    return `a stride of ${stride}, which does not divide the ${left} steps that ${warmUp} of warm-up leave of ${steps}`;
  const calls = singleCalls(pipeline, steps);
  if (calls === null) return 'steps of several calls: it splits those of one';
  const kept = neverWritten(pipeline, calls, options);
  if (kept !== null)
    return `a stride of ${stride}, whose rounds never write '${kept}': a warm-up of one step more would`;
  const graph = leading(pipeline, counter);
  const cuts = cutsBetweenBlocks(graph);
  if (components > cuts.length + 1) return `${components} components, more than the ${cuts.length + 1} blocks`;
  for (const [id, part] of pipeline.parts) {
    const types = inferTypes(part.graph);
    const missing = cuts.flat().find((value) => !types.has(value));
    if (missing !== undefined) return `part '${id}' without the value '${missing}', where others are cut`;
  }
  return isTaken(calls, cuts) ? 'values between blocks that a step hands out, too' : null;
};

/** Slots of what crosses cuts: `cut-1`, and what passes by beside the stream `cut-1-2`, after the first cut that it crosses. */
const crossingSlots = (cuts: readonly Cut[]): ReadonlyMap<string, string> => {
  const slots = new Map<string, string>();
  for (const [i, cut] of cuts.entries())
    for (const [j, value] of cut.entries())
      if (!slots.has(value)) slots.set(value, j === 0 ? `cut-${i + 1}` : `cut-${i + 1}-${j + 1}`);
  return slots;
};

/** The pipeline in components; `refusesSplit` has been asked before. */
export const splitPipeline = (
  pipeline: Pipeline,
  { components, stride, warmUp }: AsyncDiffOptions,
  trajectory: Trajectory,
  counter: Counter,
): Pipeline => {
  const graph = leading(pipeline, counter);
  const cuts = balancedCuts(graph, cutsBetweenBlocks(graph), components, counter);
  const crossing = crossingSlots(cuts);
  const wired = new Map<string, Wired>();
  for (const [id, part] of pipeline.parts) {
    const graphs = componentsAt(part.graph, cuts);
    wired.set(id, { crossing, components: graphs.map((one, i) => ({ id: `${id}-${i + 1}`, graph: one })) });
  }
  const steps = trajectory.timesteps.length;
  const [call] = callsAt(pipeline.schedule, 0);
  const time = call!.in[trajectory.inputs(pipeline.parts.get(call!.part)!.graph).time]!;
  const made = inLanes(pipeline, wired, { steps, warmUp, stride, time });
  assertPipeline(made);
  return made;
};

export const AsyncDiff: Procedure = {
  ...ASYNCDIFF,
  refuses: (pipeline, request, trajectory = null) =>
    refusesSplit(pipeline, optionsOf(request), trajectory, request.counter),
  run: async ({ pipeline, task, stage, log }, request) => {
    const options = optionsOf(request);
    const made = await stage('split', async () =>
      splitPipeline(pipeline, options, task.trajectory(pipeline)!, request.counter),
    );
    const [before, after] = [pipeline, made].map((one) => pipelineCosts(one, request.counter));
    const steps = after!.steps!;
    const faster = (steps * before!.macs) / after!.criticalMacs!;
    log(`${options.components} components, stride ${options.stride}: ${faster.toFixed(2)}x along the longest lane`);
    const drawn = { counter: request.counter, timesteps: task.trajectory(made)!.timesteps };
    return { pipeline: made, facts: [scheduleFact('Lanes', made, drawn)], flags: [] };
  },
};
