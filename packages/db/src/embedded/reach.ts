/** The database of a home for as long as it is needed: the running server's, or one that is started for the purpose. */
import { realpathSync } from 'node:fs';
import { lockHome } from './home-lock.js';
import { DATABASE, startEmbedded } from './index.js';
import { ask, urlOf } from './postmaster.js';
import { privateHome } from './private-home.js';
import { readRecord } from './record.js';

export interface Reached {
  readonly url: string;
  close(): Promise<void>;
}

/** `alone`: nobody else may use the home meanwhile (TOPIARY_START_ALREADY_RUNNING). */
export const reachDatabase = async (home: string, { alone = false } = {}): Promise<Reached> => {
  const given = process.env['DATABASE_URL'];
  if (given) return { url: given, close: async () => undefined };
  privateHome(home);
  const record = readRecord(realpathSync(home));
  if (!alone && record !== null) {
    const url = urlOf(record.port, record.password, DATABASE);
    if ((await ask(url)) === 'ready') return { url, close: async () => undefined };
  }
  const lock = lockHome(home);
  const server = await startEmbedded({ home });
  return {
    url: server.url,
    close: async () => {
      await server.stop();
      lock.release();
    },
  };
};
