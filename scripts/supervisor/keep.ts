/** Keeps one service alive: started again when it ends, later and later while it keeps ending, until it is told to stop. */
import { setTimeout as sleep } from 'node:timers/promises';

/** A service that runs; `ended` says how it ended and never rejects. */
export interface Running {
  readonly ended: Promise<Ending>;
  stop(): Promise<void>;
}

export interface Ending {
  readonly how: string;
  /** Of a process that ended by itself. */
  readonly code: number | null;
}

export interface KeepOptions {
  readonly name: string;
  readonly start: () => Promise<Running>;
  readonly say: (line: string) => void;
  /** True where starting again would be of no use; it has been told. */
  readonly isFinal?: (ending: Ending) => boolean;
  /** For tests: the clock of the delays, in milliseconds. */
  readonly unitMs?: number;
}

export interface Kept {
  /** Ends what runs now; it is started again at once. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** By convention (sysexits.h) the end of a process whose settings cannot work here: time does not mend them. */
export const EX_CONFIG = 78;
const MOST_UNITS = 60;
const CONFIG_UNITS = 600;
/** Alive for twenty seconds it has recovered, and the next end is a first one again: whatever cannot start ends sooner. */
const RECOVERED_UNITS = 40;

/** In units of half a second: 1, 2, 4, … up to half a minute; five minutes where the settings are wrong. */
export const unitsBefore = (failures: number, code: number | null): number =>
  code === EX_CONFIG ? CONFIG_UNITS : Math.min(MOST_UNITS, 2 ** (failures - 1));

export const keep = ({ name, start, say, isFinal = () => false, unitMs = 500 }: KeepOptions): Kept => {
  const over = new AbortController();
  let running: Running | null = null;
  let isAsked = false;

  const once = async (): Promise<Ending> => {
    try {
      running = await start();
      if (over.signal.aborted) await running.stop();
      return await running.ended;
    } catch (error) {
      return { how: (error as Error).message, code: null };
    } finally {
      running = null;
    }
  };

  const live = async (): Promise<void> => {
    let failures = 0;
    while (!over.signal.aborted) {
      const began = Date.now();
      const ending = await once();
      if (over.signal.aborted || isFinal(ending)) return;
      if (isAsked) {
        isAsked = false;
        continue;
      }
      failures = Date.now() - began > RECOVERED_UNITS * unitMs ? 1 : failures + 1;
      const delay = unitsBefore(failures, ending.code) * unitMs;
      say(`${name} ended (${ending.how}); starting it again in ${delay / 1000} s`);
      await sleep(delay, undefined, { signal: over.signal }).catch(() => undefined);
    }
  };
  const life = live();

  return {
    restart: async () => {
      if (running === null) return;
      isAsked = true;
      await running.stop();
    },
    stop: async () => {
      over.abort();
      await running?.stop();
      await life;
    },
  };
};
