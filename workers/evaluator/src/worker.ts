/** The worker process: takes runs from the queue (or, when that is silent, from the database) and has a child compute them. */
import { join } from 'node:path';
import { toProblem } from '@topiary/contracts';
import { type ClaimedRun, openDatabase, privateHome } from '@topiary/db';
import { isTopiaryError, TopiaryError } from '@topiary/errors';
import { openWorker } from '@topiary/queue';
import { giveBackSoon, tieToParent } from '@topiary/sandbox';
import { pino } from 'pino';
import { LEASE_SECONDS, runAttempt } from './attempt.js';
import { findDevice } from './device.js';
import { readEnv } from './env.js';
import { resolveJob } from './job.js';
import { type Outcome, openMetrics } from './metrics.js';
import { Presence } from './presence.js';

/** The queue is a hint: an idle worker looks into the database itself this often. */
const POLL_MS = 5_000;

const root = process.env.TOPIARY_ROOT ?? process.cwd();
/** Written in by scripts/bundle.mjs. */
const codeVersion = process.env.TOPIARY_VERSION ?? 'unbundled';
/** Settings that cannot work here (sysexits.h): starting again at once would be of no use. */
const EX_CONFIG = 78;

/** Until it can have a run in hand there is nothing to give back. */
let stop: () => Promise<void> = async () => process.exit(0);
process.on('SIGTERM', () => void stop());
process.on('SIGINT', () => (process.send ? undefined : void stop()));
tieToParent(() => void stop());

const start = async (): Promise<void> => {
  const env = readEnv(process.env);
  privateHome(env.home);
  const log = pino({ level: env.logLevel, base: { worker: env.id } });
  // Before it is seen by anybody: a worker that cannot compute takes nothing and reports nothing.
  const device = await findDevice(join(root, 'dist/provider-child.mjs'), env.provider);
  if (device.fellBack) log.info({ provider: device.provider }, device.fellBack);
  const metrics = await openMetrics(env.metricsPort);
  const db = openDatabase(env.databaseUrl, { connections: 3 });
  const shutdown = new AbortController();
  const presence = new Presence({
    db,
    log,
    id: env.id,
    threads: env.threads,
    device,
    onHeard: metrics.heard,
    onLost: () => {
      log.error('another worker has taken this device over');
      void stop();
    },
  });

  const compute = async (run: ClaimedRun): Promise<void> => {
    const began = Date.now();
    // Every line about this run, the child's included, can be found by any of these; the API logs which request made it.
    const runLog = log.child({ run: run.run, attempt: run.attempt, submission: run.submission, board: run.board });
    let outcome: Outcome = 'failed';
    presence.busy = true;
    metrics.begin();
    await presence.report();
    runLog.info('run begins');
    try {
      const job = await resolveJob(db, run, { ...env, provider: device.provider }, codeVersion);
      outcome = await runAttempt(run, job, {
        db,
        log: runLog,
        childPath: join(root, 'dist/worker-child.mjs'),
        limitSeconds: env.limitSeconds,
        signal: shutdown.signal,
      });
    } catch (error) {
      const problem = toProblem(
        isTopiaryError(error) ? error : new TopiaryError('TOPIARY_WORKER_CRASHED', { got: String(error) }),
      );
      runLog.error({ err: error }, 'run could not be computed');
      await db.runs.fail({ run: run.run, attempt: run.attempt }, problem);
    } finally {
      presence.busy = false;
      const seconds = (Date.now() - began) / 1000;
      metrics.end(run.board, outcome, seconds);
      runLog.info({ outcome, seconds }, 'run ended');
      await presence.report();
    }
    if (outcome === 'unable') await giveUp();
  };

  /** What loaded at the start does not any more: whoever goes on fails everybody's runs, one after another. */
  const giveUp = async () => {
    log.fatal({ provider: device.provider }, 'the provider does not load any more; this worker ends');
    await presence.end();
    process.exit(EX_CONFIG);
  };

  // One run at a time, whichever way it came.
  let turn: Promise<void> = Promise.resolve();
  const inTurn = (claim: () => Promise<ClaimedRun | null>): Promise<void> => {
    turn = turn
      .then(async () => {
        if (shutdown.signal.aborted) return;
        const run = await claim();
        if (run) await compute(run);
      })
      .catch((error: unknown) => log.error({ err: error }, 'a run could not be taken or recorded'));
    return turn;
  };
  const { memoryBytes } = device;
  const claimNext = () =>
    db.runs.claimNext(device.device, { worker: env.id, leaseSeconds: LEASE_SECONDS, memoryBytes });
  await presence.begin(shutdown.signal);
  const queue = await openWorker(
    env.queueUrl,
    // A job says that there is work, not which: whose turn it is, the database knows.
    () => inTurn(claimNext),
    {
      device: device.device,
      onError: (error) => log.warn({ err: error }, 'queue'),
    },
  );
  const poll = setInterval(() => {
    if (!presence.busy) void inTurn(claimNext);
  }, POLL_MS);
  log.info({ device }, 'worker ready');
  giveBackSoon();

  stop = async () => {
    if (shutdown.signal.aborted) return;
    clearInterval(poll);
    shutdown.abort();
    await turn;
    await queue.close(true);
    await presence.end();
    await db.close();
    await metrics.close();
    process.exit(0);
  };
};

start().catch((error: unknown) => {
  process.stderr.write(
    `${isTopiaryError(error) ? `${error.code}\n${error.message}` : ((error as Error).stack ?? error)}\n`,
  );
  process.exit(isTopiaryError(error) && error.code === 'TOPIARY_RUNTIME_PROVIDER' ? EX_CONFIG : 1);
});
