/** Milliseconds by one of two clocks, around a piece of work. */
import type { Clock } from './peer.js';

const now: Readonly<Record<Clock, () => number>> = {
  wall: () => performance.now(),
  cpu: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
};

export const timed = async (clock: Clock, body: () => Promise<unknown>): Promise<number> => {
  const began = now[clock]();
  await body();
  return now[clock]() - began;
};
