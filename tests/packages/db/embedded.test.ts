/** The embedded Postgres, killed and restarted in every way that a machine knows. */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { type EmbeddedPostgres, lockHome, startEmbedded } from '@topiary/db';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { isAlive, startStamp } from '../../../packages/db/src/embedded/process-facts.js';

interface Answer {
  readonly url: string;
  readonly pid: number;
  readonly adopted: boolean;
  readonly dataDir: string;
  readonly code?: string;
  readonly message?: string;
}

const newHome = (): string => {
  const home = mkdtempSync(join(tmpdir(), 'topiary-home-'));
  chmodSync(home, 0o755);
  return home;
};

const recordOf = (home: string) => JSON.parse(readFileSync(join(home, 'postgres.json'), 'utf8'));

const root = resolve(import.meta.dirname, '../../..');
const script = join(import.meta.dirname, 'embedded-process.ts');

/** A server process of its own, to be killed. */
const spawnServer = async (home: string): Promise<{ parent: ChildProcess; answer: Answer }> => {
  const parent = spawn(process.execPath, ['--import', 'tsx', script, home], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: parent.stdout! });
  const answer = await new Promise<Answer>((done) => lines.once('line', (line) => done(JSON.parse(line) as Answer)));
  return { parent, answer };
};

const end = (child: ChildProcess, signal: NodeJS.Signals) =>
  new Promise<void>((done) => {
    child.once('exit', () => done());
    child.kill(signal);
  });

const query = async (url: string, sql: string): Promise<unknown[]> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
};

describe('one home after another start', () => {
  let home: string;
  let server: EmbeddedPostgres | null = null;
  beforeAll(async () => {
    home = newHome();
    const first = await startEmbedded({ home, volatile: true });
    await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    expect(isAlive(first.pid)).toBe(false);
  });
  afterEach(async () => {
    await server?.stop();
    server = null;
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  const start = async (): Promise<EmbeddedPostgres> => {
    server = await startEmbedded({ home, volatile: true });
    return server;
  };
  const isIntact = async (url: string) => expect(await query(url, 'SELECT * FROM kept')).toEqual([{ answer: 42 }]);

  it('keeps data, port and password, and lets nobody in without the password', async () => {
    const { port, password } = recordOf(home);
    const { url } = await start();
    expect(url).toBe(`postgres://topiary:${password}@127.0.0.1:${port}/topiary`);
    await isIntact(url);
    expect(statSync(join(home, 'postgres.json')).mode & 0o777).toBe(0o600);
    const how = `SELECT DISTINCT auth_method FROM pg_hba_file_rules`;
    expect(await query(url, how)).toEqual([{ auth_method: 'scram-sha-256' }]);
    await expect(query(url.replace(password, 'wrong'), 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  });

  it('takes another port when somebody has taken its own', async () => {
    const { port } = recordOf(home);
    const squatter = await new Promise<Server>((done) => {
      const other = createServer().listen(port, '127.0.0.1', () => done(other));
    });
    const { url } = await start();
    squatter.close();
    expect(recordOf(home).port).not.toBe(port);
    await isIntact(url);
  });

  it('refuses a cluster of another version, and says what to do', async () => {
    const file = join(home, 'postgres/PG_VERSION');
    const version = readFileSync(file, 'utf8');
    writeFileSync(file, '12\n');
    await expect(start()).rejects.toThrow(/expected a cluster of Postgres 18; got one of Postgres 12\. Start it once/);
    writeFileSync(file, version);
  });

  it('refuses a cluster whose password is lost', async () => {
    renameSync(join(home, 'postgres.json'), join(home, 'aside'));
    await expect(start()).rejects.toMatchObject({ code: 'TOPIARY_START_POSTGRES' });
    renameSync(join(home, 'aside'), join(home, 'postgres.json'));
  });

  it('is not fooled by a pid file whose pid another program has', async () => {
    const lines = [process.pid, join(home, 'postgres'), 0, recordOf(home).port, '', '127.0.0.1', '', 'ready'];
    writeFileSync(join(home, 'postgres/postmaster.pid'), `${lines.join('\n')}\n`);
    const { adopted, url } = await start();
    expect(adopted).toBe(false);
    await isIntact(url);
  });

  it('refuses a second server while the first lives; finds Postgres when the first was killed', async () => {
    const first = await spawnServer(home);
    const second = await spawnServer(home);
    expect(second.answer.code).toBe('TOPIARY_START_ALREADY_RUNNING');
    expect(second.answer.message).toContain(`process ${first.parent.pid}`);
    await isIntact(first.answer.url);

    await end(first.parent, 'SIGKILL');
    expect(isAlive(first.answer.pid)).toBe(true);
    lockHome(home).release();
    const { stop: _, ...found } = await start();
    expect(found).toMatchObject({ ...first.answer, adopted: true });
    await isIntact(found.url);
  });

  it('recovers when Postgres was killed, too', async () => {
    const first = await spawnServer(home);
    await query(first.answer.url, 'INSERT INTO kept VALUES (43)');
    await end(first.parent, 'SIGKILL');
    process.kill(first.answer.pid, 'SIGKILL');
    const { adopted, pid, url } = await start();
    expect(adopted).toBe(false);
    expect(pid).not.toBe(first.answer.pid);
    expect(await query(url, 'SELECT sum(answer)::int AS sum FROM kept')).toEqual([{ sum: 85 }]);
  });
});

describe('the lock of a home', () => {
  it('is not fooled by a pid that was used again, nor by half a file', () => {
    const home = newHome();
    const lock = join(home, 'server.lock');
    const stale = [
      JSON.stringify({ pid: process.pid, started: 'long ago', at: '' }),
      JSON.stringify({ pid: 2 ** 22 + 1, started: null, at: '' }),
      '{"pid": 1',
    ];
    for (const text of stale) {
      writeFileSync(lock, text);
      lockHome(home).release();
      expect(existsSync(lock)).toBe(false);
    }
    writeFileSync(lock, JSON.stringify({ pid: process.pid, started: startStamp(process.pid), at: 'today' }));
    expect(() => lockHome(home)).toThrow('TOPIARY_HOME');
    rmSync(home, { recursive: true });
  });
});

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.log('skipped: a home that the postgres user cannot reach (needs root)');

describe.skipIf(!isRoot)('started by root', () => {
  it('in a folder that nobody else can enter, puts the cluster elsewhere and finds it again', async () => {
    const outer = newHome();
    chmodSync(outer, 0o700);
    const home = join(outer, 'inner');
    const first = await startEmbedded({ home, volatile: true });
    expect(first.dataDir).toMatch(/^\/var\/lib\/topiary\/[0-9a-f]{16}\/postgres$/);
    expect(recordOf(home).elsewhere).toBe(first.dataDir);
    await first.stop();
    chmodSync(outer, 0o755);
    const second = await startEmbedded({ home, volatile: true });
    expect(second.dataDir).toBe(first.dataDir);
    await second.stop();
    await vi.waitFor(() => rmSync(dirname(first.dataDir), { recursive: true }));
    rmSync(outer, { recursive: true });
  });
});
