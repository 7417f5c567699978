/**
 * A whole run of `classification.resnet56.cifar10` but for downloading: prune to 2x, fine-tune for the board's steps with
 * its loader and augmentation, evaluate 10,000 pictures; beside PyTorch, which trains and evaluates the same pruned
 * network on a batch that it holds already. Both work in turn, some steps each. The pictures are those of shapes32, made
 * here: as many bytes as CIFAR-10's. Pruning has no peer; its time counts as ours alone.
 */
import { crossEntropy, sgd } from '@topiary/autodiff';
import type { Graph } from '@topiary/onnx';
import { Trainer } from '@topiary/runtime';
import { classificationFeeds } from '@topiary/tasks';
import { boardOf } from '@topiary/tracks';
import { batches, buildModel, inOrder, materialize, Resnet56, Shapes32, type Split } from '@topiary/zoo';
import { evaluate } from '../../tests/helpers/evaluate.js';
import { measured, timed } from './clock.js';
import { cutTo } from './cut.js';
import { type Clock, type Peer, startPeer } from './peer.js';

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
  readonly clock: Clock;
}

const BOARD = boardOf('classification.resnet56.cifar10');
/** Of its protocol. */
const AUGMENT = { crop: 4, flip: true };
const PICTURES = 10_000;
/** Steps of each between turns. */
const TURN = 10;

const firstOf = (split: Split, length: number): Split => ({ ...split, length, labels: split.labels.slice(0, length) });

/** Seconds of both. */
interface Both {
  ours: number;
  theirs: number;
}

interface Setting {
  readonly peer: Peer | null;
  readonly batch: number;
  readonly steps: number;
  readonly clock: Clock;
}

const finetune = async (trainer: Trainer, train: Split, { peer, batch, steps, clock }: Setting) => {
  const source = batches(train, { batch, steps, seed: 0, augment: AUGMENT });
  const { session, training } = trainer;
  const turn = async (length: number): Promise<void> => {
    for (let i = 0; i < length; i += 1) {
      const { images, labels } = (await source.next()).value!;
      await trainer.step(classificationFeeds(training.graph, images, labels), 0.01);
    }
  };
  const times: Both = { ours: 0, theirs: 0 };
  let wall = 0;
  for (let done = 0; done < steps; done += TURN) {
    const length = Math.min(TURN, steps - done);
    const began = performance.now();
    times.ours += (await timed(clock, () => turn(length))) / 1000;
    wall += performance.now() - began;
    for (let i = 0; peer && i < length; i += 1) times.theirs += (await peer.time('step', clock)) / 1000;
  }
  return { ...times, hostShare: 1 - session.busyMs() / wall };
};

/** PyTorch's batch follows on each of ours, so that both see the same machine. */
const evaluation = async (
  graph: Graph,
  test: Split,
  threads: number,
  { peer, batch, clock }: Setting,
): Promise<Both> => {
  const times: Both = { ours: 0, theirs: 0 };
  let beside = 0;
  async function* feeds() {
    for await (const { images, labels } of inOrder(test, batch)) {
      yield classificationFeeds(graph, images, labels);
      beside += await timed(clock, async () => {
        if (peer) times.theirs += (await peer.time('evaluate', clock)) / 1000;
      });
    }
  }
  const all = await timed(clock, () => evaluate(graph, feeds(), { provider: 'cpu', threads }));
  return { ...times, ours: (all - beside) / 1000 };
};

export const benchWholeRun = async ({ steps: wanted, threads, clock }: WholeRunOptions): Promise<WholeRun> => {
  const {
    batch,
    weightDecay,
    steps = wanted,
  } = { ...BOARD.finetune, ...(wanted === undefined ? {} : { steps: wanted }) };
  const { train, test } = await Shapes32.open({ dataDir: '' });
  const dense = materialize(buildModel(Resnet56), 0);
  const { ms: pruning, value: pruned } = await measured(clock, () =>
    cutTo(dense, { criterion: 'magnitude-l2', speedup: 2 }),
  );
  const peer = await startPeer(pruned, { batch, threads });
  const setting = { peer, batch, steps: steps!, clock };
  const options = { loss: crossEntropy(), optimizer: sgd(), batch, weightDecay, threads, provider: 'cpu' } as const;
  const { ms: opening, value: trainer } = await measured(clock, () => Trainer.create(pruned, options));
  const tuned = await finetune(trainer, train, setting);
  const graph = trainer.export();
  await trainer.release();
  const evaluated = await evaluation(graph, firstOf(test, Math.min(PICTURES, test.length)), threads, setting);
  peer?.stop();
  const ours = { prune: pruning / 1000, finetune: opening / 1000 + tuned.ours, evaluate: evaluated.ours };
  const its = peer && { finetune: tuned.theirs, evaluate: evaluated.theirs };
  return {
    steps: steps!,
    batch,
    ours,
    peer: its,
    ratio: its && (ours.finetune + ours.evaluate) / (its.finetune + its.evaluate),
    hostShare: tuned.hostShare,
  };
};
