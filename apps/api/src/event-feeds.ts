/**
 * Events of a submission for all who watch it: read once, written to each. Whoever joins reads what they have missed by
 * themselves, at the speed at which they take it, and then follows the others.
 */
import type { RunEventRecord, State } from '@topiary/contracts';
import type { Database } from '@topiary/db';
import type { EventHub } from './event-hub.js';

const PAGE = 500;
const ENDED: ReadonlySet<State> = new Set(['done', 'failed', 'cancelled']);

/** Somebody who watches. */
export interface Watcher {
  /** The id of the last event that they have. */
  readonly last: string;
  /** Resolves when there is room for more. */
  tell(records: readonly RunEventRecord[]): Promise<void>;
  /** Every run has ended. */
  end(): void;
  /** It cannot go on; whoever asks again begins where they were. */
  fail(error: unknown): void;
  /** Once they have left. */
  readonly gone: boolean;
}

export interface EventFeeds {
  /** Resolves when the watcher has caught up; they follow from then on, until they have left. */
  watch(submission: string, watcher: Watcher): Promise<void>;
  leave(submission: string, watcher: Watcher): void;
}

type Sources = { readonly db: Pick<Database, 'events' | 'submissions'>; readonly events: Pick<EventHub, 'subscribe'> };

class Feed {
  readonly watchers = new Set<Watcher>();
  last: bigint;
  readonly #read: () => Promise<void>;
  readonly stop: () => void;
  #busy = false;
  #again = false;

  constructor(submission: string, last: string, { db, events }: Sources, close: () => void) {
    this.last = BigInt(last);
    this.stop = events.subscribe(submission, () => this.wake());
    this.#read = async () => {
      // The state is read first: what was written before it ended is then surely among the events.
      const state = await db.submissions.state(submission);
      for (let more = true; more; ) {
        const page = await db.events.after(String(this.last), { submission }, PAGE);
        for (const watcher of this.watchers) void watcher.tell(page);
        this.last = BigInt(page.at(-1)?.id ?? this.last);
        more = page.length === PAGE;
      }
      if (!ENDED.has(state)) return;
      for (const watcher of this.watchers) watcher.end();
      close();
    };
  }

  /** Reads what is new; a call while it does so makes it look once more. */
  wake(): void {
    this.#again = true;
    if (!this.#busy) void this.#work();
  }

  async #work(): Promise<void> {
    this.#busy = true;
    try {
      while (this.#again && this.watchers.size > 0) {
        this.#again = false;
        await this.#read();
      }
    } catch (error) {
      for (const watcher of this.watchers) watcher.fail(error);
    } finally {
      this.#busy = false;
    }
  }
}

export const openFeeds = (sources: Sources): EventFeeds => {
  const feeds = new Map<string, Feed>();
  const close = (submission: string, feed: Feed): void => {
    feed.stop();
    feed.watchers.clear();
    if (feeds.get(submission) === feed) feeds.delete(submission);
  };
  const feedOf = (submission: string, last: string): Feed => {
    const known = feeds.get(submission);
    if (known) return known;
    const feed: Feed = new Feed(submission, last, sources, () => close(submission, feed));
    feeds.set(submission, feed);
    return feed;
  };
  return {
    watch: async (submission, watcher) => {
      while (!watcher.gone) {
        const page = await sources.db.events.after(watcher.last, { submission }, PAGE);
        await watcher.tell(page);
        if (page.length === PAGE) continue;
        const feed = feedOf(submission, watcher.last);
        if (watcher.gone) return;
        // The others may have been told of something since: then there is a page more to read.
        if (feed.last > BigInt(watcher.last)) continue;
        feed.watchers.add(watcher);
        feed.wake();
        return;
      }
    },
    leave: (submission, watcher) => {
      const feed = feeds.get(submission);
      if (!feed?.watchers.delete(watcher)) return;
      if (feed.watchers.size === 0) close(submission, feed);
    },
  };
};
