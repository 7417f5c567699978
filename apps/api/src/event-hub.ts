/** Passes on what the database says: to event streams, that their submission has news; to memories, that a board changed. */
import type { Database, Listener } from '@topiary/db';

export interface EventHub {
  /** Calls `wake` at each change of the submission; returns the way to stop. */
  subscribe(submission: string, wake: () => void): () => void;
  /** Calls `forget` with each board whose leaderboard may have changed; null = any may have. */
  onBoard(forget: (board: string | null) => void): void;
  close(): Promise<void>;
}

export interface HubOptions {
  /** A notice can be lost; asking the database this often, once for all streams, bounds the delay (5 s). */
  readonly pollMs?: number;
}

/** Asks what is new while anybody listens, and never twice at once. */
const startPoll = (db: Database, pollMs: number, wake: (submission: string) => void) => {
  let timer: NodeJS.Timeout | null = null;
  let last: string | null = null;
  const ask = async (): Promise<void> => {
    try {
      const news = await db.events.news(last);
      last = news.lastId;
      for (const submission of news.submissions) wake(submission);
    } catch {
      // Without the database there is no news; the next turn asks from the same place.
    }
    timer?.refresh();
  };
  return {
    start: () => {
      if (timer !== null) return;
      timer = setTimeout(() => void ask(), pollMs);
      void ask();
    },
    stop: () => {
      if (timer) clearTimeout(timer);
      [timer, last] = [null, null];
    },
  };
};

export const openEventHub = async (db: Database, { pollMs = 5_000 }: HubOptions = {}): Promise<EventHub> => {
  const streams = new Map<string, Set<() => void>>();
  const memories = new Set<(board: string | null) => void>();
  const wake = (submission: string) => {
    for (const wakeOne of streams.get(submission) ?? []) wakeOne();
  };
  const forget = (board: string | null) => {
    for (const memory of memories) memory(board);
  };
  const poll = startPoll(db, pollMs, wake);
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
      poll.start();
      return () => {
        wakes.delete(wakeOne);
        if (wakes.size === 0) streams.delete(submission);
        if (streams.size === 0) poll.stop();
      };
    },
    onBoard: (memory) => void memories.add(memory),
    close: () => {
      poll.stop();
      return listener.close();
    },
  };
};
