/**
 * Runs a whole Topiary on one machine: the embedded Postgres (unless DATABASE_URL names one), the API, the workers.
 * Children live as long as this process: they stop when it tells them to, or when it is gone.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { lockHome, startEmbedded } from '@topiary/db';
import { isTopiaryError } from '@topiary/errors';

const root = process.env.TOPIARY_ROOT ?? process.cwd();
const home = resolve(process.env.TOPIARY_HOME ?? join(root, '.data'));
const workers = Number(process.env.WORKERS ?? 1);
const STOP_MS = 20_000;

const say = (line: string) => process.stdout.write(`${line}\n`);
const children = new Set<ChildProcess>();
let stopping = false;

const launch = (name: string, env: NodeJS.ProcessEnv, onExit: (code: number | null) => void): ChildProcess => {
  const child = fork(join(root, 'dist', `${name}.mjs`), [], { env, cwd: root, execArgv: ['--enable-source-maps'] });
  children.add(child);
  child.once('exit', (code) => {
    children.delete(child);
    if (!stopping) onExit(code);
  });
  return child;
};

const stopChild = (child: ChildProcess): Promise<void> =>
  new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) return done();
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    child.once('exit', () => {
      clearTimeout(timer);
      done();
    });
    child.kill('SIGTERM');
  });

/** A worker that dies is started again, later and later while it keeps dying. */
const keepWorker = (env: NodeJS.ProcessEnv, failures = 0): void => {
  const began = Date.now();
  launch('worker', env, (code) => {
    const next = Date.now() - began > 60_000 ? 0 : failures + 1;
    const delay = Math.min(30_000, 500 * 2 ** next);
    say(`  a worker ended (${code ?? 'killed'}); starting another in ${delay / 1000} s`);
    setTimeout(() => {
      if (!stopping) keepWorker(env, next);
    }, delay);
  });
};

const healthy = async (url: string, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    const answer = await fetch(`${url}/healthz`).catch(() => null);
    if (answer?.ok) return;
    await new Promise((next) => setTimeout(next, 100));
  }
};

const main = async (): Promise<void> => {
  mkdirSync(home, { recursive: true });
  const lock = lockHome(home);
  const postgres = process.env.DATABASE_URL ? null : await startEmbedded({ home });
  const databaseUrl = process.env.DATABASE_URL ?? postgres!.url;
  const env = {
    ...process.env,
    LOG_LEVEL: process.env.LOG_LEVEL ?? 'warn',
    TOPIARY_ROOT: root,
    TOPIARY_HOME: home,
    DATABASE_URL: databaseUrl,
    QUEUE_URL: process.env.QUEUE_URL ?? databaseUrl,
    STORAGE_URL: process.env.STORAGE_URL ?? `file:${join(home, 'artefacts')}`,
  };

  const stop = async (code: number) => {
    if (stopping) return;
    stopping = true;
    say('\n  stopping …');
    await Promise.all([...children].map(stopChild));
    await postgres?.stop();
    lock.release();
    process.exit(code);
  };
  process.on('SIGINT', () => void stop(0));
  process.on('SIGTERM', () => void stop(0));
  process.on('SIGHUP', () => void stop(0));

  // The API migrates before it listens, so workers that start after it find their tables.
  launch('api', env, (code) => void stop(code ?? 1));
  const port = process.env.PORT ?? '3000';
  await healthy(
    `http://${process.env.HOST === '0.0.0.0' ? '127.0.0.1' : (process.env.HOST ?? '127.0.0.1')}:${port}`,
    AbortSignal.timeout(60_000),
  );
  for (let i = 0; i < workers; i += 1) keepWorker({ ...env, WORKER_INDEX: String(i) });
};

main().catch((error: unknown) => {
  process.stderr.write(
    `${isTopiaryError(error) ? `${error.code}\n${error.message}` : ((error as Error).stack ?? error)}\n`,
  );
  process.exit(1);
});
