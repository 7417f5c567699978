/** One training step of a CIFAR ResNet at batch 128, alternated with the same step in PyTorch. */
import { join } from 'node:path';
import { crossEntropy, sgd } from '@topiary/autodiff';
import type { Graph } from '@topiary/onnx';
import { classificationFeeds, type Feeds, peakMemoryBytes, Trainer } from '@topiary/runtime';
import { buildModel, materialize, Resnet20, Resnet56 } from '@topiary/zoo';
import { startPeer } from './peer.js';
import { profiled, type RoleTime } from './profile.js';
import { type Summary, summarize } from './summary.js';

const MODELS = { 20: Resnet20, 56: Resnet56 } as const;
const LR = 0.01;

export interface StepBench {
  readonly model: string;
  readonly batch: number;
  readonly ours: Summary;
  readonly peer: (Summary & { readonly name: string }) | null;
  /** Ours over the peer's, by medians and by minima. */
  readonly ratio: number | null;
  readonly ratioMin: number | null;
  readonly nodes: number;
  readonly roles: readonly RoleTime[];
  readonly peakMemoryBytes: number;
}

export interface StepBenchOptions {
  readonly batch: number;
  readonly threads: number;
  readonly repetitions: number;
}

const feedsOf = (graph: Graph, batch: number): Feeds => {
  const images = Float32Array.from({ length: batch * 3 * 32 * 32 }, (_, i) => Math.sin(i * 0.7));
  return classificationFeeds(
    graph,
    images,
    Array.from({ length: batch }, (_, i) => i % 10),
  );
};

const trainerOf = (graph: Graph, { batch, threads }: StepBenchOptions, profile?: string): Promise<Trainer> =>
  Trainer.create(graph, {
    loss: crossEntropy(),
    optimizer: sgd(),
    weightDecay: 5e-4,
    batch,
    threads,
    provider: 'cpu',
    ...(profile ? { profile } : {}),
  });

const breakdown = (graph: Graph, options: StepBenchOptions): Promise<readonly RoleTime[]> =>
  profiled(async (prefix) => {
    const trainer = await trainerOf(graph, options, prefix);
    const runs = 3;
    for (let i = 0; i < runs; i += 1) await trainer.step(feedsOf(graph, options.batch), LR);
    trainer.session.endProfiling();
    await trainer.release();
    return runs;
  });

export const benchTrainingStep = async (depth: 20 | 56, options: StepBenchOptions): Promise<StepBench> => {
  const { batch, threads, repetitions } = options;
  const graph = materialize(buildModel(MODELS[depth]), 0);
  const script = join(import.meta.dirname, 'peers/cifar_resnet_step.py');
  const peer = await startPeer(process.env['PYTHON'] ?? 'python3', [script, `${depth}`, `${batch}`, `${threads}`]);
  const trainer = await trainerOf(graph, options);
  const feeds = feedsOf(graph, batch);
  const ours: number[] = [];
  const theirs: number[] = [];
  // The first round of each grows its memory and does not count.
  for (let i = 0; i <= repetitions; i += 1) {
    const began = performance.now();
    await trainer.step(feeds, LR);
    const time = performance.now() - began;
    const peerTime = peer ? await peer.step() : Number.NaN;
    if (i > 0) {
      ours.push(time);
      if (peer) theirs.push(peerTime);
    }
  }
  peer?.stop();
  const nodes = trainer.training.graph.nodes.length;
  const peak = peakMemoryBytes();
  await trainer.release();
  const [mine, its] = [summarize(ours), peer ? { name: peer.name, ...summarize(theirs) } : null];
  return {
    model: `resnet${depth}`,
    batch,
    ours: mine,
    peer: its,
    ratio: its && mine.medianMs / its.medianMs,
    ratioMin: its && mine.minMs / its.minMs,
    nodes,
    roles: await breakdown(graph, options),
    peakMemoryBytes: peak,
  };
};
