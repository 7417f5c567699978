/** The OpenAPI document of this code: the API is built, and asked, but neither a database nor a port is opened. */
import type { OpenAPIV3_1 } from 'openapi-types';
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
  dataLicence: 'CC-BY-4.0',
  projectDir: '',
  limits: limitsOf(LimitsEnv.parse({})),
  metricsToken: null,
  redis: null,
  queueCounts: () => Promise.reject(new Error('describing the API asked for the queue')),
};

/** The document of this code. */
export const describedApi = async (): Promise<OpenAPIV3_1.Document> => {
  const app = await buildApp(context, { host: '127.0.0.1', logLevel: 'silent', siteDir: '/nowhere' });
  await app.ready();
  const document = app.swagger() as OpenAPIV3_1.Document;
  await app.close();
  return document;
};
