/**
 * The process that runs an uploaded graph, behind limits. What it runs is the graph that the gate admitted, written by
 * our own encoder; it has no file, no network, no secret, and no label of the test split.
 */

import { canonicalize } from '@topiary/canonical';
import { admit, check, rulesBeside } from '@topiary/gate';
import { standard } from '@topiary/lowering';
import { optimizerOf } from '@topiary/methods/training';
import { decode, encode, type Graph } from '@topiary/onnx';
import { type Feeds, single } from '@topiary/pipeline';
import { type CompileOptions, compile, latency, peakMemoryBytes, type Session, Trainer } from '@topiary/runtime';
import { serve } from '@topiary/sandbox/child';
import { lossOfTask } from '@topiary/tasks/losses';
import type {
  AnswerRequest,
  LatencyRequest,
  Opened,
  OpenRequest,
  Output,
  StepRequest,
  TrainRequest,
} from './runner-messages.js';
import { assertRuns } from './validity.js';

interface State {
  readonly base: Graph;
  readonly options: CompileOptions;
  graph: Graph;
  session: Session | null;
  trainer: Trainer | null;
}
let state: State | null = null;

const opened = (): State => {
  if (state === null) throw new Error('nothing is open');
  return state;
};

const open = async ({ model, base, batch, compile: options }: OpenRequest): Promise<Opened> => {
  const dense = canonicalize(decode(base));
  const rules = rulesBeside(dense, base.length, batch);
  const { graph } = admit(model, rules);
  await assertRuns(graph);
  state = { base: dense, options, graph, session: null, trainer: null };
  const weights = [...graph.initializers.values()].map(({ name, dims }) => ({ name, dims }));
  return { facts: check(model, rules).facts!, weights };
};

/** The graph as it stands now is compiled when first asked. */
const session = async (s: State): Promise<Session> => {
  s.session ??= await compile(s.graph, { ...s.options, level: 'all', lowMemory: true });
  return s.session;
};

/** What a base network is given, by the names that the upload has for its inputs: its own where there is one, else the same. */
const theirs = ({ base, graph }: State, feeds: Feeds): Feeds => {
  if (base.inputs.length > 1) return feeds;
  const [[from], [to]] = [base.inputs, graph.inputs];
  const { [from!.name]: first, ...rest } = feeds;
  return { ...rest, [to!.name]: first! };
};

const answer = async ({ feeds }: AnswerRequest): Promise<readonly Output[]> => {
  const s = opened();
  const results = await (await session(s)).run(theirs(s, feeds));
  return s.graph.outputs.map(({ name }) => {
    const { data, dims } = results[name]!;
    return { data: data as Float32Array, dims };
  });
};

const train = async ({ task, settings, about }: TrainRequest): Promise<{ provider: string }> => {
  const s = opened();
  const { batch, weightDecay, clip, ema } = settings;
  s.trainer = await Trainer.create(s.graph, {
    ...s.options,
    loss: lossOfTask(task)(settings, { base: single(s.base) }, about),
    optimizer: optimizerOf(settings),
    batch,
    weightDecay,
    clip,
    ema,
  });
  return { provider: s.trainer.session.provider };
};

const step = ({ feeds, lr }: StepRequest) => {
  const s = opened();
  return s.trainer!.step(theirs(s, feeds), lr);
};

/** From now on the trained network is the one that is run. */
const endTraining = async (): Promise<void> => {
  const s = opened();
  s.graph = s.trainer!.export();
  await s.trainer!.release();
  await s.session?.release();
  s.trainer = null;
  s.session = null;
};

serve({
  open,
  answer,
  train,
  step,
  'end-training': endTraining,
  latency: ({ calls, ...request }: LatencyRequest) => {
    const s = opened();
    const both = { base: calls, pruned: calls.map((feeds) => theirs(s, feeds)) };
    return latency(s.base, s.graph, { ...s.options, ...request, calls: both });
  },
  file: () => encode(standard(opened().graph)),
  memory: () => peakMemoryBytes(),
});
