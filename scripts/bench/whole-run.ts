/**
 * A whole run of `classification.resnet56.cifar10` but for downloading: prune to 2x, fine-tune for the board's steps with
 * its loader and augmentation, evaluate 10,000 pictures; beside PyTorch, which trains and evaluates the same pruned
 * network on a batch that it holds already. Both work in turn, some steps each. The pictures are those of shapes32, made
 * here: as many bytes as CIFAR-10's. Pruning has no peer; its time counts as ours alone.
 */
import { crossEntropy, sgd } from '@topiary/autodiff';
import { methodOf, scoreGroups } from '@topiary/methods';
import type { Graph } from '@topiary/onnx';
import { applyPlan, findGroups, plan } from '@topiary/pruning';
import { classificationFeeds, evaluate, Trainer } from '@topiary/runtime';
import { boardOf, protocolOf } from '@topiary/tracks';
import { batches, buildModel, inOrder, materialize, Resnet56, Shapes32, type Split } from '@topiary/zoo';
import { type Peer, startPeer } from './peer.js';

export interface WholeRun {
  readonly steps: number;
  readonly batch: number;
  /** Seconds of each part. */
  readonly ours: Readonly<Record<'prune' | 'finetune' | 'evaluate', number>>;
  readonly peer: Readonly<Record<'finetune' | 'evaluate', number>> | null;
  /** Ours over PyTorch's, fine-tuning and evaluation together. */
  readonly ratio: number | null;
  /** Share of fine-tuning that passed outside of onnxruntime: reading, augmenting, feeding. */
  readonly hostShare: number;
}

export interface WholeRunOptions {
  /** Steps of fine-tuning (the board's). */
  readonly steps?: number | undefined;
  readonly threads: number;
}

const BOARD = boardOf('classification.resnet56.cifar10');
const PICTURES = 10_000;
/** Steps of each between turns. */
const TURN = 10;

const seconds = async (body: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await body();
  return (performance.now() - began) / 1000;
};

const prune = (graph: Graph): Graph => {
  const dependencies = findGroups(graph);
  const criterion = methodOf('criterion', 'magnitude-l2');
  const params = Object.fromEntries(criterion.parameters.map(({ id, default: value }) => [id, value]));
  const scores = scoreGroups(criterion, graph, dependencies.groups, { params, rng: () => 0.5 });
  const found = plan(dependencies, scores, {
    target: { value: 2, counter: 'published' },
    scope: 'global',
    protection: 0.1,
  });
  return applyPlan(graph, dependencies, found).graph;
};

const firstOf = (split: Split, length: number): Split => ({ ...split, length, labels: split.labels.slice(0, length) });

const repeat = async (times: number, body: () => Promise<unknown>): Promise<void> => {
  for (let i = 0; i < times; i += 1) await body();
};

const finetune = async (trainer: Trainer, train: Split, peer: Peer | null, batch: number, steps: number) => {
  const source = batches(train, { batch, steps, seed: 0, augment: protocolOf(BOARD).augment });
  const { session, training } = trainer;
  const step = async () => {
    const { images, labels } = (await source.next()).value!;
    await trainer.step(classificationFeeds(training.graph, images, labels), 0.01);
  };
  const [before, times] = [session.busyMs(), { ours: 0, theirs: 0 }];
  for (let done = 0; done < steps; done += TURN) {
    const turn = Math.min(TURN, steps - done);
    times.ours += await seconds(() => repeat(turn, step));
    if (peer) times.theirs += await seconds(() => repeat(turn, () => peer.time('step', 'wall')));
  }
  return { ...times, hostShare: 1 - (session.busyMs() - before) / 1000 / times.ours };
};

export const benchWholeRun = async ({ steps: wanted, threads }: WholeRunOptions): Promise<WholeRun> => {
  const { finetune: settings } = BOARD;
  const { batch, steps = wanted } = { ...settings, ...(wanted === undefined ? {} : { steps: wanted }) };
  const { train, test } = await Shapes32.open({ dataDir: '' });
  const dense = materialize(buildModel(Resnet56), 0);
  let pruned = dense;
  const pruning = await seconds(async () => {
    pruned = prune(dense);
  });
  const peer = await startPeer(pruned, { batch, threads });
  const options = { loss: crossEntropy(), optimizer: sgd(), batch, weightDecay: settings.weightDecay, threads };
  let trainer: Trainer | null = null;
  const opening = await seconds(async () => {
    trainer = await Trainer.create(pruned, { ...options, provider: 'cpu' });
  });
  const tuned = await finetune(trainer!, train, peer, batch, steps!);
  const graph = trainer!.export();
  await trainer!.release();
  const pictures = firstOf(test, Math.min(PICTURES, test.length));
  async function* feeds() {
    for await (const { images, labels } of inOrder(pictures, batch)) yield classificationFeeds(graph, images, labels);
  }
  const evaluation = await seconds(() => evaluate(graph, feeds(), { provider: 'cpu', threads }));
  const rounds = Math.ceil(pictures.length / batch);
  const theirs = peer && (await seconds(() => repeat(rounds, () => peer.time('evaluate', 'wall'))));
  peer?.stop();
  const ours = { prune: pruning, finetune: opening + tuned.ours, evaluate: evaluation };
  const its = theirs === null ? null : { finetune: tuned.theirs, evaluate: theirs };
  return {
    steps: steps!,
    batch,
    ours,
    peer: its,
    ratio: its && (ours.finetune + ours.evaluate) / (its.finetune + its.evaluate),
    hostShare: tuned.hostShare,
  };
};
