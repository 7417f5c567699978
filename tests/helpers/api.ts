/** The API as `server.ts` builds it, on a database of its own and a temporary storage folder. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openStorage } from '@topiary/storage';
import { openAccounts } from '../../apps/api/src/accounts/accounts.js';
import type { AccountSettings } from '../../apps/api/src/accounts/settings.js';
import { type AppOptions, buildApp } from '../../apps/api/src/app.js';
import { openBoardMemory } from '../../apps/api/src/board-memory.js';
import { openChecker } from '../../apps/api/src/checker.js';
import type { ApiContext, App } from '../../apps/api/src/context.js';
import { openEventHub } from '../../apps/api/src/event-hub.js';
import { LimitsEnv, limitsOf } from '../../apps/api/src/limits.js';
import { publishShipped } from '../../apps/api/src/shipped.js';
import { freshDatabase, type TestDatabase } from './database.js';
import { addPerson } from './people.js';

export interface TestApi {
  readonly app: App;
  readonly context: ApiContext;
  readonly database: TestDatabase;
  /** `Authorization` of a key that may submit, and of the owner. */
  readonly member: { authorization: string };
  readonly owner: { authorization: string };
  readonly ownerKey: string;
  close(): Promise<void>;
}

export const METRICS_TOKEN = 'token-of-the-tests';

const ACCOUNTS: AccountSettings = {
  signUp: 'open',
  secret: 'a secret of the tests, long enough to sign cookies with',
  baseUrl: 'http://localhost:80',
  github: null,
  oidc: null,
};

export const startApi = async (
  settings: Partial<AccountSettings> = {},
  {
    onRoute,
    siteDir,
    mailer = null,
    env = {},
    database: given,
    storage,
  }: Partial<
    Pick<AppOptions, 'onRoute' | 'siteDir'> & Pick<ApiContext, 'mailer' | 'storage'> & { database: TestDatabase }
  > & {
    /** Limits and quotas as the environment sets them. */
    readonly env?: Readonly<Record<string, string>>;
  } = {},
): Promise<TestApi> => {
  const database = given ?? (await freshDatabase());
  const folder = await mkdtemp(join(tmpdir(), 'topiary-api-'));
  const events = await openEventHub(database.db);
  const context: ApiContext = {
    db: database.db,
    storage: storage ?? (await openStorage(`file:${join(folder, 'artefacts')}`)),
    accounts: openAccounts(database.db, { ...ACCOUNTS, ...settings }, mailer),
    mailer,
    checker: openChecker({ module: resolve(import.meta.dirname, '../../dist/gate-child.mjs'), required: false }),
    events,
    // Tests read what they have just written: every answer is compared with the database.
    boards: openBoardMemory(database.db, events, { trustMs: 0 }),
    dataDir: join(folder, 'datasets'),
    publicUrl: null,
    version: 'test',
    dataLicence: 'CC-BY-4.0',
    metricsToken: METRICS_TOKEN,
    projectDir: join(folder, 'project'),
    limits: limitsOf(LimitsEnv.parse(env)),
    redis: null,
    queueCounts: async () => ({ waiting: 0, active: 0 }),
  };
  const app = await buildApp(context, {
    host: '127.0.0.1',
    logLevel: 'silent',
    siteDir: siteDir ?? join(folder, 'no-site'),
    ...(onRoute ? { onRoute } : {}),
  });
  await publishShipped(context);
  const member = await addPerson(database.db, { name: 'member' });
  const owner = await addPerson(database.db, { role: 'admin', name: 'owner' });
  return {
    app,
    context,
    database,
    member: member.headers,
    owner: owner.headers,
    ownerKey: owner.key,
    close: async () => {
      await app.close();
      await context.events.close();
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
