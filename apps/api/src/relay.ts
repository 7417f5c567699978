/**
 * Moves outbox rows into the queue, and takes care of what the queue or a worker forgot: expired leases, jobs that
 * were sent and never taken. Postgres is the truth; a queue that misbehaves only costs seconds.
 */
import type { Database } from '@topiary/db';
import type { RunQueue } from '@topiary/queue';
import type { Storage } from '@topiary/storage';
import type { FastifyBaseLogger } from 'fastify';
import { collect } from './collector.js';
import { backgroundFailures, leaseExpiries } from './counters.js';
import { dropExpired } from './uploads.js';

const RELAY_MS = 500;
const RELAYED_AT_ONCE = 100;
const RECONCILE_MS = 5_000;
const TELL_MS = 5_000;
/** Once a day is enough; whether it is there is looked for more often. */
const DUMP_MS = 1_800_000;
const DRAW_MS = 20_000;
const SWEEP_MS = 3_600_000;
/** A run that is still queued this long after its job was sent gets its job again (job ids make that harmless). */
const RESEND_SECONDS = 60;

export interface Background {
  stop(): Promise<void>;
}

/** What comes again and again, and may be asked for at once. */
interface Task extends Background {
  now(): void;
}

/** All of it. `relay` sends what was just queued without waiting for the next turn. */
export interface Backgrounds extends Background {
  relay(): void;
  /** Tells what is due. */
  tell(): void;
}

/** Calls `work` again and again, never twice at once; a failure is logged and the next turn tries again. */
const every = (ms: number, name: string, log: FastifyBaseLogger, work: () => Promise<unknown>): Task => {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let failing = false;
  let turn: Promise<void> = Promise.resolve();
  let [busy, again] = [false, false];
  const go = async () => {
    [busy, again] = [true, false];
    try {
      await work();
      if (failing) log.info(`${name}: works again`);
      failing = false;
    } catch (error) {
      if (!failing) log.warn({ err: error }, `${name}: failed, will try again`);
      backgroundFailures.inc({ task: name });
      failing = true;
    }
    busy = false;
    if (!stopped) timer = setTimeout(start, again ? 0 : ms);
  };
  const start = () => {
    turn = go();
  };
  start();
  return {
    now: () => {
      again = true;
      if (busy || stopped) return;
      clearTimeout(timer);
      start();
    },
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await turn;
    },
  };
};

export interface Parts {
  readonly db: Database;
  readonly queue: RunQueue;
  readonly storage: Storage;
  /** Absent: nobody is told of ended submissions. */
  readonly tell?: () => Promise<unknown>;
  /** Writes the dump of the day where it is not there. */
  readonly dump?: () => Promise<unknown>;
  /** Runs again, with seeds that the server draws, what would lead. */
  readonly draw?: () => Promise<unknown>;
}

export const startBackground = (
  { db, queue, storage, tell, dump, draw }: Parts,
  log: FastifyBaseLogger,
  { relayMs = RELAY_MS }: { readonly relayMs?: number } = {},
): Backgrounds => {
  const relay: Task = every(relayMs, 'relay', log, async () => {
    const sent = await db.outbox.relay((jobs) => queue.addAll(jobs), RELAYED_AT_ONCE);
    // There is probably more.
    if (sent === RELAYED_AT_ONCE) relay.now();
  });
  const telling = tell && every(TELL_MS, 'notices', log, tell);
  const tasks = [
    relay,
    ...(telling ? [telling] : []),
    ...(dump ? [every(DUMP_MS, 'dump', log, dump)] : []),
    ...(draw ? [every(DRAW_MS, 'drawn seeds', log, draw)] : []),
    every(RECONCILE_MS, 'reconciler', log, async () => {
      const tally = await db.runs.reconcile();
      for (const [outcome, count] of Object.entries(tally)) if (count > 0) leaseExpiries.inc({ outcome }, count);
      await db.outbox.resend(RESEND_SECONDS);
    }),
    every(SWEEP_MS, 'sweeper', log, async () => {
      await db.sweep();
      await dropExpired(db, storage);
      await storage.sweep();
      const { collected, orphans } = await collect({ db, storage });
      if (collected + orphans > 0) log.info({ collected, orphans }, 'files that nothing refers to are gone');
    }),
  ];
  return {
    relay: () => relay.now(),
    tell: () => telling?.now(),
    stop: async () => void (await Promise.all(tasks.map((task) => task.stop()))),
  };
};
