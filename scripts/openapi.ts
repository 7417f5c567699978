/**
 * Writes the OpenAPI document of this code: the API is built, and asked, but neither a database nor a port is opened.
 * Command: node dist/openapi.mjs <file.json> (the set-up runs it before it makes the typed client)
 */
import { writeFile } from 'node:fs/promises';
import { buildApp } from '../apps/api/src/app.js';
import type { ApiContext } from '../apps/api/src/context.js';
import { LimitsEnv, limitsOf } from '../apps/api/src/limits.js';

/** Building the routes must not touch anything outside; whoever does so is told. */
const nothing = (name: string): never =>
  new Proxy(Object.freeze({}), {
    get: (_, property) => {
      throw new Error(`describing the API used ${name}.${String(property)}: build routes without asking it`);
    },
  }) as never;

const context: ApiContext = {
  db: nothing('db'),
  storage: nothing('storage'),
  events: nothing('events'),
  accounts: nothing('accounts'),
  mailer: null,
  checker: nothing('checker'),
  boards: nothing('boards'),
  dataDir: '',
  publicUrl: null,
  version: 'generated',
  projectDir: '',
  limits: limitsOf(LimitsEnv.parse({})),
  metricsToken: null,
  redis: null,
  queueCounts: () => Promise.reject(new Error('describing the API asked for the queue')),
};
const app = await buildApp(context, { host: '127.0.0.1', logLevel: 'silent', siteDir: '/nowhere' });
await app.ready();
await writeFile(process.argv[2]!, JSON.stringify(app.swagger(), null, 2));
await app.close();
