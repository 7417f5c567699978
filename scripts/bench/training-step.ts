/** One training step of a network, alternated with the same step in PyTorch: time, rate, memory, and where the time goes. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Graph } from '@topiary/onnx';
import { count } from '@topiary/ops';
import { timed } from './clock.js';
import { type BenchNetwork, graphOf } from './networks.js';
import { type Clock, type Peer, startPeer } from './peer.js';
import { profiled, type RoleTime } from './profile.js';
import { type Summary, summarize } from './summary.js';
import { feedsOf, LR, profiledSteps, trainerOf } from './trainer.js';

/** Steps under the profiler; the shortest time of each node counts. */
const PROFILED = 5;

export interface StepBench {
  readonly network: string;
  readonly batch: number;
  readonly ours: Summary;
  readonly peer: (Summary & { readonly name: string }) | null;
  /** Ours over the peer's, by medians and by minima. */
  readonly ratio: number | null;
  readonly ratioMin: number | null;
  /** Floating-point operations of convolutions and products, forward and twice backward, per second at the median. */
  readonly gflops: number;
  /** Share of a step that passed outside of onnxruntime. */
  readonly hostShare: number;
  readonly nodes: number;
  readonly block: number;
  readonly roles: readonly RoleTime[];
  /** Peaks of processes that do nothing else: as usual, with `lowMemory`, PyTorch. */
  readonly memory: { readonly usual: number; readonly low: number; readonly peer: number | null } | null;
}

export interface StepBenchOptions {
  readonly threads: number;
  readonly repetitions: number;
  readonly clock: Clock;
  readonly memory: boolean;
}

const breakdown = (graph: Graph, batch: number, threads: number): Promise<readonly RoleTime[]> =>
  profiled((profile) => profiledSteps(graph, { batch, threads, steps: PROFILED }, profile));

const ownMemory = async (id: string, setting: string): Promise<number> => {
  const script = join(import.meta.dirname, 'memory.ts');
  const { stdout } = await promisify(execFile)('npx', ['tsx', script, id, setting]);
  return Number(stdout.trim().split('\n').at(-1));
};

const memoryOf = async ({ id }: BenchNetwork, peer: number | null): Promise<StepBench['memory']> => ({
  usual: await ownMemory(id, 'usual'),
  low: await ownMemory(id, 'low'),
  peer,
});

/** Steps of both in turn; the first round of each grows its memory and does not count. */
const alternate = async (graph: Graph, batch: number, peer: Peer | null, options: StepBenchOptions) => {
  const { threads, repetitions, clock } = options;
  const trainer = await trainerOf(graph, { batch, threads });
  const feeds = feedsOf(graph, batch);
  const times = { ours: [] as number[], theirs: [] as number[] };
  let [wall, busy] = [0, 0];
  for (let i = 0; i <= repetitions; i += 1) {
    const [before, began] = [trainer.session.busyMs(), performance.now()];
    const time = await timed(clock, () => trainer.step(feeds, LR));
    const passed = performance.now() - began;
    const peerTime = peer && (await peer.time('step', clock));
    if (i === 0) continue;
    wall += passed;
    busy += trainer.session.busyMs() - before;
    times.ours.push(time);
    if (peerTime !== null) times.theirs.push(peerTime);
  }
  const { block } = trainer.session;
  const nodes = trainer.training.graph.nodes.length;
  await trainer.release();
  return { ...times, hostShare: 1 - busy / wall, block, nodes };
};

export const benchTrainingStep = async (network: BenchNetwork, options: StepBenchOptions): Promise<StepBench> => {
  const { batch } = network;
  const graph = graphOf(network);
  const peer = await startPeer(graph, { batch, threads: options.threads });
  const { ours: own, theirs, hostShare, block, nodes } = await alternate(graph, batch, peer, options);
  const peerMemory = peer && (await peer.peakMemoryBytes());
  peer?.stop();
  const [ours, its] = [summarize(own), peer ? { name: peer.name, ...summarize(theirs) } : null];
  return {
    network: network.id,
    batch,
    ours,
    peer: its,
    ratio: its && ours.medianMs / its.medianMs,
    ratioMin: its && ours.minMs / its.minMs,
    gflops: (3 * 2 * count(graph).pure * batch) / ours.medianMs / 1e6,
    hostShare,
    nodes,
    block,
    roles: await breakdown(graph, batch, options.threads),
    memory: options.memory ? await memoryOf(network, peerMemory) : null,
  };
};
