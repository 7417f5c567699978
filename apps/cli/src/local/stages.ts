/** Stages of a piece of work on this machine: a bar at a terminal, and the seconds that each took. */
import { bar } from '../progress.js';
import type { Speech } from '../speech.js';

export interface Stages {
  /** Runs one stage; `share` of the whole is done when it begins. One that takes long says its own progress. */
  run<T>(name: string, share: number, body: (progress: (share: number) => void) => T | Promise<T>): Promise<T>;
  readonly seconds: Readonly<Record<string, number>>;
}

/** Lets a terminal draw before a long computation. */
const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export const stagesOf = ({ status }: Pick<Speech, 'status'>, signal: AbortSignal): Stages => {
  const seconds: Record<string, number> = {};
  return {
    seconds,
    async run(name, share, body) {
      signal.throwIfAborted();
      status(`${bar(share)}  ${name}`);
      await breathe();
      const began = performance.now();
      const made = await body((own) => status(`${bar(own)}  ${name}`));
      seconds[name] = (performance.now() - began) / 1000;
      return made;
    },
  };
};
