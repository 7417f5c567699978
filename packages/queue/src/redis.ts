/** A connection to the queue's Redis for small counters that several processes share; null where the queue is Postgres. */
import { Redis } from 'ioredis';

export interface SharedCounters {
  /** An ioredis client, for libraries that take one. */
  readonly client: object;
  close(): Promise<void>;
}

export const openCounters = (url: string, onError: (error: Error) => void): SharedCounters | null => {
  if (!/^rediss?:\/\//.test(url)) return null;
  // A counter is asked for with every request: better no count than a request that waits.
  const client = new Redis(url, { maxRetriesPerRequest: 1, enableOfflineQueue: false, commandTimeout: 500 });
  client.on('error', onError);
  return { client, close: async () => void client.disconnect() };
};
