/**
 * One attempt at a run: a child process computes, this side keeps the lease, the progress, the wall limit and the
 * cancel. Whatever happens to the child, the run ends in a state that the database can explain.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { type Problem, toProblem } from '@topiary/contracts';
import type { ClaimedRun, Database } from '@topiary/db';
import { TopiaryError } from '@topiary/errors';
import type { Logger } from 'pino';
import { heldBecause } from './hold.js';
import type { FromChild, Job } from './messages.js';
import type { Outcome } from './metrics.js';
import { Recorder } from './recorder.js';

export const LEASE_SECONDS = 30;
const HEARTBEAT_MS = 2_000;
const TERM_TO_KILL_MS = 5_000;
const LAST_LINES = 12;

export interface AttemptOptions {
  readonly db: Database;
  readonly log: Logger;
  readonly childPath: string;
  readonly limitSeconds: number;
  /** Fires when the worker shuts down: the run goes back to the queue. */
  readonly signal: AbortSignal;
}

/** Why the child was told to stop; null while nobody did. */
type Stop = 'cancelled' | 'lost' | 'timeout' | 'shutdown';

const stopChild = (child: ChildProcess): void => {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), TERM_TO_KILL_MS);
  child.once('exit', () => clearTimeout(timer));
};

const crashProblem = (code: number | null, signal: string | null, lines: readonly string[]): Problem =>
  toProblem(
    new TopiaryError('TOPIARY_WORKER_CRASHED', {
      expected: 'a result',
      got: `the end of the process (${signal ?? `exit ${code}`})${lines.length > 0 ? `: ${lines.at(-1)}` : ''}`,
      ...(signal === 'SIGKILL' ? { cure: 'SIGKILL from outside often means that the machine ran out of memory' } : {}),
    }),
  );

const timeoutProblem = (seconds: number): Problem =>
  toProblem(
    new TopiaryError('TOPIARY_WORKER_TIMEOUT', {
      expected: `an end within ${seconds} s`,
      got: 'none',
      cure: 'Ask for fewer steps, or raise RUN_LIMIT_SECONDS',
    }),
  );

interface Ending {
  readonly code: number | null;
  readonly signal: string | null;
  readonly last: Extract<FromChild, { type: 'result' | 'problem' }> | null;
  readonly lines: readonly string[];
}

/** Runs the child to its end, passing on what it says. */
const runChild = (job: Job, child: ChildProcess, recorder: Recorder, log: Logger): Promise<Ending> =>
  new Promise((resolve) => {
    let last: Ending['last'] = null;
    const lines: string[] = [];
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      const said = text.split('\n').filter((line) => line.trim() !== '');
      for (const line of said) log.warn({ pid: child.pid, line }, 'the child says');
      lines.push(...said);
      lines.splice(0, Math.max(0, lines.length - LAST_LINES));
    });
    child.on('message', (message: FromChild) => {
      if (message.type === 'event') recorder.event(message.event);
      else if (message.type === 'stages') {
        recorder.event(message.event);
        recorder.stages(message.stages, message.progress);
      } else last = message;
    });
    child.once('error', (error) => lines.push(String(error)));
    child.once('close', (code, signal) => resolve({ code, signal, last, lines }));
    child.send(job, () => undefined);
  });

const finish = async (
  db: Database,
  run: ClaimedRun,
  { result, admission }: Extract<FromChild, { type: 'result' }>,
  log: Logger,
): Promise<boolean> => {
  const held = await heldBecause(db, run, result);
  if (held !== null) log.warn({ run: run.run, held }, 'the result waits for a person');
  return db.runs.finish({ run: run.run, attempt: run.attempt }, result, admission, held);
};

export const runAttempt = async (
  run: ClaimedRun,
  job: Job,
  { db, log, childPath, limitSeconds, signal }: AttemptOptions,
): Promise<Outcome> => {
  const ref = { run: run.run, attempt: run.attempt };
  const child = fork(childPath, [], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // Node's pool of threads decodes the pictures: one thread per core, and never fewer than its own four.
    env: { UV_THREADPOOL_SIZE: String(Math.max(4, availableParallelism())), ...process.env },
    serialization: 'advanced',
    execArgv: ['--enable-source-maps'],
  });
  let stopped: Stop | null = null;
  const stop = (why: Stop) => {
    if (stopped) return;
    stopped = why;
    stopChild(child);
  };
  const recorder = new Recorder(
    db,
    ref,
    () => stop('lost'),
    (error) => log.warn({ err: error }, 'could not write progress'),
  );
  const beat = setInterval(() => {
    db.runs.heartbeat(ref, LEASE_SECONDS).then(
      ({ held, cancelRequested }) => {
        if (!held) stop('lost');
        else if (cancelRequested) stop('cancelled');
      },
      (error) => log.warn({ err: error }, 'heartbeat failed'),
    );
  }, HEARTBEAT_MS);
  const limit = setTimeout(() => stop('timeout'), limitSeconds * 1000);
  const onShutdown = () => stop('shutdown');
  signal.addEventListener('abort', onShutdown);
  if (signal.aborted) onShutdown();

  const { code, signal: killed, last, lines } = await runChild(job, child, recorder, log);
  clearInterval(beat);
  clearTimeout(limit);
  signal.removeEventListener('abort', onShutdown);
  await recorder.flush();

  const outcome = stopped as Stop | null;
  // A result that was complete before the stop arrived is a result.
  if (last?.type === 'result' && outcome !== 'lost') return (await finish(db, run, last, log)) ? 'done' : 'lost';
  if (outcome === 'lost') return 'lost';
  if (outcome === 'cancelled') {
    await db.runs.cancelled(ref);
    return 'cancelled';
  }
  if (outcome === 'shutdown') {
    await db.runs.release(ref);
    return 'released';
  }
  if (outcome === 'timeout') {
    await db.runs.fail(ref, timeoutProblem(limitSeconds));
    return 'timeout';
  }
  // Not the run's fault but this worker's: another shall compute it.
  if (last?.type === 'problem' && last.problem.code === 'TOPIARY_RUNTIME_PROVIDER') {
    await db.runs.release(ref);
    return 'unable';
  }
  if (last?.type === 'problem') {
    await db.runs.fail(ref, last.problem);
    return 'failed';
  }
  log.error({ code, killed, lines }, 'the child died');
  await db.runs.crashed(ref, crashProblem(code, killed, lines));
  return 'crashed';
};
