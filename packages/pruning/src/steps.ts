/** First crossing: the ratio rises step by step, scores are estimated anew on the cut network, the target ends it. */
import type { Graph } from '@topiary/onnx';
import { applyPlan } from './apply.js';
import type { Dependencies } from './group.js';
import type { Plan, Scores } from './plan.js';
import { Candidates, checkTarget, flagged, outOfReach, type PlanOptions } from './planner.js';
import { restrict } from './restrict.js';

/** The network as it stands: cut by the steps so far, with its own (narrower) groups of the same ids. */
export interface StepState {
  readonly graph: Graph;
  readonly dependencies: Dependencies;
  readonly step: number;
}

export interface StepOptions extends PlanOptions {
  /** The ratio rises to 1 in that many equal steps. */
  readonly steps?: number;
  /** How often scores are estimated at most, spread evenly up to the step where the target is expected. */
  readonly estimates?: number;
  /** Scores for the network as it stands. */
  readonly score: (state: StepState) => Scores | Promise<Scores>;
}

export interface Step {
  readonly step: number;
  readonly steps: number;
  /** By the ratio at this step; indices are those of the original network. */
  readonly plan: Plan;
  /** Whether this is the crossing (or the end of what can be reached). */
  readonly done: boolean;
}

/**
 * Yields after every new estimate and at the crossing; the last plan is the result. Channels that have left stay
 * away: each step starts from what the one before left.
 */
export async function* planSteps(dependencies: Dependencies, options: StepOptions): AsyncGenerator<Step, Plan> {
  const { target, steps = 400, estimates = 8, score } = options;
  checkTarget(target);
  let scores = await score({ graph: dependencies.graph, dependencies, step: 0 });
  let candidates = new Candidates(dependencies, scores, options);
  const { ranking } = candidates;
  const most = candidates.speedup(ranking.at(ranking.settings), target.counter);
  if (most < target.value && !options.accept) throw outOfReach(target, most);
  const interval = Math.max(1, Math.ceil(expectedStep(candidates, target, steps) / estimates));
  let latest = candidates.plan(ranking.at(0), target.counter);
  for (let step = 1; step <= steps; step += 1) {
    const isEstimate = step > 1 && (step - 1) % interval === 0;
    if (isEstimate) {
      const { graph } = applyPlan(dependencies.graph, dependencies, latest);
      const narrow = restrict(dependencies, latest.kept, graph);
      scores = widen(dependencies, latest, await score({ graph, dependencies: narrow, step: step - 1 }));
      candidates = new Candidates(dependencies, scores, options, latest.kept);
    }
    const leaving = candidates.ranking.atRatio(step / steps);
    const reached = candidates.speedup(leaving, target.counter) >= target.value;
    if (!reached && step < steps && step % interval !== 0) continue;
    latest = candidates.plan(leaving, target.counter);
    if (reached) latest = flagged(latest, target);
    else if (step === steps) latest = { ...latest, flags: ['undershoot', ...latest.flags] };
    const done = reached || step === steps;
    yield { step, steps, plan: latest, done };
    if (done) break;
  }
  return latest;
}

/** The step at which the first scores would cross the target. */
const expectedStep = (candidates: Candidates, target: PlanOptions['target'], steps: number): number => {
  let [low, high] = [1, steps];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (candidates.speedup(candidates.ranking.atRatio(middle / steps), target.counter) >= target.value) high = middle;
    else low = middle + 1;
  }
  return low;
};

/** Scores of the channels that are left, at their places in the original groups; absent ones get 0 and are not read. */
const widen = ({ groups }: Dependencies, { kept }: Plan, scores: Scores): Scores =>
  new Map(
    groups.flatMap(({ id, channels }) => {
      const narrow = scores.get(id);
      if (!narrow) return [];
      const wide = new Float64Array(channels);
      kept.get(id)!.forEach((k, i) => {
        wide[k] = narrow[i]!;
      });
      return [[id, wide] as const];
    }),
  );
