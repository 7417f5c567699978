/** A server that is away in any of the ways in which one can be: told as that, not as a fault of ours. */
import { createServer, connect as dial, type Socket } from 'node:net';
import { openDatabase } from '@topiary/db';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openAccounts } from '../../../apps/api/src/accounts/accounts.js';
import { asOurs } from '../../../packages/db/src/lost.js';
import { freshDatabase, type TestDatabase } from '../../helpers/database.js';

const UNAVAILABLE = { code: 'TOPIARY_DB_UNAVAILABLE' };
const CONNECT_MS = 600;

let test: TestDatabase;
beforeAll(async () => {
  test = await freshDatabase();
});
afterAll(() => test.close());

/** Stands between us and the server: passes on, passes nothing on (as a stopped server), or cuts. */
interface Between {
  readonly url: string;
  isSilent: boolean;
  cut(): void;
  close(): Promise<void>;
}

const standBetween = async (url: string): Promise<Between> => {
  const to = new URL(url);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = dial(Number(to.port), to.hostname);
    for (const [from, into] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('error', () => undefined).on('close', () => into.destroy());
      from.on('data', (bytes) => {
        if (!between.isSilent) into.write(bytes);
      });
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const here = new URL(url);
  here.port = String((server.address() as { port: number }).port);
  const cut = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  const between: Between = {
    url: here.href,
    isSilent: false,
    cut,
    close: () =>
      new Promise((done) => {
        cut();
        server.close(() => done());
      }),
  };
  return between;
};

describe('a server that stands still or goes', () => {
  let between: Between;
  beforeEach(async () => {
    between = await standBetween(test.url);
  });
  afterEach(() => between.close());

  const open = (connections: number) => openDatabase(between.url, { connections, connectMs: CONNECT_MS });

  it('is unavailable to who waits for a turn at a connection of the pool', async () => {
    const db = open(1);
    await db.ping();
    between.isSilent = true;
    const first = db.ping();
    await expect(db.ping()).rejects.toMatchObject(UNAVAILABLE);
    await expect(db.submissions.count()).rejects.toMatchObject(UNAVAILABLE);
    between.cut();
    await expect(first).rejects.toMatchObject(UNAVAILABLE);
    await db.close();
  });

  it('is unavailable to who connects and is not answered', async () => {
    between.isSilent = true;
    const db = open(2);
    await expect(db.ping()).rejects.toMatchObject(UNAVAILABLE);
    await expect(db.listen({})).rejects.toMatchObject(UNAVAILABLE);
    await db.close();
  });

  it('is unavailable to a request of accounts, which goes through a library', async () => {
    const db = open(1);
    const settings = { signUp: 'open' as const, baseUrl: 'http://here', github: null, oidc: null };
    const accounts = openAccounts(db, { ...settings, secret: 'a secret of the tests, long enough to sign with' });
    const request = { ip: '127.0.0.1', headers: { cookie: 'topiary.session_token=x' } } as never;
    const reply = { header: () => undefined } as never;
    const person = { name: 'someone', email: 'someone@example.org', password: 'a long password' };
    await accounts.signUp(request, reply, person);
    between.isSilent = true;
    const held = db.ping();
    await expect(accounts.signIn(request, reply, person)).rejects.toMatchObject(UNAVAILABLE);
    await expect(accounts.signUp(request, reply, { ...person, email: 'b@example.org' })).rejects.toMatchObject(
      UNAVAILABLE,
    );
    await expect(accounts.mailReset(person.email)).rejects.toMatchObject(UNAVAILABLE);
    between.cut();
    await held.catch(() => undefined);
    await db.close();
  });
});

it.each([
  ['a host without an address', 'postgres://a:b@nowhere.invalid:5432/c'],
  ['a port without a server', 'postgres://a:b@127.0.0.1:9/c'],
  ['a socket that is gone', 'postgres://a:b@/c?host=/nowhere'],
])('%s is a database that cannot be reached', async (_what, url) => {
  const db = openDatabase(url, { connections: 1, connectMs: CONNECT_MS });
  await expect(db.ping()).rejects.toMatchObject(UNAVAILABLE);
  await db.close();
});

/** The error that Postgres or the driver gives, past our own client. */
const errorOf = async (work: (client: pg.Client) => Promise<unknown>, settings: pg.ClientConfig = {}) => {
  const client = new pg.Client({ connectionString: test.url, ...settings });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client).then(
      () => null,
      (error: unknown) => error,
    );
  } finally {
    await client.end().catch(() => undefined);
  }
};

it.each<[string, () => Promise<unknown>]>([
  [
    'an end by the administrator',
    () => errorOf((client) => client.query('SELECT pg_terminate_backend(pg_backend_pid())')),
  ],
  [
    'an end of a transaction that stood idle',
    () =>
      errorOf(async (client) => {
        await client.query("SET idle_in_transaction_session_timeout = '50ms'; BEGIN");
        await new Promise((next) => setTimeout(next, 200));
        await client.query('SELECT 1');
      }),
  ],
  ['no answer to a query', () => errorOf((client) => client.query('SELECT pg_sleep(1)'), { query_timeout: 100 })],
  [
    'a client whose connection has ended',
    () =>
      errorOf(async (client) => {
        await client.end();
        await client.query('SELECT 1');
      }),
  ],
])('%s is a database that cannot be reached', async (_what, meet) => {
  expect(asOurs(await meet())).toMatchObject(UNAVAILABLE);
});

it('what only speaks of a lost connection is none', async () => {
  const error = await errorOf((client) => client.query('SELECT "ECONNREFUSED: Connection terminated"'));
  expect(error).toMatchObject({ code: '42703' });
  expect(asOurs(error)).toBe(error);
});
