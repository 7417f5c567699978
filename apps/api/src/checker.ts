/** Has files checked in a process of its own, which is thrown away afterwards: the API itself never parses one. */
import type { CheckQueue, Verdict } from '@topiary/contracts';
import { isolation, Sandbox, type SandboxLimits } from '@topiary/sandbox';
import { checkTurns } from './check-turns.js';

export interface CriterionCheck {
  /** Whose turn it is. */
  readonly person: string;
  /** A local file: the upload. */
  readonly path: string;
}

export interface CheckRequest extends CriterionCheck {
  /** The dense network of the board, a local file. */
  readonly base: string;
  /** Of the evaluation. */
  readonly batch: number;
}

export interface Checker {
  check(request: CheckRequest): Promise<Verdict>;
  /** Of a scoring graph. */
  checkCriterion(request: CriterionCheck): Promise<Verdict>;
  /** How many files are checked and wait. */
  queue(person: string): CheckQueue;
  /** In words, what the system does not let us take from the process. */
  readonly missing: readonly string[];
}

export interface CheckerOptions {
  /** The bundle of the process that checks. */
  readonly module: string;
  /** Check nothing where the system does not let us shut the process in. */
  readonly required: boolean;
}

const LIMITS: SandboxLimits = { memoryBytes: 2 ** 31, seconds: 30, cpuSeconds: 60, processes: 64 };
const TURNS = { atOnce: 2, ofOne: 8 } as const;

export const openChecker = ({ module, required }: CheckerOptions): Checker => {
  const turns = checkTurns(TURNS);
  const ask = (person: string, question: string, files: readonly string[], value: object): Promise<Verdict> =>
    turns.take(person, async () => {
      const options = { module, required, files, limits: LIMITS, where: 'the check of the file' };
      const sandbox = new Sandbox(options);
      try {
        return await sandbox.ask<Verdict>(question, value);
      } finally {
        await sandbox.close();
      }
    });
  return {
    get missing() {
      return isolation().missing;
    },
    queue: turns.queue,
    check: ({ person, path, base, batch }) => ask(person, 'check', [path, base], { batch }),
    checkCriterion: ({ person, path }) => ask(person, 'check-criterion', [path], {}),
  };
};
