/** Has files checked in a process of its own, which is thrown away afterwards: the API itself never parses one. */
import type { Verdict } from '@topiary/contracts';
import { isolation, Sandbox, type SandboxLimits } from '@topiary/sandbox';

export interface CheckRequest {
  /** Local files: the upload, and the dense network of the board. */
  readonly path: string;
  readonly base: string;
  /** Of the evaluation. */
  readonly batch: number;
}

export interface Checker {
  check(request: CheckRequest): Promise<Verdict>;
  /** Of a scoring graph. */
  checkCriterion(request: Pick<CheckRequest, 'path'>): Promise<Verdict>;
  /** In words, what the system does not let us take from the process. */
  readonly missing: readonly string[];
}

const LIMITS: SandboxLimits = { memoryBytes: 2 ** 31, seconds: 60, cpuSeconds: 120, processes: 64 };
/** Checks at the same time; the others wait their turn. */
const AT_ONCE = 2;

export const openChecker = (module: string): Checker => {
  let running = 0;
  const waiting: (() => void)[] = [];
  const enter = async (): Promise<void> => {
    if (running >= AT_ONCE) await new Promise<void>((next) => waiting.push(next));
    running += 1;
  };
  const leave = (): void => {
    running -= 1;
    waiting.shift()?.();
  };
  const ask = async (question: string, request: object): Promise<Verdict> => {
    await enter();
    const sandbox = new Sandbox({ module, limits: LIMITS, where: 'the check of the file' });
    try {
      return await sandbox.ask<Verdict>(question, request);
    } finally {
      leave();
      await sandbox.close();
    }
  };
  return {
    missing: isolation().missing,
    check: (request) => ask('check', request),
    checkCriterion: (request) => ask('check-criterion', request),
  };
};
