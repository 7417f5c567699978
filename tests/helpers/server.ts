/** A whole Topiary as `npm start` runs it (supervisor, Postgres, API, worker), on a home and port of its own. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Submission } from '@topiary/contracts';

const root = resolve(import.meta.dirname, '../..');

const freePort = (): Promise<number> =>
  new Promise((done, fail) => {
    const server = createServer()
      .once('error', fail)
      .listen(0, '127.0.0.1', () => {
        const address = server.address();
        server.close(() => done(typeof address === 'object' && address ? address.port : 0));
      });
  });

export const temporaryHome = (): string => mkdtempSync(join(tmpdir(), 'topiary-home-'));

export const until = async <T>(
  what: string,
  ms: number,
  probe: () => Promise<T | null | undefined | false>,
): Promise<T> => {
  const end = Date.now() + ms;
  for (;;) {
    const found = await probe().catch(() => null);
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited ${ms / 1000} s in vain for ${what}`);
    await new Promise((next) => setTimeout(next, 200));
  }
};

/** Processes below a process, with their command lines. */
export const descendants = (pid: number): { pid: number; command: string }[] => {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).trim().split('\n');
  const all = lines.map((line) => {
    const [, id, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line)!;
    return { pid: Number(id), parent: Number(parent), command: command! };
  });
  const below = (of: number): typeof all => all.filter((p) => p.parent === of).flatMap((p) => [p, ...below(p.pid)]);
  return below(pid);
};

export class TestServer {
  readonly home: string;
  readonly port: number;
  readonly url: string;
  readonly process: ChildProcess;
  output = '';

  private constructor(home: string, port: number, env: NodeJS.ProcessEnv) {
    this.home = home;
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
    // A process group of its own, as a terminal would give it: so the whole server can be killed at once.
    this.process = spawn(process.execPath, ['--enable-source-maps', join(root, 'dist/supervisor.mjs')], {
      cwd: root,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        NODE_ENV: 'production',
        VITEST: undefined,
        TOPIARY_ROOT: root,
        TOPIARY_HOME: home,
        PORT: String(port),
        LOG_LEVEL: 'warn',
        ...env,
      },
    });
    for (const stream of [this.process.stdout!, this.process.stderr!])
      stream.setEncoding('utf8').on('data', (text) => (this.output += text));
  }

  /** Starts it without waiting for it. */
  static launch({ home, port, env }: { home: string; port: number; env?: NodeJS.ProcessEnv }): TestServer {
    return new TestServer(home, port, env ?? {});
  }

  static async start(options: { home?: string; port?: number; env?: NodeJS.ProcessEnv } = {}): Promise<TestServer> {
    const server = new TestServer(
      options.home ?? temporaryHome(),
      options.port ?? (await freePort()),
      options.env ?? {},
    );
    await until(`a healthy server:\n${server.output}`, 60_000, async () => {
      if (server.process.exitCode !== null)
        throw new Error(`the server ended with ${server.process.exitCode}: ${server.output}`);
      return (await fetch(`${server.url}/readyz`)).ok && /Sign in/.test(server.output);
    });
    return server;
  }

  get key(): string {
    return readFileSync(join(this.home, 'owner.key'), 'utf8').trim();
  }

  /** The one-time link that was printed. */
  get loginUrl(): string {
    return /Sign in\s+(\S+)/.exec(this.output)![1]!;
  }

  async call<T>(method: string, path: string, body?: object): Promise<T> {
    const answer = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${this.key}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  submission(id: string): Promise<Submission> {
    return this.call('GET', `/submissions/${id}`);
  }

  /** The process that computes, while there is one. */
  child(): number | null {
    return descendants(this.process.pid!).find(({ command }) => command.includes('worker-child.mjs'))?.pid ?? null;
  }

  /** SIGKILL to everything at once: supervisor, API, worker, child, Postgres. */
  killAll(): Promise<void> {
    const pids = [this.process.pid!, ...descendants(this.process.pid!).map(({ pid }) => pid)];
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // it ended by itself in the meantime
      }
    }
    return this.ended();
  }

  ended(): Promise<void> {
    return new Promise((done) => {
      if (this.process.exitCode !== null || this.process.signalCode !== null) done();
      else this.process.once('exit', () => done());
    });
  }

  async stop(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) this.process.kill('SIGTERM');
    await this.ended();
  }
}
