/** One child behind limits. It is asked one question at a time; when it does not answer in time, it is gone. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, realpathSync } from 'node:fs';
import { TopiaryError } from '@topiary/errors';
import { isolation } from './isolation.js';
import { type Answer, isNotice, type Notice, saysOutOfMemory } from './messages.js';

export interface SandboxLimits {
  readonly memoryBytes: number;
  /** For one question. */
  readonly seconds: number;
  /** Of processor time in its whole life, all threads together. */
  readonly cpuSeconds: number;
  readonly processes: number;
}

export interface SandboxOptions {
  /** The file that the child runs; it calls `serve`. */
  readonly module: string;
  readonly limits: SandboxLimits;
  /** Refuse to start without the measures that strangers' files should not be run without. */
  readonly required: boolean;
  /** Files that the child may read, and no others; it does so by their place (`readGiven`). */
  readonly files?: readonly string[];
  /** What is being handled, for error messages. */
  readonly where: string;
  /** Node options before the module (tests run TypeScript). */
  readonly execArgv?: readonly string[];
}

const WATCH_MS = 200;
const OPEN_FILES = 256;
const LAST_LINES = 60;
/** Everything else is a secret until proven otherwise: no database address, no key, no seed of a test split. */
const PASSED_ON = ['PATH', 'LD_LIBRARY_PATH', 'CUDA_VISIBLE_DEVICES', 'TZ', 'LANG'];

type Stop = 'time' | 'memory';

interface Open {
  readonly id: number;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: TopiaryError) => void;
  readonly onNotice: ((notice: unknown) => void) | undefined;
}

const environment = (): Record<string, string> => {
  const names = PASSED_ON.filter((name) => process.env[name] !== undefined);
  return Object.fromEntries([...names.map((name) => [name, process.env[name]!]), ['NODE_ENV', 'production']]);
};

/** Memory that the child occupies now; null where the system does not say (no /proc) or the child is gone. */
const residentBytes = (pid: number): number | null => {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  } catch {
    return null;
  }
};

/** The process and those below it: whoever makes a process namespace stays outside of it, as the parent. */
const family = (pid: number): readonly number[] => {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
    return [pid, ...children.flatMap(family)];
  } catch {
    return [pid];
  }
};

const assertComplete = ({ where, required }: SandboxOptions): void => {
  const { lacks, missing } = isolation();
  if (!required || lacks.length === 0) return;
  throw new TopiaryError('TOPIARY_SANDBOX_INCOMPLETE', {
    where,
    expected: 'a machine that can shut uploads in, as SANDBOX=require asks',
    got: missing.join('; '),
    cure: 'SECURITY.md says what a host must permit',
  });
};

const start = (options: SandboxOptions): ChildProcess => {
  assertComplete(options);
  const { module, limits, execArgv = [] } = options;
  const heap = Math.max(64, Math.floor(limits.memoryBytes / 2 ** 21));
  const node = [realpathSync(process.execPath), ...execArgv, `--max-old-space-size=${heap}`, realpathSync(module)];
  const before = isolation().prefix({ ...limits, openFiles: OPEN_FILES }, module);
  const [program, ...rest] = [...before, ...node];
  const files = (options.files ?? []).map((path) => openSync(path, 'r'));
  try {
    return spawn(program!, rest, {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc', ...files],
      serialization: 'advanced',
      env: environment(),
    });
  } finally {
    for (const file of files) closeSync(file);
  }
};

export class Sandbox {
  readonly #child: ChildProcess;
  readonly #options: SandboxOptions;
  readonly #lines: string[] = [];
  readonly #watch: NodeJS.Timeout;
  readonly #ended: Promise<void>;
  #open: Open | null = null;
  #stopped: Stop | null = null;
  #asked = 0;
  #gone: string | null = null;

  constructor(options: SandboxOptions) {
    this.#options = options;
    this.#child = start(options);
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#lines.push(...text.split('\n').filter((line) => line.trim() !== ''));
      this.#lines.splice(0, Math.max(0, this.#lines.length - LAST_LINES));
    });
    this.#child.on('message', (message: Answer | Notice) => this.#hear(message));
    this.#watch = setInterval(() => this.#look(), WATCH_MS);
    this.#watch.unref();
    this.#ended = new Promise((done) => {
      const end = (why: string) => {
        this.#gone ??= why;
        clearInterval(this.#watch);
        this.#open?.reject(this.#failure());
        this.#open = null;
        done();
      };
      this.#child.once('error', (error) => end(String(error)));
      this.#child.once('close', (code, signal) => end(signal ?? `exit ${code}`));
    });
  }

  /** Asks and waits. What the child says meanwhile goes to `onNotice`. */
  ask<T>(name: string, value: unknown, onNotice?: (notice: unknown) => void): Promise<T> {
    if (this.#gone !== null) return Promise.reject(this.#failure());
    if (this.#open !== null) throw new Error('a sandbox is asked one question at a time');
    this.#asked += 1;
    const id = this.#asked;
    const { seconds } = this.#options.limits;
    const timer = setTimeout(() => this.#stop('time'), seconds * 1000);
    return new Promise<unknown>((resolve, reject) => {
      this.#open = { id, resolve, reject, onNotice };
      this.#child.send({ id, name, value }, (error) => {
        if (error) this.#child.kill('SIGKILL');
      });
    }).finally(() => clearTimeout(timer)) as Promise<T>;
  }

  /** Ends the child, whatever it does. */
  close(): Promise<void> {
    this.#child.kill('SIGKILL');
    return this.#ended;
  }

  #hear(message: Answer | Notice): void {
    if (this.#open === null || message.id !== this.#open.id) return;
    if (isNotice(message)) {
      this.#open.onNotice?.(message.notice);
      return;
    }
    const { resolve, reject } = this.#open;
    this.#open = null;
    if (message.ok) resolve(message.value);
    else reject(new TopiaryError(message.code, message.details));
  }

  #look(): void {
    const { pid } = this.#child;
    const bytes = pid === undefined ? 0 : family(pid).reduce((sum, one) => sum + (residentBytes(one) ?? 0), 0);
    if (bytes > this.#options.limits.memoryBytes) this.#stop('memory');
  }

  #stop(why: Stop): void {
    this.#stopped ??= why;
    this.#child.kill('SIGKILL');
  }

  #failure(): TopiaryError {
    const { where, limits } = this.#options;
    if (this.#stopped === 'time')
      return new TopiaryError('TOPIARY_SANDBOX_TIME', {
        where,
        expected: `an answer within ${limits.seconds} s`,
        got: 'none',
      });
    const expected = `at most ${limits.memoryBytes} bytes of memory`;
    const text = this.#lines.join(' ');
    if (this.#stopped === 'memory' || saysOutOfMemory(text))
      return new TopiaryError('TOPIARY_SANDBOX_MEMORY', { where, expected, got: 'more' });
    const last = this.#lines.at(-1);
    const got = `the end of its process (${this.#gone})${last === undefined ? '' : `: ${last}`}`;
    return new TopiaryError('TOPIARY_SANDBOX_CRASHED', { where, expected: 'an answer', got });
  }
}
