/** The server under attack: its supervisor, and Redis where the queue lies there, both started again when they are gone. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type QueueKind = 'postgres' | 'redis';

const freePort = (): Promise<number> =>
  new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address ? address.port : 0));
    });
  });

export interface AttackedOptions {
  readonly stage: string;
  readonly queue: QueueKind;
  readonly workers: number;
  readonly waitMs: number;
}

export class Attacked {
  readonly home = mkdtempSync(join(tmpdir(), 'topiary-kill-'));
  readonly url: string;
  readonly #options: AttackedOptions;
  readonly #ports: { readonly api: number; readonly redis: number };
  #supervisor: ChildProcess | null = null;
  #redis: ChildProcess | null = null;
  #over = false;
  /** How often each had to be started by us, as the system's own supervision would. */
  readonly restarts = { supervisor: -1, redis: -1 };
  log = '';

  private constructor(options: AttackedOptions, ports: { api: number; redis: number }) {
    this.#options = options;
    this.#ports = ports;
    this.url = `http://127.0.0.1:${ports.api}`;
  }

  static async start(options: AttackedOptions): Promise<Attacked> {
    const attacked = new Attacked(options, { api: await freePort(), redis: await freePort() });
    if (options.queue === 'redis') attacked.#startRedis();
    attacked.#startSupervisor();
    return attacked;
  }

  #keep(start: () => ChildProcess, name: keyof Attacked['restarts'], again: () => void): ChildProcess {
    this.restarts[name] += 1;
    const child = start();
    child.once('exit', () => !this.#over && setTimeout(again, 500));
    return child;
  }

  #startRedis(): void {
    const words = ['--port', `${this.#ports.redis}`, '--bind', '127.0.0.1', '--dir', this.home, '--save', ''];
    const start = () => spawn('redis-server', [...words, '--appendonly', 'yes'], { stdio: 'ignore' });
    this.#redis = this.#keep(start, 'redis', () => this.#startRedis());
  }

  #startSupervisor(): void {
    const { stage, queue, workers, waitMs } = this.#options;
    const start = () => {
      const child = spawn(process.execPath, [join(stage, 'dist/supervisor.mjs')], {
        cwd: stage,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          ...process.env,
          TOPIARY_ROOT: stage,
          TOPIARY_HOME: this.home,
          TOPIARY_STARTERS: 'none',
          PORT: `${this.#ports.api}`,
          WORKERS: `${workers}`,
          WAITING_MS: `${waitMs}`,
          RATE_ADDRESS_PER_MINUTE: '0',
          RATE_READ_PER_MINUTE: '0',
          RATE_WRITE_PER_MINUTE: '0',
          QUOTA_RUNS_PER_DAY: '0',
          QUOTA_RUNS_AT_ONCE: '0',
          QUOTA_CPU_SECONDS_PER_DAY: '0',
          ...(queue === 'redis' ? { QUEUE_URL: `redis://127.0.0.1:${this.#ports.redis}` } : {}),
        },
      });
      for (const stream of [child.stdout!, child.stderr!])
        stream.setEncoding('utf8').on('data', (text: string) => {
          this.log = (this.log + text).slice(-20_000);
        });
      return child;
    };
    this.#supervisor = this.#keep(start, 'supervisor', () => this.#startSupervisor());
  }

  get pids(): { supervisor: number | undefined; redis: number | undefined } {
    return { supervisor: this.#supervisor?.pid, redis: this.#redis?.pid };
  }

  /** Of the embedded Postgres; null before its first start. */
  database(): { url: string; pid: number } | null {
    try {
      const record = JSON.parse(readFileSync(join(this.home, 'postgres.json'), 'utf8'));
      const folder = record.elsewhere ?? join(this.home, 'postgres');
      const pid = Number(readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n')[0]);
      return { url: `postgres://topiary:${record.password}@127.0.0.1:${record.port}/topiary`, pid };
    } catch {
      return null;
    }
  }

  get key(): string {
    return readFileSync(join(this.home, 'owner.key'), 'utf8').trim();
  }

  /** An orderly end; `false` where the supervisor did not manage it within a minute. */
  async stop(): Promise<boolean> {
    this.#over = true;
    const [supervisor, redis] = [this.#supervisor, this.#redis];
    const ended = (child: ChildProcess) =>
      new Promise<boolean>((done) => {
        if (child.exitCode !== null || child.signalCode !== null) return done(true);
        const timer = setTimeout(() => done(false), 60_000);
        child.once('exit', () => {
          clearTimeout(timer);
          done(true);
        });
      });
    supervisor?.kill('SIGTERM');
    const orderly = supervisor === null || (await ended(supervisor));
    redis?.kill('SIGTERM');
    if (redis) await ended(redis);
    return orderly;
  }
}
