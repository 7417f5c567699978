/** What routes are given; tests build the same with a throw-away database. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Database } from '@topiary/db';
import type { Storage } from '@topiary/storage';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { AccountService } from './accounts/accounts.js';
import type { BoardMemory } from './board-memory.js';
import type { Checker } from './checker.js';
import type { EventHub } from './event-hub.js';
import type { Limits } from './limits.js';
import type { Mailer } from './mail.js';

export interface ApiContext {
  readonly db: Database;
  readonly storage: Storage;
  readonly events: EventHub;
  readonly accounts: AccountService;
  /** Null where the environment names no mail server. */
  readonly mailer: Mailer | null;
  readonly checker: Checker;
  readonly boards: BoardMemory;
  readonly dataDir: string;
  /** The project's own folder, in which shipped results and recorded experiments lie. */
  readonly projectDir: string;
  readonly publicUrl: string | null;
  readonly version: string;
  /** SPDX id of the licence under which public rows are given. */
  readonly dataLicence: string;
  /** Reads `/metrics`, as the keys of admins do; null: they alone. */
  readonly metricsToken: string | null;
  readonly limits: Limits;
  /** An ioredis client for counts that several API processes share; null: this one counts alone. */
  readonly redis: object | null;
  /** Runs were queued: whoever hands them to the workers need not wait for their next look. */
  readonly onQueued?: () => void;
  /** Something is to be told at once. */
  readonly onNotice?: () => void;
  readonly queueCounts: () => Promise<{ waiting: number; active: number }>;
}

/** What boards and their rows are made of. */
export type BoardContext = Pick<ApiContext, 'db' | 'storage' | 'boards' | 'dataDir' | 'projectDir'>;

export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** One route file exports one of these. */
export type Route = (app: App, context: ApiContext) => void;
