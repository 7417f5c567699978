/** What the queue offers to those who add runs and to those who work on them. */
import type { RunJob } from '@topiary/contracts';

export interface QueueOptions {
  /** Connection trouble, for the log, the same words once a minute; the queue reconnects by itself. */
  readonly onError?: (error: Error) => void;
  /** Keeps several queues apart on one server: the schema on PostgreSQL, the key prefix on Redis (`topiary_queue`). */
  readonly namespace?: string;
}

export interface RunQueue {
  /** Job id = `runJobId(job)`: adding a waiting job again changes nothing. */
  add(job: RunJob, options?: { readonly delayMs?: number }): Promise<void>;
  /** The same for many, in one round trip for each kind of device. */
  addAll(jobs: readonly RunJob[]): Promise<void>;
  counts(): Promise<{ waiting: number; active: number; delayed: number }>;
  /** Resolves when the backend answers; TOPIARY_QUEUE_UNAVAILABLE otherwise. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** The signal fires when the worker is closed by force. What a handler throws goes to `onError`; the queue never retries. */
export type RunHandler = (job: RunJob, signal: AbortSignal) => Promise<void>;

export interface WorkerOptions extends QueueOptions {
  readonly device?: RunJob['capability']['device'];
  /** Jobs at a time (1). */
  readonly concurrency?: number;
  /** After this long without renewal a job counts as stalled and is handed out again (30 s). */
  readonly lockMs?: number;
}

export interface RunWorker {
  /** Stops taking jobs and waits for those in hand; `force` aborts them first. */
  close(force?: boolean): Promise<void>;
}
