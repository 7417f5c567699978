/** What the repository of events gives, and what listeners are told. */
import type { RunEventRecord } from '@topiary/contracts';

export interface EventFilter {
  readonly submission?: string;
  readonly run?: string;
}

/** What has been written since somebody asked last. */
export interface EventNews {
  readonly lastId: string;
  readonly submissions: readonly string[];
}

export interface Events {
  /** The submissions that events after an id are about, and the newest id; null asks for that id alone. */
  news(lastId: string | null): Promise<EventNews>;
  /** Events with an id above `lastId` (`'0'` = from the start), in order. Ids commit in order: none is missed. */
  after(lastId: string, filter: EventFilter, limit?: number): Promise<RunEventRecord[]>;
}

/** A message of the events channel: something was written about this submission. */
export interface EventNotice {
  readonly submission: string;
  readonly run: string;
}

/** Who wants to hear what. */
export interface Notices {
  readonly onEvent?: (notice: EventNotice) => void;
  /** The leaderboard of this board may have changed. */
  readonly onBoard?: (board: string) => void;
  /** The connection was cut: anything may have been missed. */
  readonly onGap?: () => void;
}

export interface Listener {
  close(): Promise<void>;
}
