/** Prunes a network on this machine: groups, scores, plan, cut, file; and counts and checks the file that came out. */
import { canonicalize } from '@topiary/canonical';
import { TopiaryError } from '@topiary/errors';
import { check, rulesBeside, type Verdict } from '@topiary/gate';
import { assertServes, scoreGroups } from '@topiary/methods';
import { decode, encode, type Graph } from '@topiary/onnx';
import { count } from '@topiary/ops';
import {
  applyPlan,
  type Cut,
  type Dependencies,
  findGroups,
  type Plan,
  type PlanOptions,
  plan,
  planSteps,
  type Scores,
} from '@topiary/pruning';
import { dataFreeCriterion } from './data-free.js';
import { keptWhole } from './kept-whole.js';
import type { Network } from './network.js';
import { randomFrom } from './random.js';
import type { Stages } from './stages.js';

export interface PruneRequest extends PlanOptions {
  readonly criterion: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly heads: boolean;
  /** Scores are estimated anew on the network as it shrinks, so often; 1: never. */
  readonly estimates: number;
  readonly seed: number;
  /** Layers that keep all their channels. */
  readonly keep: readonly string[];
}

export interface Pruned {
  readonly plan: Plan;
  readonly cut: Cut;
  readonly bytes: Uint8Array;
  /** Null: no board takes networks of this form. */
  readonly gate: Verdict | null;
}

/** Of an evaluation on a board: the gate estimates memory for it. */
const BATCH = 128;

type Scorer = (state: { readonly graph: Graph; readonly dependencies: Dependencies }) => Scores;

const scorerOf = (request: PruneRequest, whole: ReadonlySet<string>): Scorer => {
  const { criterion, params } = dataFreeCriterion(request.criterion, request.params);
  const rng = randomFrom(request.seed);
  return ({ graph, dependencies }) => {
    const groups = dependencies.groups.filter(({ id }) => !whole.has(id));
    return scoreGroups(criterion, graph, groups, { params, rng });
  };
};

const planned = async (dependencies: Dependencies, score: Scorer, request: PruneRequest): Promise<Plan> => {
  const { estimates } = request;
  if (estimates === 1) return plan(dependencies, score({ graph: dependencies.graph, dependencies }), request);
  let last: Plan | null = null;
  for await (const step of planSteps(dependencies, { ...request, estimates, score })) last = step.plan;
  return last!;
};

/** The file counts as planned, by a reader that knows nothing of the plan: the gate's, where it came so far. */
const assertCounts = (bytes: Uint8Array, gate: Verdict | null, { params, macs }: Plan): void => {
  const facts = gate?.facts ?? null;
  const found = facts ? { params: facts.params, ...facts.macs } : count(canonicalize(decode(bytes)));
  const expected = [params.left, macs.pure.left, macs.published.left].join(', ');
  const got = [found.params, found.pure, found.published].join(', ');
  if (expected === got) return;
  throw new TopiaryError('TOPIARY_PRUNING_BAD_PLAN', { where: 'parameters and MACs of the file', expected, got });
};

/** Boards of classification take one picture in and one row of logits out. */
const isClassifier = ({ inputs, outputs }: Graph): boolean =>
  inputs.length === 1 && outputs.length === 1 && inputs[0]!.shape.length === 4 && outputs[0]!.shape.length === 2;

export const pruneNetwork = async (network: Network, request: PruneRequest, stages: Stages): Promise<Pruned> => {
  const { graph } = network;
  assertServes(dataFreeCriterion(request.criterion, request.params).criterion, graph);
  const dependencies = await stages.run('groups', 0.2, () => findGroups(graph, { heads: request.heads }));
  const whole = keptWhole(dependencies.groups, request.keep);
  const found = await stages.run('scores and plan', 0.3, () =>
    planned(dependencies, scorerOf(request, whole), request),
  );
  const cut = await stages.run('cut', 0.5, () => applyPlan(graph, dependencies, found));
  const bytes = await stages.run('file', 0.65, () => encode(cut.graph));
  const gate = await stages.run('check', 0.75, () =>
    isClassifier(graph) ? check(bytes, rulesBeside(graph, network.bytes.length, BATCH)) : null,
  );
  await stages.run('recount', 0.9, () => assertCounts(bytes, gate, found));
  return { plan: found, cut, bytes, gate };
};
