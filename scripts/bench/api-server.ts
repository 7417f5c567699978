/** The server that is measured: the bundled API in a process of its own, on a real Postgres. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { API_FLAGS, API_MEMORY } from '../supervisor/memory.js';

const root = resolve(import.meta.dirname, '../..');

export interface Served {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

const firstMatch = async (child: ChildProcess, pattern: RegExp): Promise<string> => {
  for await (const line of createInterface({ input: child.stdout! })) {
    const found = pattern.exec(line);
    if (found) {
      child.stdout!.resume();
      return found[1]!;
    }
  }
  throw new Error(`a server ended before it said where it listens`);
};

const serve = async (
  script: string,
  pattern: RegExp,
  env: NodeJS.ProcessEnv,
  flags: readonly string[] = [],
): Promise<Served> => {
  const child = spawn(process.execPath, [...flags, join(root, script)], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production', ...env },
  });
  const port = await firstMatch(child, pattern);
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid!,
    stop: () =>
      new Promise((done) => {
        child.once('exit', () => done());
        child.kill('SIGTERM');
      }),
  };
};

/** As `npm start` starts it, but without limits of rate: one machine plays a hundred people. */
export const serveApi = (databaseUrl: string, home: string): Promise<Served> =>
  serve(
    'dist/api.mjs',
    /Topiary +http:\/\/[^:]+:(\d+)/,
    {
      ...API_MEMORY,
      PORT: '0',
      TOPIARY_ROOT: root,
      TOPIARY_HOME: home,
      DATABASE_URL: databaseUrl,
      QUEUE_URL: databaseUrl,
      LOG_LEVEL: 'warn',
      TOPIARY_STARTERS: 'none',
      RATE_ADDRESS_PER_MINUTE: '1000000000',
      RATE_READ_PER_MINUTE: '1000000000',
    },
    API_FLAGS,
  );

export const serveHello = (): Promise<Served> => serve('scripts/bench/hello.mjs', /^(\d+)$/, {});
