/** Builds the API; listens to nothing (`server.ts` does). Tests call this and `app.inject`. */
import { randomUUID } from 'node:crypto';
import Fastify, { LogController, type RouteOptions } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { ApiContext, App } from './context.js';
import { auth } from './plugins/auth.js';
import { addressLimit, limitPeople } from './plugins/limits.js';
import { openapi } from './plugins/openapi.js';
import { problems } from './plugins/problems.js';
import { shortWay } from './plugins/remembered.js';
import { requestLog } from './plugins/request-log.js';
import { security } from './plugins/security.js';
import { site } from './plugins/site.js';
import { text } from './plugins/text.js';
import { abroad } from './routes/abroad.js';
import { account } from './routes/account.js';
import { artefacts } from './routes/artefacts.js';
import { audit } from './routes/audit.js';
import { baseNetwork } from './routes/base-network.js';
import { boardSettings } from './routes/board-settings.js';
import { boards } from './routes/boards.js';
import { catalogue } from './routes/catalogue.js';
import { checks } from './routes/checks.js';
import { crawlers } from './routes/crawlers.js';
import { differences } from './routes/differences.js';
import { dumps } from './routes/dumps.js';
import { events } from './routes/events.js';
import { findings } from './routes/findings.js';
import { health } from './routes/health.js';
import { held } from './routes/held.js';
import { imports } from './routes/imports.js';
import { keys } from './routes/keys.js';
import { moreSeeds } from './routes/more-seeds.js';
import { notices } from './routes/notices.js';
import { operations } from './routes/operations.js';
import { overall } from './routes/overall.js';
import { peopleAdmin } from './routes/people-admin.js';
import { recommendation } from './routes/recommendation.js';
import { rowShown } from './routes/row-shown.js';
import { runs } from './routes/runs.js';
import { search } from './routes/search.js';
import { session } from './routes/session.js';
import { status } from './routes/status.js';
import { submissions } from './routes/submissions.js';
import { trust } from './routes/trust.js';
import { uploads } from './routes/uploads.js';

export interface AppOptions {
  readonly host: string;
  readonly logLevel: string;
  /** Folder of the built site. */
  readonly siteDir: string;
  /** Proxies whose word about a request's address is taken. */
  readonly trustProxy?: readonly string[];
  /** Told of every route, for tests that must miss none. */
  readonly onRoute?: (route: RouteOptions) => void;
}

const ROUTES = [
  health,
  session,
  account,
  keys,
  catalogue,
  boards,
  boardSettings,
  baseNetwork,
  recommendation,
  rowShown,
  moreSeeds,
  abroad,
  crawlers,
  differences,
  dumps,
  findings,
  overall,
  search,
  submissions,
  events,
  runs,
  artefacts,
  imports,
  status,
  uploads,
  checks,
  trust,
  held,
  notices,
  operations,
  peopleAdmin,
  audit,
];

/** Idle connections live as long as Fastify would let them; a request must be whole within two minutes. */
const TIMEOUTS = { keepAliveTimeout: 72_000, requestTimeout: 120_000 };

export const buildApp = async (
  context: ApiContext,
  { host, logLevel, siteDir, trustProxy = [], onRoute }: AppOptions,
): Promise<App> => {
  const short = shortWay(context, { host, trustProxy, timeouts: TIMEOUTS });
  const app = Fastify({
    ...TIMEOUTS,
    serverFactory: short.serverFactory,
    logger:
      logLevel === 'silent' ? false : { level: logLevel, redact: ['req.headers.authorization', 'req.headers.cookie'] },
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    trustProxy: trustProxy.length > 0 ? [...trustProxy] : false,
    bodyLimit: 2 ** 20,
    forceCloseConnections: true,
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  if (onRoute) app.addHook('onRoute', onRoute);
  problems(app);
  await openapi(app, context.version);
  requestLog(app);
  const limit = await addressLimit(app, context);
  app.addHook('onRequest', limit.hook);
  short.open(app, limit);
  await security(app, context, host);
  auth(app, context);
  limitPeople(app, context);
  text(app);
  // Inside a plugin, so that the hooks of those above are in force and /openapi.json sees every route.
  await app.register(async (routes) => {
    for (const route of ROUTES) route(routes as App, context);
  });
  await site(app, context, siteDir);
  return app;
};
