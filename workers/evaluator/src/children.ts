/**
 * The processes that compute runs. Each run has one of its own, which nothing has run in before; the next is started while
 * a run begins and waits for its job, so that short runs one after another do not wait for a start. It has opened no
 * device, and ends by itself when nobody takes it for a minute: an idle worker and a long run hold none.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';

const WAITS_MS = 60_000;

export const startChild = (path: string): ChildProcess =>
  fork(path, [], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // Node's pool of threads decodes the pictures: one thread per core, and never fewer than its own four.
    env: { UV_THREADPOOL_SIZE: String(Math.max(4, availableParallelism())), ...process.env },
    serialization: 'advanced',
    execArgv: ['--enable-source-maps'],
  });

export class Children {
  readonly #path: string;
  readonly #waitsMs: number;
  #waiting: ChildProcess | null = null;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(path: string, waitsMs = WAITS_MS) {
    this.#path = path;
    this.#waitsMs = waitsMs;
  }

  /** The process that waits; null where none does. */
  get waiting(): number | null {
    return this.#waiting?.pid ?? null;
  }

  /** Has one wait, if none does. */
  prepare(): void {
    if (this.#isClosed || this.#waiting !== null) return;
    const child = startChild(this.#path);
    const forget = () => {
      if (this.#waiting === child) this.#release();
    };
    child.once('error', forget);
    child.once('exit', forget);
    this.#waiting = child;
    this.#timer = setTimeout(() => this.#dismiss(), this.#waitsMs).unref();
  }

  /** For one run: the one that waits or a new one. When it has begun to work, the next is started. */
  take(): ChildProcess {
    const child = this.#waiting ?? startChild(this.#path);
    this.#release();
    child.once('message', () => this.prepare());
    return child;
  }

  /** Nobody waits from now on. */
  close(): void {
    this.#isClosed = true;
    this.#dismiss();
  }

  #release(): void {
    clearTimeout(this.#timer);
    this.#waiting = null;
  }

  /** It has nothing to put in order. */
  #dismiss(): void {
    this.#waiting?.kill('SIGKILL');
    this.#release();
  }
}
