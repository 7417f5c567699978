/** The embedded Postgres as a service: it is asked now and then, since the one that was found alive is no child of ours. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type EmbeddedPostgres, startEmbedded } from '@topiary/db/embedded';
import type { Ending, Running } from './keep.js';

const LOOK_MS = 500;
const ASK_EVERY = 20;
/** Answers may be slow while the machine is busy; a server that gives none for so long gives none. */
const SILENT_MS = 90_000;

const watch = async (server: EmbeddedPostgres, isOver: () => boolean): Promise<Ending> => {
  let answered = Date.now();
  for (let look = 1; server.isAlive(); look += 1) {
    await sleep(LOOK_MS);
    if (isOver() || look % ASK_EVERY !== 0) continue;
    if (await server.answers()) answered = Date.now();
    else if (Date.now() - answered > SILENT_MS) {
      await server.stop();
      return { how: `no answer for ${SILENT_MS / 1000} s`, code: null };
    }
  }
  return { how: 'its process is gone', code: null };
};

/** `onStart` is told where the server listens now: after a restart that may be another port. */
export const startPostgres = async (home: string, onStart: (server: EmbeddedPostgres) => void): Promise<Running> => {
  const server = await startEmbedded({ home });
  onStart(server);
  let over = false;
  return {
    ended: watch(server, () => over),
    stop: () => {
      over = true;
      return server.stop();
    },
  };
};
