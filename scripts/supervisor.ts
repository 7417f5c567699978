/**
 * Runs a whole Topiary on one machine: the embedded Postgres (unless DATABASE_URL names one), the API, the workers.
 * Whatever ends is started again. Children live as long as this process: they stop when it tells them to, or when it is
 * gone; what they leave behind all the same, the next start on this home ends.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  type EmbeddedPostgres,
  endLeftovers,
  type HomeLock,
  lockHome,
  privateHome,
  STARTED_FOR,
} from '@topiary/db/embedded';
import { pendingMigrations } from '@topiary/db/migrate';
import { isTopiaryError } from '@topiary/errors';
import { type Ending, type Kept, keep } from './supervisor/keep.js';
import { API_FLAGS, API_MEMORY, WORKER_FLAGS } from './supervisor/memory.js';
import { startPostgres } from './supervisor/postgres.js';
import { startProcess } from './supervisor/process.js';

const root = process.env.TOPIARY_ROOT ?? process.cwd();
const home = resolve(process.env.TOPIARY_HOME ?? join(root, '.data'));
const workers = Number(process.env.WORKERS ?? 1);
const host = process.env.HOST === '0.0.0.0' ? '127.0.0.1' : (process.env.HOST ?? '127.0.0.1');
const url = `http://${host}:${process.env.PORT ?? '3000'}`;
/** Tells the command line, and whoever reads the README's lines, where this server is. */
const address = join(home, 'address');
const HEALTHY_MS = 60_000;
const say = (line: string) => process.stdout.write(`  ${line}\n`);
const explain = (error: unknown): string =>
  isTopiaryError(error) ? `${error.code}\n${error.message}` : String((error as Error).stack ?? error);

/** In the order in which they were started; they are stopped in the opposite one, those of one rank together. */
const ranks: Kept[][] = [];
let lock: HomeLock | null = null;
let stopping: Promise<void> | null = null;

const stopAll = async (code: number): Promise<void> => {
  process.stdout.write('\n  stopping …\n');
  for (const rank of ranks.toReversed()) await Promise.all(rank.map((kept) => kept.stop()));
  if (lock) rmSync(address, { force: true });
  lock?.release();
  process.exit(code);
};
const stop = (code: number): Promise<void> => {
  stopping ??= stopAll(code);
  return stopping;
};
// Before anything is started: a start that is broken off leaves nothing behind either.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));

const environment = (database: EmbeddedPostgres | null): NodeJS.ProcessEnv => {
  const databaseUrl = database?.url ?? process.env.DATABASE_URL;
  return {
    ...process.env,
    LOG_LEVEL: process.env.LOG_LEVEL ?? 'warn',
    TOPIARY_ROOT: root,
    TOPIARY_HOME: home,
    DATABASE_URL: databaseUrl,
    QUEUE_URL: process.env.QUEUE_URL ?? databaseUrl,
    STORAGE_URL: process.env.STORAGE_URL ?? `file:${join(home, 'artefacts')}`,
    [STARTED_FOR]: home,
  };
};

const isHealthy = async (): Promise<boolean> => {
  const answer = await fetch(`${url}/healthz`).catch(() => null);
  return answer?.ok === true;
};

/** Resolves when the database answers; what keeps it from starting at all is for a person. */
const startDatabase = async (): Promise<() => EmbeddedPostgres | null> => {
  if (process.env.DATABASE_URL) return () => null;
  let server: EmbeddedPostgres | null = null;
  await new Promise<void>((done, fail) => {
    const onStart = (found: EmbeddedPostgres): void => {
      const moved = server !== null && server.url !== found.url;
      server = found;
      done();
      // Those who know the old address must be started with the new one.
      if (moved) for (const kept of ranks.slice(1).flat()) void kept.restart();
    };
    const start = () =>
      startPostgres(home, onStart).catch((error: unknown) => {
        fail(error);
        throw error;
      });
    ranks.push([keep({ name: 'the database', start, say, isFinal: () => server === null })]);
  });
  return () => server;
};

/** An API that ends by itself before it was ever healthy has said why, and would say it again; one that was killed has not. */
const startApi = async (env: () => NodeJS.ProcessEnv): Promise<void> => {
  let wasHealthy = false;
  const isFinal = ({ code }: Ending): boolean => {
    const hasSaid = !wasHealthy && code !== null;
    if (hasSaid) void stop(code);
    return hasSaid;
  };
  const start = async () =>
    startProcess(join(root, 'dist/api.mjs'), {
      env: { ...API_MEMORY, ...env() },
      cwd: root,
      flags: API_FLAGS,
    });
  ranks.push([keep({ name: 'the API', start, say, isFinal })]);
  for (const end = Date.now() + HEALTHY_MS; Date.now() < end && !stopping && !wasHealthy; ) {
    wasHealthy = await isHealthy();
    if (!wasHealthy) await new Promise((next) => setTimeout(next, 100));
  }
  wasHealthy = true;
  if (!stopping) writeFileSync(address, `${url}\n`, { mode: 0o600 });
};

const startWorkers = (env: () => NodeJS.ProcessEnv): void => {
  const worker = (index: number): Kept => {
    const own = () => ({ ...env(), WORKER_INDEX: String(index) });
    const start = async () =>
      startProcess(join(root, 'dist/worker.mjs'), { env: own(), cwd: root, flags: WORKER_FLAGS });
    return keep({ name: workers > 1 ? `worker ${index + 1}` : 'the worker', start, say });
  };
  ranks.push(Array.from({ length: workers }, (_, index) => worker(index)));
};

/** Nothing is left for the API to do to the database; also false where that cannot be told, which the API will explain. */
const isMigrated = (url: string): Promise<boolean> =>
  pendingMigrations(url).then(
    (pending) => pending.length === 0,
    () => false,
  );

const main = async (): Promise<void> => {
  privateHome(home);
  lock = lockHome(home);
  const left = await endLeftovers(home);
  if (left > 0) say(`ended ${left} processes that a former start had left behind`);
  if (stopping) return;
  const database = await startDatabase();
  const env = () => environment(database());
  // The API migrates before it listens: only where that is done already need workers not wait for it.
  const early = await isMigrated(env()['DATABASE_URL']!);
  if (stopping) return;
  const healthy = startApi(env);
  if (early) startWorkers(env);
  await healthy;
  if (!early && !stopping) startWorkers(env);
};

main().catch((error: unknown) => {
  process.stderr.write(`${explain(error)}\n`);
  void stop(1);
});
