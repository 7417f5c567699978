/**
 * The auth library, set up: e-mail and password, sessions, and the other providers that the environment names.
 * Its own HTTP routes stay closed but for the provider's callback; ours call it and speak our errors.
 */
import { asLine } from '@topiary/contracts';
import { type Database, newId } from '@topiary/db';
import { authStore } from '@topiary/db/auth-store';
import { TopiaryError } from '@topiary/errors';
import { APIError, createAuthEndpoint } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import { betterAuth } from 'better-auth/minimal';
import { genericOAuth } from 'better-auth/plugins/generic-oauth';
import { z } from 'zod';
import type { AccountSettings } from './settings.js';

export const SESSION_SECONDS = 30 * 24 * 3600;
export const RESET_SECONDS = 3600;
export const PASSWORD_MIN = 10;

/** Opens a session for an account that has proved itself to us: by a key, or by a one-time link. */
const trustedSignIn = {
  id: 'trusted-sign-in',
  endpoints: {
    signInAccount: createAuthEndpoint.serverOnly(
      { method: 'POST', body: z.object({ account: z.string() }) },
      async (ctx) => {
        const { internalAdapter } = ctx.context;
        const user = await internalAdapter.findUserById(ctx.body.account);
        if (!user) throw new TopiaryError('TOPIARY_DB_NOT_FOUND', { where: `account '${ctx.body.account}'` });
        const session = await internalAdapter.createSession(user.id);
        await setSessionCookie(ctx, { session, user });
        return ctx.json({ account: user.id });
      },
    ),
  },
} as const;

/** What becomes of a forgotten password. */
export interface ResetListener {
  /** A link goes to whoever asked for it. */
  onLink(reset: { readonly account: string; readonly email: string; readonly token: string }): void;
  /** A link was used. */
  onUsed(account: string): void;
}

const refuseDisabled = (db: Database) => async (session: { userId: string }) => {
  const { disabledAt } = await db.accounts.get(session.userId);
  if (disabledAt !== null) throw new APIError('FORBIDDEN', { code: 'ACCOUNT_DISABLED', message: 'disabled' });
};

const providersOf = ({ oidc, signUp }: AccountSettings) =>
  oidc === null
    ? []
    : [
        genericOAuth({
          config: [
            {
              providerId: 'oidc',
              clientId: oidc.clientId,
              clientSecret: oidc.clientSecret,
              discoveryUrl: `${oidc.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
              requireIdTokenVerification: true,
              scopes: ['openid', 'profile', 'email'],
              pkce: true,
              disableImplicitSignUp: signUp !== 'open',
              disableSignUp: signUp !== 'open',
            },
          ],
        }),
      ];

export const openLibrary = (db: Database, settings: AccountSettings, resets: ResetListener) =>
  betterAuth({
    appName: 'Topiary',
    baseURL: settings.baseUrl,
    basePath: '/api/auth',
    secret: settings.secret,
    database: authStore(db),
    telemetry: { enabled: false },
    rateLimit: { enabled: false },
    logger: { disabled: true },
    user: {
      modelName: 'account',
      additionalFields: {
        role: { type: 'string', required: false, defaultValue: 'user', input: false },
        disabledAt: { type: 'date', required: false, input: false },
      },
    },
    session: {
      expiresIn: SESSION_SECONDS,
      updateAge: 24 * 3600,
      fields: { userId: 'accountId' },
    },
    account: {
      modelName: 'credential',
      updateAccountOnSignIn: false,
      // Nobody proves an address at sign-up, so the same address at a provider is not yet the same person.
      accountLinking: { enabled: false },
    },
    verification: { storeIdentifier: 'hashed' },
    emailAndPassword: {
      enabled: true,
      minPasswordLength: PASSWORD_MIN,
      maxPasswordLength: 128,
      resetPasswordTokenExpiresIn: RESET_SECONDS,
      revokeSessionsOnPasswordReset: true,
      sendResetPassword: async ({ user, token }) => resets.onLink({ account: user.id, email: user.email, token }),
      onPasswordReset: async ({ user }) => resets.onUsed(user.id),
    },
    ...(settings.github === null
      ? {}
      : { socialProviders: { github: { ...settings.github, disableSignUp: settings.signUp !== 'open' } } }),
    plugins: [trustedSignIn, ...providersOf(settings)],
    databaseHooks: {
      // Tokens of the provider and its pictures are of no use here.
      account: {
        create: {
          before: async (account) => ({
            data: { ...account, accessToken: null, refreshToken: null, idToken: null, scope: null },
          }),
        },
      },
      // A name that another provider hands over was checked by nobody here.
      user: {
        create: {
          before: async (user) => ({ data: { ...user, name: asLine(user.name, 80) || 'Somebody', image: null } }),
        },
      },
      session: { create: { before: refuseDisabled(db) } },
    },
    advanced: {
      cookiePrefix: 'topiary',
      useSecureCookies: settings.baseUrl.startsWith('https:'),
      // The state of a sign-in at a provider must survive the way back from there; the session must not travel.
      cookies: { session_token: { attributes: { sameSite: 'strict' } } },
      database: { generateId: () => newId() },
      ipAddress: { ipAddressHeaders: ['x-topiary-ip'] },
    },
  });

export type Library = ReturnType<typeof openLibrary>;
