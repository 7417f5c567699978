/** The API's environment, checked once at start; a wrong variable ends the process with a sentence. */
import { resolve } from 'node:path';
import { TopiaryError } from '@topiary/errors';
import { z } from 'zod';
import type { AccountSettings, SignUpMode } from './accounts/settings.js';
import { type Limits, LimitsEnv, limitsOf } from './limits.js';
import type { MailSettings } from './mail.js';

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
  SIGN_UP: z.enum(['open', 'invite', 'closed']).default('invite').describe('Who may make an account'),
  AUTH_SECRET: z.string().min(32).optional().describe('Signs cookies; absent = made once and kept in TOPIARY_HOME'),
  GITHUB_CLIENT_ID: z.string().min(1).optional(),
  GITHUB_CLIENT_SECRET: z.string().min(1).optional(),
  OIDC_ISSUER: z.url().optional(),
  OIDC_CLIENT_ID: z.string().min(1).optional(),
  OIDC_CLIENT_SECRET: z.string().min(1).optional(),
  OIDC_TITLE: z.string().default('single sign-on').describe('What the sign-in button calls the OIDC provider'),
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\//, 'smtp://… or smtps://…')
    .optional()
    .describe('Sends links to set a password, and invites; absent = an admin hands them on'),
  MAIL_FROM: z.string().min(3).optional().describe('Who mails come from'),
  METRICS_TOKEN: z
    .string()
    .regex(/^\S{16,}$/, 'at least 16 characters without a space')
    .optional()
    .describe('Opens /metrics to Prometheus; absent = to keys of admins only'),
  SANDBOX: z
    .enum(['require', 'best-effort'])
    .default('best-effort')
    .describe('require: no upload is checked where the system does not let us shut the process in'),
  WEBHOOKS_TO_PRIVATE_ADDRESSES: z
    .enum(['refuse', 'allow'])
    .default('refuse')
    .describe('allow: webhooks may reach the network of this machine, where everybody who has an account is trusted'),
  DATA_LICENCE: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9.+-]{0,63}$/, 'an SPDX identifier')
    .default('CC-BY-4.0')
    .describe('Under which the rows of the leaderboards are given to others'),
  TRUST_PROXY: z
    .string()
    .default('')
    .describe('Addresses of the proxies before the server, by commas: their word about who asks is taken'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  ...LimitsEnv.shape,
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
  readonly signUp: SignUpMode;
  readonly authSecret: string | null;
  readonly github: AccountSettings['github'];
  readonly oidc: AccountSettings['oidc'];
  readonly mail: Omit<MailSettings, 'site'> | null;
  readonly webhooksAnywhere: boolean;
  readonly dataLicence: string;
  readonly metricsToken: string | null;
  readonly sandbox: 'require' | 'best-effort';
  readonly trustProxy: readonly string[];
  readonly limits: Limits;
}

/** A provider is offered where all of its variables are set; some without the others are a mistake worth a sentence. */
const together = <T extends string>(values: Record<T, string | undefined>): Record<T, string> | null => {
  const named = Object.entries<string | undefined>(values);
  if (named.every(([, value]) => value === undefined)) return null;
  const missing = named.find(([, value]) => value === undefined);
  if (missing)
    throw new TopiaryError('TOPIARY_START_ENVIRONMENT', {
      where: missing[0],
      expected: `a value, since ${named.find(([, value]) => value !== undefined)![0]} has one`,
      got: 'undefined',
    });
  return values as Record<T, string>;
};

const githubOf = ({ GITHUB_CLIENT_ID, GITHUB_CLIENT_SECRET }: z.infer<typeof Env>): AccountSettings['github'] => {
  const set = together({ GITHUB_CLIENT_ID, GITHUB_CLIENT_SECRET });
  return set && { clientId: set.GITHUB_CLIENT_ID, clientSecret: set.GITHUB_CLIENT_SECRET };
};

const oidcOf = (env: z.infer<typeof Env>): AccountSettings['oidc'] => {
  const { OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, OIDC_TITLE: title } = env;
  const set = together({ OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET });
  return set && { title, issuer: set.OIDC_ISSUER, clientId: set.OIDC_CLIENT_ID, clientSecret: set.OIDC_CLIENT_SECRET };
};

const mailOf = ({ SMTP_URL, MAIL_FROM }: z.infer<typeof Env>): ApiEnv['mail'] => {
  const set = together({ SMTP_URL, MAIL_FROM });
  return set && { url: set.SMTP_URL, from: set.MAIL_FROM };
};

/** Secrets, and addresses that hold a password: a log is no place for them. */
const isPrivate = (name: string): boolean => /SECRET|TOKEN|^(DATABASE|QUEUE|STORAGE|SMTP)_URL$/.test(name);

export const readEnv = (env: NodeJS.ProcessEnv): ApiEnv => {
  // A variable that is set to nothing, as compose files do, is not set.
  const parsed = Env.safeParse(Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')));
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    const name = String(issue.path[0]);
    throw new TopiaryError('TOPIARY_START_ENVIRONMENT', {
      where: name,
      expected: issue.message,
      got: isPrivate(name) && env[name] !== undefined ? 'something else' : String(env[name]),
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
    signUp: e.SIGN_UP,
    authSecret: e.AUTH_SECRET ?? null,
    github: githubOf(e),
    oidc: oidcOf(e),
    mail: mailOf(e),
    webhooksAnywhere: e.WEBHOOKS_TO_PRIVATE_ADDRESSES === 'allow',
    dataLicence: e.DATA_LICENCE,
    metricsToken: e.METRICS_TOKEN ?? null,
    sandbox: e.SANDBOX,
    trustProxy: e.TRUST_PROXY.split(',')
      .map((name) => name.trim())
      .filter(Boolean),
    limits: limitsOf(e),
  };
};
