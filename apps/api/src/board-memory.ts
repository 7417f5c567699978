/**
 * What was worked out of a board and holds until the board changes: its rows, their orders, whole pages as bytes.
 *
 * A board has a version in the database. It is asked for when the last answer is older than `trustMs`, and at once
 * after the database has said that the board changed; so one look-up serves all requests of a moment.
 */
import type { Database } from '@topiary/db';
import type { EventHub } from './event-hub.js';

/** A value and how much of the memory it takes. */
export interface Weighed<T> {
  readonly value: T;
  readonly bytes: number;
}

export interface BoardMemory {
  /** What `make` gave for this version of the board; of simultaneous calls one makes it. */
  of<T>(board: string, key: string, make: () => Promise<Weighed<T>>): Promise<T>;
  /** The same without waiting: undefined where it is not there or may be out of date. */
  known<T>(board: string, key: string): T | undefined;
}

interface Entry {
  readonly value: Promise<Weighed<unknown>>;
  /** Counts up with every use of anything. */
  used: number;
  /** Set when `value` has come. */
  weighed: Weighed<unknown> | null;
}

class Shelf {
  version: string | null = null;
  /** When the version was last compared; 0 = the database said that it changed. */
  checkedAt = 0;
  checking: Promise<void> | null = null;
  /** Least recently used first. */
  entries = new Map<string, Entry>();
}

export interface MemoryOptions {
  /** How long a version is taken for granted without a sign from the database (1 s). */
  readonly trustMs?: number;
  /** Of all boards together (64 MiB). */
  readonly maxBytes?: number;
}

/** A frozen version is an address of its own, and changes with its board. */
const nameOf = (address: string): string => address.split('@')[0]!;

export const openBoardMemory = (
  db: Database,
  events: Pick<EventHub, 'onBoard'>,
  { trustMs = 1_000, maxBytes = 64 * 2 ** 20 }: MemoryOptions = {},
): BoardMemory => {
  const shelves = new Map<string, Shelf>();
  let [bytes, uses] = [0, 0];
  const drop = (shelf: Shelf, key: string, { weighed }: Entry): void => {
    shelf.entries.delete(key);
    bytes -= weighed?.bytes ?? 0;
  };
  events.onBoard((board) => {
    for (const [id, shelf] of shelves) if (board === null || board === nameOf(id)) shelf.checkedAt = 0;
  });

  const isTrusted = (shelf: Shelf): boolean => Date.now() - shelf.checkedAt < trustMs;

  const check = async (board: string, shelf: Shelf): Promise<void> => {
    const asked = Date.now();
    // A change that is announced from here on is newer than the answer may be.
    shelf.checkedAt = asked;
    const version = await db.boards.version(nameOf(board));
    if (version !== shelf.version) for (const [key, entry] of shelf.entries) drop(shelf, key, entry);
    shelf.version = version;
  };

  const upToDate = async (board: string): Promise<Shelf> => {
    const shelf = shelves.get(board) ?? new Shelf();
    shelves.set(board, shelf);
    if (shelf.checking) await shelf.checking;
    else if (!isTrusted(shelf)) {
      shelf.checking = check(board, shelf).finally(() => {
        shelf.checking = null;
      });
      await shelf.checking;
    }
    return shelf;
  };

  const touch = (shelf: Shelf, key: string, entry: Entry): void => {
    uses += 1;
    entry.used = uses;
    shelf.entries.delete(key);
    shelf.entries.set(key, entry);
  };

  /** Of a shelf what has a weight and was not used for longest. */
  const oldestOn = (shelf: Shelf, keep: Entry): readonly [string, Entry] | undefined => {
    for (const one of shelf.entries) if (one[1] !== keep && one[1].weighed && one[1].weighed.bytes > 0) return one;
    return undefined;
  };

  const makeRoom = (keep: Entry): void => {
    while (bytes > maxBytes) {
      const oldest = [...shelves.values()]
        .flatMap((shelf) => {
          const found = oldestOn(shelf, keep);
          return found ? [{ shelf, key: found[0], entry: found[1] }] : [];
        })
        .reduce<{ shelf: Shelf; key: string; entry: Entry } | null>(
          (least, one) => (least === null || one.entry.used < least.entry.used ? one : least),
          null,
        );
      if (oldest === null) return;
      drop(oldest.shelf, oldest.key, oldest.entry);
    }
  };

  const remember = (shelf: Shelf, key: string, value: Promise<Weighed<unknown>>): Entry => {
    uses += 1;
    const entry: Entry = { value, weighed: null, used: uses };
    shelf.entries.set(key, entry);
    const isCurrent = () => shelf.entries.get(key) === entry;
    value.then(
      (weighed) => {
        if (!isCurrent()) return;
        entry.weighed = weighed;
        bytes += weighed.bytes;
        makeRoom(entry);
      },
      () => {
        if (isCurrent()) shelf.entries.delete(key);
      },
    );
    return entry;
  };

  return {
    of: async <T>(board: string, key: string, make: () => Promise<Weighed<T>>): Promise<T> => {
      const shelf = await upToDate(board);
      const entry = shelf.entries.get(key) ?? remember(shelf, key, make());
      if (entry.weighed) touch(shelf, key, entry);
      try {
        return (await entry.value).value as T;
      } catch (error) {
        // Ids that no board has must not fill the memory.
        if (shelf.entries.size === 0) shelves.delete(board);
        throw error;
      }
    },
    known: <T>(board: string, key: string): T | undefined => {
      const shelf = shelves.get(board);
      if (!shelf || shelf.checking || !isTrusted(shelf)) return undefined;
      return shelf.entries.get(key)?.weighed?.value as T | undefined;
    },
  };
};
