/**
 * Whose file is checked next: a few at a time, one of each person, and whoever was served longest ago comes first. So
 * the slowest files of one person keep one place busy, and nobody waits for all of them.
 */
import type { CheckQueue } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';

export interface CheckTurns {
  /** Waits for its turn, works, and leaves. */
  take<T>(person: string, work: () => Promise<T>): Promise<T>;
  queue(person: string): CheckQueue;
}

export interface TurnLimits {
  readonly atOnce: number;
  /** Of one person, those under way and those that wait together. */
  readonly ofOne: number;
}

interface Waiting {
  readonly person: string;
  readonly start: () => void;
}

export const checkTurns = ({ atOnce, ofOne }: TurnLimits): CheckTurns => {
  const running = new Set<string>();
  const waiting: Waiting[] = [];
  /** When each person was last served, as a count; whoever was not is served first. */
  const served = new Map<string, number>();
  let turn = 0;

  const ofPerson = (person: string): number =>
    Number(running.has(person)) + waiting.filter((one) => one.person === person).length;

  /** Of those who have none under way, who was served longest ago; of equals, who came first. */
  const next = (): Waiting | undefined =>
    waiting
      .filter(({ person }) => !running.has(person))
      .reduce<Waiting | undefined>(
        (best, one) =>
          best === undefined || (served.get(one.person) ?? 0) < (served.get(best.person) ?? 0) ? one : best,
        undefined,
      );

  const advance = (): void => {
    while (running.size < atOnce) {
      const one = next();
      if (one === undefined) return;
      waiting.splice(waiting.indexOf(one), 1);
      running.add(one.person);
      turn += 1;
      served.set(one.person, turn);
      one.start();
    }
  };

  const leave = (person: string): void => {
    running.delete(person);
    if (ofPerson(person) === 0 && running.size === 0 && waiting.length === 0) served.clear();
    advance();
  };

  return {
    queue: (person) => ({ running: running.size, waiting: waiting.length, yours: ofPerson(person) }),
    take: async (person, work) => {
      if (ofPerson(person) >= ofOne) {
        throw new TopiaryError('TOPIARY_API_RATE_LIMITED', {
          where: 'checks of files',
          expected: `at most ${ofOne} of one person, those that wait among them`,
          got: `one more; ${waiting.length} wait in all`,
        });
      }
      await new Promise<void>((start) => {
        waiting.push({ person, start });
        advance();
      });
      try {
        return await work();
      } finally {
        leave(person);
      }
    },
  };
};
