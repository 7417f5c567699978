/** Random SIGKILL and SIGSTOP of everything that the server consists of. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { STARTED_FOR } from '@topiary/db';
import type { Attacked } from './server.js';

/** xorshift32: the same seed, the same order of blows (what they meet differs). */
export const random = (seed: number): (() => number) => {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
};

/** Every process that a server on this home has started, by its command line; Linux. */
export const processesOf = (home: string): { pid: number; command: string }[] =>
  readdirSync('/proc')
    .map(Number)
    .flatMap((pid) => {
      try {
        if (!(pid > 0) || !readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`${STARTED_FOR}=${home}`))
          return [];
        return [{ pid, command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ') }];
      } catch {
        return [];
      }
    });

export const VICTIMS = ['worker', 'child', 'api', 'supervisor', 'postgres', 'redis'] as const;
export type Victim = (typeof VICTIMS)[number];
export type Blows = Record<string, number>;

const pidOf = (server: Attacked, victim: Victim): number | undefined => {
  if (victim === 'supervisor' || victim === 'redis') return server.pids[victim];
  if (victim === 'postgres') return server.database()?.pid;
  const file = { worker: 'dist/worker.mjs', child: 'worker-child.mjs', api: 'dist/api.mjs' }[victim];
  const found = processesOf(server.home).filter(({ command }) => command.includes(file));
  return found[Math.floor(Math.random() * found.length)]?.pid;
};

const signal = (pid: number, name: NodeJS.Signals): boolean => {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
};

export interface ChaosOptions {
  /** Mean seconds between two blows. */
  readonly everySeconds: number;
  readonly seed: number;
  readonly victims: readonly Victim[];
  /** Longest that something is stopped; above a lease (30 s) another worker takes over meanwhile. */
  readonly longestStop: number;
  /** Counts what was struck, by victim and signal. */
  readonly struck: Blows;
}

/**
 * How long something is stopped, by a number drawn from [0, 1): mostly short, now and then beyond a lease. All stand still
 * while Postgres or Redis does, so most of their stops are shorter: the time is better spent on more of them.
 */
const stopSeconds = (victim: Victim, drawn: number, longest: number): number =>
  drawn ** (victim === 'postgres' || victim === 'redis' ? 5 : 2) * longest;

/** In rounds, so that each is struck about as often as any other; in another order each time. */
function* rounds(victims: readonly Victim[], draw: () => number): Generator<Victim, never> {
  for (;;) {
    const round = [...victims];
    while (round.length > 0) yield round.splice(Math.floor(draw() * round.length), 1)[0]!;
  }
}

/** Strikes until the signal fires; what was stopped goes on then. */
export const chaos = async (
  server: Attacked,
  { everySeconds, seed, victims, longestStop, struck }: ChaosOptions,
  over: AbortSignal,
): Promise<void> => {
  const draw = random(seed);
  const next = rounds(victims, draw);
  const frozen = new Set<number>();
  const thaw = (pid: number) => {
    frozen.delete(pid);
    signal(pid, 'SIGCONT');
  };
  /** Between two runs of a moment there is no child: it is looked for again. */
  const find = async (victim: Victim): Promise<number | undefined> => {
    for (let look = 0; look < 20 && !over.aborted; look += 1) {
      const pid = pidOf(server, victim);
      if (pid !== undefined && !frozen.has(pid)) return pid;
      await sleep(50);
    }
    return undefined;
  };
  while (!over.aborted) {
    await sleep(2 * draw() * everySeconds * 1000, undefined, { signal: over }).catch(() => undefined);
    if (over.aborted) break;
    const victim = next.next().value;
    const name = draw() < 0.6 ? 'SIGKILL' : 'SIGSTOP';
    const seconds = stopSeconds(victim, draw(), longestStop);
    const pid = await find(victim);
    if (pid === undefined || !signal(pid, name)) continue;
    struck[`${victim} ${name}`] = (struck[`${victim} ${name}`] ?? 0) + 1;
    if (name === 'SIGKILL') continue;
    frozen.add(pid);
    setTimeout(() => thaw(pid), seconds * 1000).unref();
  }
  for (const pid of frozen) thaw(pid);
};
