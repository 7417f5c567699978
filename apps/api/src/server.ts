/** The API process: opens what it needs, listens, prints the one-time login link, stops in order. */
import { join } from 'node:path';
import { migrate, openDatabase, privateHome } from '@topiary/db';
import { isTopiaryError, TopiaryError } from '@topiary/errors';
import { openCounters, openQueue } from '@topiary/queue';
import { giveBackSoon, tieToParent } from '@topiary/sandbox';
import { openStorage } from '@topiary/storage';
import { openAccounts } from './accounts/accounts.js';
import { authSecret } from './accounts/settings.js';
import { buildApp } from './app.js';
import { openBoardMemory } from './board-memory.js';
import { openChecker } from './checker.js';
import type { ApiContext } from './context.js';
import { drawSeeds } from './drawn-seeds.js';
import { openDumper } from './dumper.js';
import { type ApiEnv, readEnv } from './env.js';
import { openEventHub } from './event-hub.js';
import { watchHeap } from './heap-growth.js';
import { openMailer } from './mail.js';
import { tellDue } from './notices/tell.js';
import { seed } from './owner.js';
import { type Backgrounds, startBackground } from './relay.js';
import { publishShipped, startStarterSet } from './shipped.js';
import { importAllTrained } from './trained.js';

const root = process.env.TOPIARY_ROOT ?? process.cwd();
/** Written in by scripts/bundle.mjs. */
const VERSION = process.env.TOPIARY_VERSION ?? 'unbundled';

const urlOf = (env: ApiEnv, port: number): string =>
  env.publicUrl ?? `http://${env.host === '0.0.0.0' ? 'localhost' : env.host}:${port}`;

const listen = async (app: Awaited<ReturnType<typeof buildApp>>, { host, port }: ApiEnv): Promise<number> => {
  try {
    await app.listen({ host, port });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new TopiaryError('TOPIARY_START_ENVIRONMENT', {
      where: `PORT=${port}`,
      expected: 'a free port',
      got: 'one that another program listens on',
      cure: 'Set PORT to another number',
    });
  }
  const address = app.server.address();
  return typeof address === 'object' && address ? address.port : port;
};

/** Until everything is open there is nothing to close in order. */
let stop: () => Promise<void> = async () => process.exit(0);
process.on('SIGTERM', () => void stop());
// A supervised process is stopped by its supervisor in order, or because the supervisor is gone.
process.on('SIGINT', () => (process.send ? undefined : void stop()));
tieToParent(() => void stop());
watchHeap();

const start = async (): Promise<void> => {
  const env = readEnv(process.env);
  privateHome(env.home);
  await migrate(env.databaseUrl, join(root, 'prisma/migrations'));
  const db = openDatabase(env.databaseUrl);
  const storage = await openStorage(env.storageUrl);
  const queue = await openQueue(env.queueUrl);
  const events = await openEventHub(db);
  const baseUrl = urlOf(env, env.port);
  const onMailFailure = (error: unknown, what: string) => app.log.error({ err: error, what }, 'a mail was not sent');
  const mailer = env.mail && openMailer({ ...env.mail, site: baseUrl }, onMailFailure);
  const { signUp, github, oidc } = env;
  const secret = await authSecret(env.home, env.authSecret);
  const accounts = openAccounts(db, { signUp, secret, baseUrl, github, oidc }, mailer);
  const counters = openCounters(env.queueUrl, (error) => app.log.warn({ err: error }, 'counters'));
  let background: Backgrounds | null = null;
  const context: ApiContext = {
    db,
    storage,
    events,
    accounts,
    mailer,
    checker: openChecker({ module: join(root, 'dist/gate-child.mjs'), required: env.sandbox === 'require' }),
    boards: openBoardMemory(db, events),
    dataDir: env.dataDir,
    projectDir: root,
    publicUrl: env.publicUrl,
    version: VERSION,
    dataLicence: env.dataLicence,
    metricsToken: env.metricsToken,
    limits: env.limits,
    redis: counters?.client ?? null,
    onQueued: () => background?.relay(),
    onNotice: () => background?.tell(),
    queueCounts: () => queue.counts(),
  };
  const { host, logLevel, trustProxy } = env;
  const app = await buildApp(context, { host, logLevel, trustProxy, siteDir: join(root, 'apps/web/dist') });
  await publishShipped(context);
  const owner = await seed(context, env.home);
  await startStarterSet(context, owner.id);
  await importAllTrained(context, env.home, owner.id, (error, file) =>
    app.log.warn({ err: error, file }, 'a base model that was trained here was not imported'),
  );
  const port = await listen(app, env);
  app.log.info({ missing: context.checker.missing }, 'files are checked in a process of their own');
  const teller = { db, mailer, site: urlOf(env, port), anywhere: env.webhooksAnywhere };
  const tell = () => tellDue(teller);
  const dumper = openDumper({ db, module: join(root, 'dist/dump-process.mjs'), site: urlOf(env, port) });
  const seen = new Map<string, string>();
  const draw = () => drawSeeds(context, seen);
  background = startBackground({ db, queue, storage, tell, dump: dumper.write, draw }, app.log);

  const login = await db.logins.create(owner.id, 24 * 3600);
  const url = urlOf(env, port);
  process.stdout.write(
    `\n  Topiary   ${url}\n  Sign in   ${url}/login?token=${login}   (once, within 24 hours)\n  Owner key ${join(env.home, 'owner.key')}\n\n`,
  );

  giveBackSoon();

  let stopping = false;
  stop = async () => {
    if (stopping) return;
    stopping = true;
    await app.close();
    dumper.stop();
    await background?.stop();
    await events.close();
    await queue.close();
    await counters?.close();
    await db.close();
    process.exit(0);
  };
};

start().catch((error: unknown) => {
  process.stderr.write(
    `${isTopiaryError(error) ? `${error.code}\n${error.message}` : ((error as Error).stack ?? error)}\n`,
  );
  process.exit(1);
});
