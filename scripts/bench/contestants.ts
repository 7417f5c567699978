/** Who takes a training step in scripts/bench/beside-peers.ts: each alone in a process of its own. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type BenchNetwork, graphOf } from './networks.js';
import { type Clock, type PeerOptions, startPeer } from './peer.js';

export interface Turn {
  readonly threads: number;
  readonly repetitions: number;
  readonly clock: Clock;
}

/** Milliseconds of steps, the first ones left out, and the peak of the process. */
export interface Ran {
  readonly name: string;
  readonly times: readonly number[];
  readonly peakBytes: number;
}

export interface Contestant {
  readonly id: string;
  /** Null where it cannot run on this machine; the reason is printed. */
  run(network: BenchNetwork, turn: Turn): Promise<Ran | null>;
}

const ours: Contestant = {
  id: 'here',
  run: async ({ id }, { threads, repetitions, clock }) => {
    const script = join(import.meta.dirname, 'own-step.ts');
    const args = ['--import', 'tsx', script, id, String(threads), String(repetitions), clock];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    return { name: 'here', ...JSON.parse(stdout.trim().split('\n').at(-1)!) } as Ran;
  },
};

const torch = (id: string, how: Pick<PeerOptions, 'layout' | 'compiled' | 'python'>): Contestant => ({
  id,
  run: async (network, { threads, repetitions, clock }) => {
    const peer = await startPeer(graphOf(network), { batch: network.batch, threads, ...how });
    if (!peer) return null;
    const times: number[] = [];
    for (let i = 0; i <= repetitions; i += 1) {
      const ms = await peer.time('step', clock);
      if (i > 0) times.push(ms);
    }
    const peakBytes = await peer.peakMemoryBytes();
    await peer.stop();
    return { name: peer.name, times, peakBytes };
  },
});

export const CONTESTANTS: readonly Contestant[] = [
  ours,
  torch('eager', {}),
  torch('channels_last', { layout: 'channels_last' }),
  torch('compiled', { compiled: true }),
  torch('other', { python: process.env['OTHER_PYTHON'] }),
];
