/** The worker's environment, checked once at start. */
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { TopiaryError } from '@topiary/errors';
import { z } from 'zod';
import { usableCores } from './device.js';

const Env = z.object({
  TOPIARY_HOME: z.string().default('.data'),
  DATA_DIR: z.string().optional(),
  DATABASE_URL: z.string().regex(/^postgres(ql)?:/),
  QUEUE_URL: z.string().regex(/^(postgres(ql)?|rediss?):/),
  STORAGE_URL: z
    .string()
    .regex(/^(file|s3):/)
    .optional(),
  EXECUTION_PROVIDER: z.enum(['auto', 'cpu', 'cuda']).default('auto'),
  THREADS: z.coerce.number().int().min(0).max(256).default(0).describe('Of one run; 0: cores / WORKERS'),
  WORKERS: z.coerce.number().int().min(1).max(256).default(1).describe('How many workers share this machine'),
  TEST_SPLIT_SECRET: z.string().min(16).optional(),
  MEASURE_LATENCY: z.enum(['on', 'off']).default('on').describe('off: on a machine that is busy with other work'),
  SANDBOX: z
    .enum(['require', 'best-effort'])
    .default('best-effort')
    .describe('require: no upload runs where the system does not let us shut it in'),
  RUN_LIMIT_SECONDS: z.coerce
    .number()
    .int()
    .min(10)
    .default(6 * 3600),
  WORKER_INDEX: z.string().default('0'),
  METRICS_PORT: z.coerce
    .number()
    .int()
    .min(1)
    .max(65535)
    .optional()
    .describe('Serves /metrics and /healthz; absent: nowhere'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

export interface WorkerEnv {
  readonly id: string;
  readonly home: string;
  readonly dataDir: string;
  readonly databaseUrl: string;
  readonly queueUrl: string;
  readonly storageUrl: string;
  readonly provider: 'auto' | 'cpu' | 'cuda';
  readonly threads: number;
  readonly testSecret: string | null;
  readonly measureLatency: boolean;
  readonly sandbox: 'require' | 'best-effort';
  readonly limitSeconds: number;
  readonly logLevel: string;
  readonly metricsPort: number | null;
}

export const readEnv = (env: NodeJS.ProcessEnv): WorkerEnv => {
  // A variable that is set to nothing, as compose files do, is not set.
  const parsed = Env.safeParse(Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')));
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
    id: `${hostname()}-${e.WORKER_INDEX}-${process.pid}`,
    home,
    dataDir: resolve(e.DATA_DIR ?? `${home}/datasets`),
    databaseUrl: e.DATABASE_URL,
    queueUrl: e.QUEUE_URL,
    storageUrl: e.STORAGE_URL ?? `file:${home}/artefacts`,
    provider: e.EXECUTION_PROVIDER,
    threads: e.THREADS || Math.max(1, Math.floor(usableCores() / e.WORKERS)),
    testSecret: e.TEST_SPLIT_SECRET ?? null,
    sandbox: e.SANDBOX,
    measureLatency: e.MEASURE_LATENCY === 'on',
    limitSeconds: e.RUN_LIMIT_SECONDS,
    logLevel: e.LOG_LEVEL,
    metricsPort: e.METRICS_PORT ?? null,
  };
};
