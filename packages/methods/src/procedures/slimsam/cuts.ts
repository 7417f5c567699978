/** The two cuts of SlimSAM, and the share of channels with which both together reach a target. */
import type { Target } from '@topiary/contracts';
import type { Graph } from '@topiary/onnx';
import { type Counter, pipelineCosts, single } from '@topiary/pipeline';
import {
  applyPlan,
  type Cut,
  type Dependencies,
  findGroups,
  type Group,
  planRatio,
  type Scores,
} from '@topiary/pruning';
import { type Families, familiesOf } from './families.js';

export interface CutOptions {
  readonly scope: 'global' | 'local';
  readonly multiple: number;
  readonly counter: Counter;
}

const SEARCH = 24;

const cutBy = (graph: Graph, dependencies: Dependencies, plans: readonly ReadonlyMap<string, Int32Array>[]): Cut => {
  const kept = new Map<string, Int32Array>();
  for (const { id } of dependencies.groups) {
    const fewest = plans.map((plan) => plan.get(id)!).reduce((a, b) => (b.length < a.length ? b : a));
    kept.set(id, fewest);
  }
  return applyPlan(graph, dependencies, { kept });
};

const of = (scores: Scores, groups: readonly Group[]): Scores =>
  new Map(groups.flatMap(({ id }) => (scores.has(id) ? [[id, scores.get(id)!] as const] : [])));

/** The stream of tokens loses a share of its channels. */
export const cutStream = (
  graph: Graph,
  dependencies: Dependencies,
  { stream }: Families,
  scores: Scores,
  ratio: number,
  { multiple }: CutOptions,
): Cut =>
  cutBy(graph, dependencies, [
    planRatio(dependencies, of(scores, [stream]), ratio, { scope: 'local', roundTo: multiple }).kept,
  ]);

/** Attention and MLPs each lose a share: by one ranking over all blocks, or block by block. */
export const cutBottlenecks = (
  graph: Graph,
  dependencies: Dependencies,
  { attention, hidden }: Families,
  scores: Scores,
  ratio: number,
  { scope, multiple }: CutOptions,
): Cut =>
  cutBy(graph, dependencies, [
    planRatio(dependencies, of(scores, attention), ratio, { scope }).kept,
    planRatio(dependencies, of(scores, hidden), ratio, { scope, roundTo: multiple }).kept,
  ]);

/** The stream and the blocks each lose a share at once, by one look at the network. */
export const cutAll = (
  graph: Graph,
  dependencies: Dependencies,
  { stream, attention, hidden }: Families,
  scores: Scores,
  ratio: number,
  { scope, multiple }: CutOptions,
): Cut =>
  cutBy(graph, dependencies, [
    planRatio(dependencies, of(scores, [stream]), ratio, { scope: 'local', roundTo: multiple }).kept,
    planRatio(dependencies, of(scores, attention), ratio, { scope }).kept,
    planRatio(dependencies, of(scores, hidden), ratio, { scope, roundTo: multiple }).kept,
  ]);

const macsOf = (graph: Graph, counter: Counter): number => pipelineCosts(single(graph), counter).macs;

/** The smallest share at which what is left is little enough; the largest where nothing is. */
const leastShare = (isEnough: (ratio: number) => boolean): number => {
  let [low, high] = [0, 0.98];
  for (let i = 0; i < SEARCH; i += 1) {
    const middle = (low + high) / 2;
    if (isEnough(middle)) high = middle;
    else low = middle;
  }
  return high;
};

const alike = (groups: readonly Group[]): Scores =>
  new Map(groups.map(({ id, channels }) => [id, new Float64Array(channels)]));

/** Of both cuts, each block losing as much as every other. */
export const shareFor = (graph: Graph, target: Target, options: CutOptions): number => {
  const uniform: CutOptions = { ...options, scope: 'local' };
  const whole = macsOf(graph, options.counter);
  const first = findGroups(graph);
  return leastShare((ratio) => {
    const narrow = cutStream(graph, first, familiesOf(first)!, alike(first.groups), ratio, uniform).graph;
    const second = findGroups(narrow);
    const slim = cutBottlenecks(narrow, second, familiesOf(second)!, alike(second.groups), ratio, uniform).graph;
    return whole / macsOf(slim, options.counter) >= target.value;
  });
};

/** Of one cut, whatever was cut before it. `whole`: MACs before any. */
export const remainingShare = (
  cut: (ratio: number) => Graph,
  whole: number,
  target: Target,
  counter: Counter,
): number => leastShare((ratio) => whole / macsOf(cut(ratio), counter) >= target.value);
