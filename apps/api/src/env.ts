/** The API's environment, checked once at start; a wrong variable ends the process with a sentence. */
import { resolve } from 'node:path';
import { TopiaryError } from '@topiary/errors';
import { z } from 'zod';

const Env = z.object({
  PORT: z.coerce.number().int().min(0).max(65535).default(3000),
  HOST: z.string().default('127.0.0.1'),
  TOPIARY_HOME: z.string().default('.data'),
  DATA_DIR: z.string().optional(),
  DATABASE_URL: z.string().regex(/^postgres(ql)?:/),
  QUEUE_URL: z.string().regex(/^(postgres(ql)?|rediss?):/),
  STORAGE_URL: z
    .string()
    .regex(/^(file|s3):/)
    .optional(),
  PUBLIC_URL: z.url().optional().describe('The address people use, when a proxy stands before the server'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

export interface ApiEnv {
  readonly port: number;
  readonly host: string;
  readonly home: string;
  readonly dataDir: string;
  readonly databaseUrl: string;
  readonly queueUrl: string;
  readonly storageUrl: string;
  readonly publicUrl: string | null;
  readonly logLevel: string;
}

export const readEnv = (env: NodeJS.ProcessEnv): ApiEnv => {
  const parsed = Env.safeParse(env);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    const name = String(issue.path[0]);
    throw new TopiaryError('TOPIARY_START_ENVIRONMENT', {
      where: name,
      expected: issue.message,
      got: String(env[name]),
    });
  }
  const e = parsed.data;
  const home = resolve(e.TOPIARY_HOME);
  return {
    port: e.PORT,
    host: e.HOST,
    home,
    dataDir: resolve(e.DATA_DIR ?? `${home}/datasets`),
    databaseUrl: e.DATABASE_URL,
    queueUrl: e.QUEUE_URL,
    storageUrl: e.STORAGE_URL ?? `file:${home}/artefacts`,
    publicUrl: e.PUBLIC_URL ?? null,
    logLevel: e.LOG_LEVEL,
  };
};
