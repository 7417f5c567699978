/**
 * Vitest's global setup for tests that need Postgres: a real embedded server, started when the first test asks.
 *
 * Test files run in processes of their own; they ask this one over HTTP for a database (see database.ts). The
 * cluster lives in one of a few fixed folders, taken by its lock: so it is made once per machine, a server left
 * over from a killed test run is found again, and test runs side by side do not meet.
 */
import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EmbeddedPostgres, HomeLock } from '@topiary/db';
import { isTopiaryError } from '@topiary/errors';
import pg from 'pg';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    databaseServer: string;
  }
}

const TEMPLATE = 'topiary_template';
const MOST_RUNS = 16;

const withClient = async <T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};

const urlOf = (server: EmbeddedPostgres, database: string): string => {
  const url = new URL(server.url);
  url.pathname = `/${database}`;
  return url.href;
};

/** Loaded when first needed: most test runs touch no database. */
const db = () => import('@topiary/db');

const takeHome = async (): Promise<{ home: string; lock: HomeLock }> => {
  const { lockHome } = await db();
  for (let slot = 0; slot < MOST_RUNS; slot++) {
    const home = join(tmpdir(), `topiary-tests-${process.getuid?.() ?? 0}-${slot}`);
    try {
      return { home, lock: lockHome(home) };
    } catch (error) {
      if (!isTopiaryError(error) || error.code !== 'TOPIARY_START_ALREADY_RUNNING') throw error;
    }
  }
  throw new Error(`more than ${MOST_RUNS} test runs at once`);
};

/** Databases of a former run go; the template is made anew, since the migrations may have changed. */
const prepare = async (server: EmbeddedPostgres): Promise<void> => {
  await withClient(server.url, async (client) => {
    const { rows } = await client.query<{ datname: string }>(
      `SELECT datname FROM pg_database WHERE datname LIKE 'test\\_%' OR datname = '${TEMPLATE}'`,
    );
    for (const { datname } of rows) await client.query(`DROP DATABASE ${datname} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${TEMPLATE}`);
  });
  const { migrate } = await db();
  await migrate(urlOf(server, TEMPLATE));
};

interface Cluster {
  readonly server: EmbeddedPostgres;
  readonly lock: HomeLock;
}

const startCluster = async (): Promise<Cluster> => {
  const { startEmbedded } = await db();
  const { home, lock } = await takeHome();
  try {
    const server = await startEmbedded({ home, volatile: true });
    await prepare(server);
    return { server, lock };
  } catch (error) {
    lock.release();
    throw error;
  }
};

/** POST /migrated or /empty makes a database and answers its URL; DELETE /<name> drops it. */
const answer = async ({ server }: Cluster, method: string, path: string): Promise<string> =>
  withClient(server.url, async (client) => {
    if (method === 'DELETE') {
      await client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(path)} WITH (FORCE)`);
      return '';
    }
    const name = `test_${randomBytes(6).toString('hex')}`;
    await client.query(`CREATE DATABASE ${name}${path === 'empty' ? '' : ` TEMPLATE ${TEMPLATE}`}`);
    return urlOf(server, name);
  });

const listen = (server: Server): Promise<string> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });

export default async (project: TestProject): Promise<() => Promise<void>> => {
  let cluster: Promise<Cluster> | null = null;
  const server = createServer((request, response) => {
    cluster ??= startCluster();
    cluster
      .then((ready) => answer(ready, request.method ?? '', request.url?.slice(1) ?? ''))
      .then((text) => response.end(text))
      .catch((error: unknown) => response.writeHead(500).end(error instanceof Error ? error.message : String(error)));
  });
  project.provide('databaseServer', await listen(server));
  return async () => {
    server.close();
    server.closeAllConnections();
    const started = await cluster?.catch(() => null);
    await started?.server.stop();
    started?.lock.release();
  };
};
