/**
 * One measurement at a time on a machine, and no training beside it: a folder that only one process can make.
 * A lock whose process is gone is stale and taken over.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TopiaryError } from '@topiary/errors';

const POLL_MS = 100;

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

const wait = (ms: number) => new Promise((next) => setTimeout(next, ms));

const throwIfAborted = (signal: AbortSignal, where: string): void => {
  if (signal.aborted) throw new TopiaryError('TOPIARY_RUNTIME_ABORTED', { where });
};

export class MeasureLock {
  readonly #folder: string;

  constructor(home: string) {
    this.#folder = join(home, 'measure.lock');
  }

  /** Pid of the process that measures, or null. A lock that is being written counts as held by nobody yet. */
  #holder(): number | null {
    try {
      const pid = Number(readFileSync(join(this.#folder, 'pid'), 'utf8'));
      return isAlive(pid) ? pid : null;
    } catch {
      return null;
    }
  }

  #take(): boolean {
    try {
      mkdirSync(this.#folder);
    } catch {
      return false;
    }
    writeFileSync(join(this.#folder, 'pid'), String(process.pid));
    return true;
  }

  async hold<T>(signal: AbortSignal, body: () => Promise<T>): Promise<T> {
    for (let silent = 0; !this.#take(); ) {
      throwIfAborted(signal, 'waiting to measure');
      silent = this.#holder() === null ? silent + 1 : 0;
      if (silent > 5) rmSync(this.#folder, { recursive: true, force: true });
      else await wait(POLL_MS);
    }
    try {
      return await body();
    } finally {
      rmSync(this.#folder, { recursive: true, force: true });
    }
  }

  /** Returns at once unless another process measures; then waits until it is done. */
  async pause(signal: AbortSignal): Promise<void> {
    while (existsSync(this.#folder)) {
      const holder = this.#holder();
      if (holder === null || holder === process.pid) return;
      throwIfAborted(signal, 'paused while another run is measured');
      await wait(POLL_MS);
    }
  }
}
