/** What a process of a server is, and what memory it holds (Linux). */
import { readFileSync } from 'node:fs';

/** Proportional set size: what several processes share counts once; 0 where it has ended. */
export const pssKiB = (pid: number): number => {
  try {
    return Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
};

/** By its command line. */
export const whatIs = (command: string): string =>
  /dist\/(\w[\w-]*)\.mjs/.exec(command)?.[1] ??
  (command.includes('postgres') ? 'postgres' : command.split(' ').slice(0, 2).join(' '));
