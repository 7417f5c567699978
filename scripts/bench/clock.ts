/** Milliseconds by one of two clocks, around a piece of work. */
import type { Clock } from './peer.js';

const now: Readonly<Record<Clock, () => number>> = {
  wall: () => performance.now(),
  cpu: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
};

/** Of `--clock`. */
export const clockOf = (name: string): Clock => {
  if (name !== 'wall' && name !== 'cpu') throw new Error(`--clock takes wall or cpu, not ${name}`);
  return name;
};

/** What the work gives, and how long it took. */
export const measured = async <T>(clock: Clock, body: () => T | Promise<T>): Promise<{ ms: number; value: T }> => {
  const began = now[clock]();
  const value = await body();
  return { ms: now[clock]() - began, value };
};

export const timed = async (clock: Clock, body: () => Promise<unknown>): Promise<number> =>
  (await measured(clock, body)).ms;
