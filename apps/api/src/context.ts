/** What routes are given; tests build the same with a throw-away database. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Database } from '@topiary/db';
import type { Storage } from '@topiary/storage';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { AccountService } from './accounts/accounts.js';
import type { Checker } from './checker.js';
import type { EventHub } from './event-hub.js';

export interface ApiContext {
  readonly db: Database;
  readonly storage: Storage;
  readonly events: EventHub;
  readonly accounts: AccountService;
  readonly checker: Checker;
  readonly dataDir: string;
  /** The project's own folder, in which shipped results and recorded experiments lie. */
  readonly projectDir: string;
  readonly publicUrl: string | null;
  readonly version: string;
  readonly queueCounts: () => Promise<{ waiting: number; active: number }>;
}

export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** One route file exports one of these. */
export type Route = (app: App, context: ApiContext) => void;
