/** A real Redis of one's own for a test file; null, saying so, where `redis-server` is not installed. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';

export interface TestRedis {
  readonly url: string;
  /** Kills the server; its data stays. */
  kill(): Promise<void>;
  /** Starts it again on the same port, with the same data. */
  start(): Promise<void>;
  close(): Promise<void>;
}

export const withoutRedis = (): boolean => {
  const absent = spawnSync('redis-server', ['--version']).status !== 0;
  if (absent) console.log('skipped: the queue on Redis (no redis-server on this machine)');
  return absent;
};

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

const answers = async (port: number): Promise<boolean> => {
  const client = new Redis({ host: '127.0.0.1', port, lazyConnect: true, retryStrategy: () => null });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.ping()) === 'PONG';
  } catch {
    return false;
  } finally {
    client.disconnect();
  }
};

export const startRedis = async (): Promise<TestRedis> => {
  const folder = mkdtempSync(join(tmpdir(), 'topiary-redis-'));
  const port = await freePort();
  let server: ChildProcess | null = null;
  const words = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'yes'];

  const start = async (): Promise<void> => {
    server = spawn('redis-server', [...words, '--appendfsync', 'always'], { stdio: 'ignore' });
    for (let wait = 0; wait < 200 && !(await answers(port)); wait++) await sleep(25);
  };
  const kill = async (): Promise<void> => {
    const running = server;
    server = null;
    if (running === null) return;
    await new Promise<void>((done) => {
      running.once('exit', () => done());
      running.kill('SIGKILL');
    });
  };

  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    kill,
    start,
    close: async () => {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
