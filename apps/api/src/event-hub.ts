/** Wakes event streams when the database says that something new was written about their submission. */
import type { Database, Listener } from '@topiary/db';

export interface EventHub {
  /** Calls `wake` at each change of the submission; returns the way to stop. */
  subscribe(submission: string, wake: () => void): () => void;
  close(): Promise<void>;
}

export const openEventHub = async (db: Database): Promise<EventHub> => {
  const streams = new Map<string, Set<() => void>>();
  const wakeAll = () => {
    for (const wakes of streams.values()) for (const wake of wakes) wake();
  };
  const listener: Listener = await db.listen(({ submission }) => {
    for (const wake of streams.get(submission) ?? []) wake();
  }, wakeAll);
  return {
    subscribe: (submission, wake) => {
      const wakes = streams.get(submission) ?? new Set();
      streams.set(submission, wakes.add(wake));
      return () => {
        wakes.delete(wake);
        if (wakes.size === 0) streams.delete(submission);
      };
    },
    close: () => listener.close(),
  };
};
