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
const RECONCILE_MS = 5_000;
const SWEEP_MS = 3_600_000;
/** A run that is still queued this long after its job was sent gets its job again (job ids make that harmless). */
const RESEND_SECONDS = 60;

export interface Background {
  stop(): Promise<void>;
}

/** Calls `work` again and again, never twice at once; a failure is logged and the next turn tries again. */
const every = (ms: number, name: string, log: FastifyBaseLogger, work: () => Promise<unknown>): Background => {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let failing = false;
  let turn: Promise<void> = Promise.resolve();
  const go = async () => {
    try {
      await work();
      if (failing) log.info(`${name}: works again`);
      failing = false;
    } catch (error) {
      if (!failing) log.warn({ err: error }, `${name}: failed, will try again`);
      backgroundFailures.inc({ task: name });
      failing = true;
    }
    if (!stopped) timer = setTimeout(start, ms);
  };
  const start = () => {
    turn = go();
  };
  start();
  return {
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
}

export const startBackground = ({ db, queue, storage }: Parts, log: FastifyBaseLogger): Background => {
  const tasks = [
    every(RELAY_MS, 'relay', log, () => db.outbox.relay((jobs) => queue.addAll(jobs))),
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
  return { stop: async () => void (await Promise.all(tasks.map((task) => task.stop()))) };
};
