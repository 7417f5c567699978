/** A connection that listens for new events, and comes back by itself when it is cut. */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { CONNECT_MS } from './client.js';
import type { EventNotice, Listener, Notices } from './event-types.js';
import { CHANNEL } from './repositories/event-log.js';

/** The channel of the triggers in migrations/20260510000000_board_versions; its payload is the board's id. */
const BOARDS_CHANNEL = 'topiary_boards';

const isNotice = (value: unknown): value is EventNotice =>
  typeof value === 'object' && value !== null && 'submission' in value && 'run' in value;

export interface ListenAt {
  readonly url: string;
  readonly connectMs?: number | undefined;
}

export const openListener = async (
  { url, connectMs = CONNECT_MS }: ListenAt,
  { onEvent, onBoard, onGap }: Notices,
): Promise<Listener> => {
  const closing = new AbortController();
  let client: pg.Client | null = null;

  const connect = async (): Promise<pg.Client> => {
    const next = new pg.Client({ connectionString: url, keepAlive: true, connectionTimeoutMillis: connectMs });
    next.on('error', () => undefined); // 'end' follows
    next.on('notification', ({ channel, payload = 'null' }) => {
      if (channel === BOARDS_CHANNEL) return onBoard?.(payload);
      const notice: unknown = JSON.parse(payload);
      if (isNotice(notice)) onEvent?.(notice);
    });
    try {
      await next.connect();
      await next.query(`LISTEN ${CHANNEL}; LISTEN ${BOARDS_CHANNEL}`);
    } catch (error) {
      await next.end().catch(() => undefined);
      throw error;
    }
    next.once('end', () => {
      if (!closing.signal.aborted) void reconnect();
    });
    return next;
  };

  const reconnect = async (): Promise<void> => {
    client = null;
    for (let wait = 100; !closing.signal.aborted; wait = Math.min(wait * 2, 5_000)) {
      await sleep(wait, undefined, { signal: closing.signal }).catch(() => undefined);
      if (closing.signal.aborted) return;
      const next = await connect().catch(() => null);
      if (next === null) continue;
      client = next;
      if (closing.signal.aborted) await next.end().catch(() => undefined);
      else onGap?.();
      return;
    }
  };

  client = await connect();
  return {
    close: async () => {
      closing.abort();
      await client?.end().catch(() => undefined);
    },
  };
};
