/** Prunes a network on this machine: groups, scores, plan, cut, training where asked for, file; and counts and checks the file. */
import { canonicalize } from '@topiary/canonical';
import { TopiaryError } from '@topiary/errors';
import { check, rulesBeside, type Verdict } from '@topiary/gate';
import { standard } from '@topiary/lowering';
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
import type { Measured, PictureData } from './_data.js';
import { chosenCriterion } from './criterion.js';
import { keptWhole } from './kept-whole.js';
import type { Network } from './network.js';
import { randomFrom } from './random.js';
import type { Stages } from './stages.js';
import { trainingFor } from './training.js';

export interface PruneRequest extends PlanOptions {
  readonly criterion: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly heads: boolean;
  /** Scores are estimated anew on the network as it shrinks, so often; 1: never. */
  readonly estimates: number;
  readonly seed: number;
  /** Layers that keep all their channels. */
  readonly keep: readonly string[];
  /** What a caller says of the training of what is left; null: none. */
  readonly training: Readonly<Record<string, unknown>> | null;
}

export interface Pruned {
  readonly plan: Plan;
  readonly cut: Cut;
  readonly bytes: Uint8Array;
  /** Null: no board takes networks of this form. */
  readonly gate: Verdict | null;
  /** On pictures that took no part in anything, in the order of what was done. */
  readonly measured: readonly (Measured & { readonly phase: string })[];
}

/** Of an evaluation on a board: the gate estimates memory for it. */
const BATCH = 128;

type Scorer = (state: { readonly graph: Graph; readonly dependencies: Dependencies }) => Promise<Scores>;

const scorerOf = (request: PruneRequest, whole: ReadonlySet<string>, data: PictureData | null): Scorer => {
  const { criterion, params } = chosenCriterion(request.criterion, request.params, data !== null);
  const wanted = criterion.collects(params);
  const rng = randomFrom(request.seed);
  let round = 0;
  return async ({ graph, dependencies }) => {
    const groups = dependencies.groups.filter(({ id }) => !whole.has(id));
    const statistics = data && wanted.length > 0 ? await data.statistics(wanted, graph, round) : undefined;
    round += 1;
    return scoreGroups(criterion, graph, groups, { params, rng, ...(statistics ? { statistics } : {}) });
  };
};

const planned = async (dependencies: Dependencies, score: Scorer, request: PruneRequest): Promise<Plan> => {
  const { estimates } = request;
  if (estimates === 1) return plan(dependencies, await score({ graph: dependencies.graph, dependencies }), request);
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

/** Boards that take uploads want one picture in and one row of logits out. */
const isOfPictures = ({ inputs, outputs }: Graph): boolean =>
  inputs.length === 1 && outputs.length === 1 && inputs[0]!.shape.length === 4 && outputs[0]!.shape.length === 2;

export const pruneNetwork = async (
  network: Network,
  request: PruneRequest,
  stages: Stages,
  data: PictureData | null,
): Promise<Pruned> => {
  const { graph } = network;
  assertServes(chosenCriterion(request.criterion, request.params, data !== null).criterion, graph);
  const training = request.training === null ? null : trainingFor(graph, request.training);
  const measured: Pruned['measured'][number][] = [];
  const measure = async (phase: string, one: Graph): Promise<void> => {
    if (data === null) return;
    const found = await stages.run(`evaluate ${phase}`, 0.2, (progress) => data.evaluate(one, progress));
    measured.push({ phase, ...found });
  };
  const dependencies = await stages.run('groups', 0.2, () => findGroups(graph, { heads: request.heads }));
  const whole = keptWhole(dependencies.groups, request.keep);
  await measure('base', graph);
  const found = await stages.run('scores and plan', 0.3, () =>
    planned(dependencies, scorerOf(request, whole, data), request),
  );
  const cut = await stages.run('cut', 0.5, () => applyPlan(graph, dependencies, found));
  await measure('pruned', cut.graph);
  let last = cut.graph;
  if (data !== null && training !== null) {
    last = await stages.run('fine-tune', 0, (progress) => data.train(cut.graph, training, progress));
    await measure('fine-tuned', last);
  }
  const bytes = await stages.run('file', 0.65, () => encode(standard(last)));
  const gate = await stages.run('check', 0.75, () =>
    isOfPictures(graph) ? check(bytes, rulesBeside(graph, network.bytes.length, BATCH)) : null,
  );
  await stages.run('recount', 0.9, () => assertCounts(bytes, gate, found));
  return { plan: found, cut, bytes, gate, measured };
};
