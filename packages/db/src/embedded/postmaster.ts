/**
 * The server process of a cluster: found again after its parent was killed, adopted or stopped; started, awaited.
 *
 * After SIGKILL of its parent the postmaster lives on; after SIGKILL of its own it leaves `postmaster.pid`
 * behind, and for a moment its backends. A pid alone proves nothing: it may belong to another program by now.
 */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TopiaryError } from '@topiary/errors';
import pg from 'pg';
import type { Place } from './place.js';
import { commandLine, isAlive, isListed, processesIn } from './process-facts.js';

export const OWNER = 'topiary';

export const urlOf = (port: number, password: string, database: string): string =>
  `postgres://${OWNER}:${password}@127.0.0.1:${port}/${database}`;

interface PidFile {
  readonly pid: number;
  readonly port: number;
}

const readPidFile = (dataDir: string): PidFile | null => {
  try {
    const lines = readFileSync(join(dataDir, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]), port: Number(lines[3]) };
  } catch {
    return null;
  }
};

/** The process is a postmaster, and of this very cluster. */
const isPostmasterOf = (pid: number, dataDir: string): boolean => {
  const words = commandLine(pid);
  if (words.length === 1) return words[0]!.includes('postgres') && words[0]!.includes(dataDir);
  return (words[0]?.includes('postgres') ?? false) && words[words.indexOf('-D') + 1] === dataDir;
};

export const runningPostmaster = (dataDir: string): PidFile | null => {
  const file = readPidFile(dataDir);
  return file !== null && isAlive(file.pid) && isPostmasterOf(file.pid, dataDir) ? file : null;
};

const isGone = async (pid: number, milliseconds: number): Promise<boolean> => {
  for (const end = Date.now() + milliseconds; Date.now() < end; await sleep(25)) if (!isAlive(pid)) return true;
  return !isAlive(pid);
};

/** SIGINT is Postgres' fast shutdown, SIGQUIT the immediate one (recovered from at the next start). */
export const stopPostmaster = async (pid: number, place: Place): Promise<void> => {
  if (!isAlive(pid)) return;
  if (process.platform === 'win32') {
    const control = place.binaries.postgres.replace(/postgres\.exe$/, 'pg_ctl.exe');
    spawnSync(control, ['stop', '-D', place.dataDir, '-m', 'fast', '-w', '-t', '15']);
    return;
  }
  for (const [signal, patience] of [
    ['SIGINT', 15_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    if (await isGone(pid, patience)) return;
  }
};

/**
 * Clears the way for a start. A pid that is gone is left to Postgres, which also checks that no backend still
 * holds the shared memory; a pid that another program has by now, or a zombie that nobody reaps (a container
 * without an init), would make it refuse: then the file goes, once no process is left in the folder.
 */
export const clearStalePidFile = async (dataDir: string): Promise<void> => {
  for (let wait = 0; wait < 100 && processesIn(dataDir).length > 0; wait++) await sleep(50);
  const file = readPidFile(dataDir);
  if (file === null || !isListed(file.pid) || processesIn(dataDir).length > 0) return;
  if (!isAlive(file.pid) || !isPostmasterOf(file.pid, dataDir)) {
    rmSync(join(dataDir, 'postmaster.pid'), { force: true });
  }
};

/** Small: an idle server takes some 40 MB. TCP on the loopback only; parallel workers off, since queries are small. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '60',
  shared_buffers: '32MB',
  max_wal_size: '256MB',
  min_wal_size: '32MB',
  io_method: 'sync',
  jit: 'off',
  max_parallel_workers: '0',
  max_parallel_workers_per_gather: '0',
  max_worker_processes: '2',
  max_logical_replication_workers: '0',
  max_wal_senders: '0',
  wal_level: 'minimal',
  autovacuum_max_workers: '1',
  log_timezone: 'UTC',
  timezone: 'UTC',
} as const;

/** For tests: a crash of the machine may lose the cluster, a crash of the server may not. */
const VOLATILE = { fsync: 'off', full_page_writes: 'off' } as const;

const LOG_LIMIT = 10 * 2 ** 20;

const openLog = (path: string): number => {
  try {
    if (statSync(path).size > LOG_LIMIT) truncateSync(path);
  } catch {
    // First start.
  }
  return openSync(path, 'a', 0o600);
};

const logTail = (path: string): string => readFileSync(path, 'utf8').trimEnd().split('\n').slice(-8).join('\n');

export type Answer = 'ready' | 'starting' | 'refused' | 'unreachable';

/** `57P03`: the server is up and still recovering. `28P01`: another server, or another password. */
export const ask = async (url: string): Promise<Answer> => {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return 'ready';
  } catch (error) {
    const code = (error as { code?: string }).code;
    return code === '57P03' ? 'starting' : code?.startsWith('28') ? 'refused' : 'unreachable';
  } finally {
    await client.end().catch(() => undefined);
  }
};

export interface Start {
  readonly place: Place;
  readonly port: number;
  readonly password: string;
  readonly logPath: string;
  readonly volatile: boolean;
}

/** Starts the server and waits until it answers; recovery after a crash may take its time. */
export const startPostmaster = async ({ place, port, password, logPath, volatile }: Start): Promise<number> => {
  const log = openLog(logPath);
  const settings = Object.entries({ ...SETTINGS, ...(volatile ? VOLATILE : {}) });
  const child = spawn(
    place.binaries.postgres,
    ['-D', place.dataDir, '-p', String(port), ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    {
      ...place.identity,
      cwd: place.dataDir,
      stdio: ['ignore', log, log],
      // A process group of its own: Ctrl-C in a terminal must not stop the database before those who write to it.
      detached: true,
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
    },
  );
  closeSync(log);
  let failure: string | null = null;
  child.once('error', (error) => {
    failure = error.message;
  });
  child.once('exit', (code, signal) => {
    failure ??= `it ended with ${signal ?? `code ${code}`}`;
  });
  // The parent's life does not hang on the server's.
  child.unref();
  for (let wait = 10; ; wait = Math.min(wait * 1.5, 200)) {
    await sleep(wait);
    if (failure !== null) {
      throw new TopiaryError('TOPIARY_START_POSTGRES', {
        where: place.dataDir,
        expected: `a server on port ${port}`,
        got: `${failure}\n${logTail(logPath)}`,
      });
    }
    if (child.pid !== undefined && (await ask(urlOf(port, password, 'postgres'))) === 'ready') return child.pid;
  }
};
