/** The API as `server.ts` builds it, on a database of its own and a temporary storage folder. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStorage } from '@topiary/storage';
import { buildApp } from '../../apps/api/src/app.js';
import type { ApiContext, App } from '../../apps/api/src/context.js';
import { openEventHub } from '../../apps/api/src/event-hub.js';
import { publishShipped } from '../../apps/api/src/shipped.js';
import { freshDatabase, type TestDatabase } from './database.js';

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

export const startApi = async (): Promise<TestApi> => {
  const database = await freshDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'topiary-api-'));
  const context: ApiContext = {
    db: database.db,
    storage: await openStorage(`file:${join(folder, 'artefacts')}`),
    events: await openEventHub(database.db),
    dataDir: join(folder, 'datasets'),
    publicUrl: null,
    version: 'test',
    queueCounts: async () => ({ waiting: 0, active: 0 }),
  };
  const app = await buildApp(context, { host: '127.0.0.1', logLevel: 'silent', siteDir: join(folder, 'no-site') });
  await publishShipped(context);
  const member = await database.db.keys.create('member', ['submit', 'read']);
  const owner = await database.db.keys.create('owner', ['admin', 'submit', 'read']);
  return {
    app,
    context,
    database,
    member: { authorization: `Bearer ${member.key}` },
    owner: { authorization: `Bearer ${owner.key}` },
    ownerKey: owner.key,
    close: async () => {
      await app.close();
      await context.events.close();
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
