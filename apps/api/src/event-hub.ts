/** Passes on what the database says: to event streams, that their submission has news; to memories, that a board changed. */
import type { Database, Listener } from '@topiary/db';

export interface EventHub {
  /** Calls `wake` at each change of the submission; returns the way to stop. */
  subscribe(submission: string, wake: () => void): () => void;
  /** Calls `forget` with each board whose leaderboard may have changed; null = any may have. */
  onBoard(forget: (board: string | null) => void): void;
  close(): Promise<void>;
}

export const openEventHub = async (db: Database): Promise<EventHub> => {
  const streams = new Map<string, Set<() => void>>();
  const memories = new Set<(board: string | null) => void>();
  const wake = (submission: string) => {
    for (const wakeOne of streams.get(submission) ?? []) wakeOne();
  };
  const forget = (board: string | null) => {
    for (const memory of memories) memory(board);
  };
  const listener: Listener = await db.listen({
    onEvent: ({ submission }) => wake(submission),
    onBoard: forget,
    onGap: () => {
      forget(null);
      for (const submission of streams.keys()) wake(submission);
    },
  });
  return {
    subscribe: (submission, wakeOne) => {
      const wakes = streams.get(submission) ?? new Set();
      streams.set(submission, wakes.add(wakeOne));
      return () => {
        wakes.delete(wakeOne);
        if (wakes.size === 0) streams.delete(submission);
      };
    },
    onBoard: (memory) => void memories.add(memory),
    close: () => listener.close(),
  };
};
