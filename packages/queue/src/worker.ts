/** Taking runs from the queue. */
import { setTimeout as sleep } from 'node:timers/promises';
import { RunJob } from '@topiary/contracts';
import type { Job } from 'bullmq';
import { type AnyWorker, type Backend, chooseBackend } from './backend.js';
import { withPatience } from './patience.js';
import { CLOSING_MS, DEFAULT_NAMESPACE, queueName } from './queue.js';
import { seldom } from './seldom.js';
import type { RunHandler, RunWorker, WorkerOptions } from './types.js';

const LOCK_MS = 30_000;
/** After trouble with the connection; BullMQ's own 15 s would be half a lease. */
const RETRY_MS = 1_000;

/** A started worker, or the error that kept it from starting. */
const tryStart = async (
  backend: Backend,
  handler: RunHandler,
  options: WorkerOptions,
  onError: (error: Error) => void,
): Promise<AnyWorker | Error> => {
  const lockMs = options.lockMs ?? LOCK_MS;
  // BullMQ passes the signal only to a function that declares its three parameters.
  const handle = async (job: Job, _token?: string, signal?: AbortSignal): Promise<void> => {
    await handler(RunJob.parse(job.data), signal ?? new AbortController().signal);
  };
  const settings = {
    concurrency: options.concurrency ?? 1,
    lockDuration: lockMs,
    stalledInterval: lockMs,
    maxStalledCount: 3,
    runRetryDelay: RETRY_MS,
  };
  const worker = backend.worker(queueName(options.device ?? 'cpu'), handle, settings, onError);
  try {
    await withPatience(worker.waitUntilReady());
    return worker;
  } catch (error) {
    void worker.close(true).catch(() => undefined);
    return error instanceof Error ? error : new Error(String(error));
  }
};

/** Resolves after the first try; a backend that is not there yet is tried again in the background. */
export const openWorker = async (url: string, handler: RunHandler, options: WorkerOptions = {}): Promise<RunWorker> => {
  const backend = chooseBackend(url, options.namespace ?? DEFAULT_NAMESPACE);
  const onError = seldom(options.onError ?? (() => undefined));
  const closing = new AbortController();

  const tryAgain = async (): Promise<AnyWorker | null> => {
    while (!closing.signal.aborted) {
      const worker = await tryStart(backend, handler, options, onError);
      if (!(worker instanceof Error)) return worker;
      onError(worker);
      await sleep(RETRY_MS, undefined, { signal: closing.signal }).catch(() => undefined);
    }
    return null;
  };

  const first = await tryStart(backend, handler, options, onError);
  if (first instanceof Error) onError(first);
  const started = first instanceof Error ? tryAgain() : Promise.resolve(first);
  return {
    close: async (force = false) => {
      closing.abort();
      const worker = await started;
      if (worker === null) return;
      if (!force) return worker.close();
      worker.cancelAllJobs('the worker is closing');
      await withPatience(worker.close(), CLOSING_MS).catch(() => undefined);
    },
  };
};
