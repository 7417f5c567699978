/** Signing up, in and out, and passwords, as our routes ask for them: the library's answers in our words. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Database } from '@topiary/db';
import { throughStore } from '@topiary/db/auth-store';
import { type ErrorCode, TopiaryError } from '@topiary/errors';
import { isAPIError } from 'better-auth/api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Mailer } from '../mail.js';
import { fromSession, type Who } from './identity.js';
import { openLibrary } from './library.js';
import type { AccountSettings } from './settings.js';

/** Refusals of the library that a caller can do something about. */
const REFUSALS: Record<string, readonly [ErrorCode, { where: string; expected: string; got: string }]> = {
  INVALID_EMAIL_OR_PASSWORD: [
    'TOPIARY_API_UNAUTHENTICATED',
    { where: 'body password', expected: 'a known e-mail address and its password', got: 'another pair' },
  ],
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: [
    'TOPIARY_API_CONFLICT',
    { where: 'body email', expected: 'an address without an account', got: 'one that has an account' },
  ],
  INVALID_PASSWORD: [
    'TOPIARY_API_FORBIDDEN',
    { where: 'body current', expected: 'the present password', got: 'another one' },
  ],
  CREDENTIAL_ACCOUNT_NOT_FOUND: [
    'TOPIARY_API_CONFLICT',
    { where: 'body current', expected: 'no present password, since the account has none', got: 'one' },
  ],
  PASSWORD_ALREADY_SET: [
    'TOPIARY_API_VALIDATION',
    { where: 'body current', expected: 'the present password', got: 'none' },
  ],
  INVALID_TOKEN: [
    'TOPIARY_API_VALIDATION',
    { where: 'body token', expected: 'an unused link of the last hour', got: 'another one' },
  ],
  ACCOUNT_DISABLED: ['TOPIARY_API_FORBIDDEN', { where: 'account', expected: 'an enabled one', got: 'a disabled one' }],
};

const inOurWords = (error: unknown): unknown => {
  if (!isAPIError(error)) return error;
  const code = (error.body as { code?: string } | undefined)?.code ?? '';
  const refusal = REFUSALS[code];
  if (refusal) return new TopiaryError(refusal[0], refusal[1], { cause: error });
  if (error.statusCode >= 500) return error;
  return new TopiaryError('TOPIARY_API_VALIDATION', { where: 'the request', got: error.message || code });
};

/** What the library may know of a request. Its address is ours to say: a header of the client's would be a claim. */
const headersOf = (request: FastifyRequest): Headers => {
  const headers = new Headers({ 'x-topiary-ip': request.ip });
  for (const name of ['cookie', 'user-agent'] as const) {
    const value = request.headers[name];
    if (value) headers.set(name, value);
  }
  return headers;
};

interface Answer<T> {
  readonly headers: Headers;
  readonly response: T;
}

/** Hands the library's cookies on. */
const passCookies = (reply: FastifyReply, headers: Headers): void => {
  for (const cookie of headers.getSetCookie()) reply.header('set-cookie', cookie);
};

const settle = async <T>(reply: FastifyReply, call: () => Promise<Answer<T>>): Promise<T> => {
  try {
    const { headers, response } = await throughStore(call);
    passCookies(reply, headers);
    return response;
  } catch (error) {
    throw inOurWords(error);
  }
};

export interface AccountService {
  readonly settings: AccountSettings;
  readonly resetByMail: boolean;
  /** Null when nobody is signed in; renews the cookie now and then. */
  whoOf(request: FastifyRequest, reply: FastifyReply): Promise<Who | null>;
  signUp(
    request: FastifyRequest,
    reply: FastifyReply,
    input: { name: string; email: string; password: string },
  ): Promise<string>;
  signIn(request: FastifyRequest, reply: FastifyReply, input: { email: string; password: string }): Promise<string>;
  /** For an account that has proved itself by a key or a one-time link. */
  signInTrusted(request: FastifyRequest, reply: FastifyReply, account: string): Promise<void>;
  signOut(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  /** With `current` null it is the account's first one. */
  setPassword(request: FastifyRequest, reply: FastifyReply, next: string, current: string | null): Promise<void>;
  /** Is that the present password of who is signed in? */
  isPassword(request: FastifyRequest, password: string): Promise<boolean>;
  /** The address of a page where a new password can be set, once; it takes the place of earlier ones. */
  resetLink(email: string): Promise<string>;
  /** Sends that address by mail; says nothing of whether the account exists. */
  mailReset(email: string): Promise<void>;
  /** Sets a password by a link's token; the account that it is for. */
  reset(token: string, password: string): Promise<string>;
  /** Where to go to sign in at a provider. */
  providerUrl(request: FastifyRequest, reply: FastifyReply, provider: string): Promise<string>;
  /** The way back from there. */
  callback(request: FastifyRequest): Promise<Response>;
}

/** What the library tells by callback. */
interface Told {
  token?: string;
  account?: string;
  ended?: Promise<void>;
}

export const openAccounts = (
  db: Database,
  settings: AccountSettings,
  mailer: Pick<Mailer, 'sendReset'> | null = null,
): AccountService => {
  /** What the library tells by callback, for the call of ours that it belongs to. */
  const slot = new AsyncLocalStorage<Told>();
  const pageOf = (token: string) => `${settings.baseUrl}/reset-password?token=${encodeURIComponent(token)}`;
  const library = openLibrary(db, settings, {
    onLink: ({ account, email, token }) => {
      const asked = slot.getStore();
      if (asked) asked.token = token;
      // A link that nobody is sent must not end the one that somebody was.
      else if (!mailer?.sendReset(email, pageOf(token))) return;
      // By mail nothing is waited for: the time would tell that the address has an account.
      const ended = db.accounts.endResets(account, true);
      if (asked) asked.ended = ended;
      else ended.catch(() => undefined);
    },
    onUsed: (account) => {
      slot.getStore()!.account = account;
    },
  });
  const { api } = library;
  return {
    settings,
    resetByMail: mailer !== null,
    whoOf: async (request, reply) => {
      const session = await settle(reply, () => api.getSession({ headers: headersOf(request), returnHeaders: true }));
      if (session === null || session.user.disabledAt) return null;
      return fromSession({ id: session.user.id, name: session.user.name, role: session.user.role as Who['role'] });
    },
    signUp: async (request, reply, body) =>
      (await settle(reply, () => api.signUpEmail({ headers: headersOf(request), body, returnHeaders: true }))).user.id,
    signIn: async (request, reply, body) =>
      (await settle(reply, () => api.signInEmail({ headers: headersOf(request), body, returnHeaders: true }))).user.id,
    signInTrusted: async (request, reply, account) => {
      const call = () => api.signInAccount({ headers: headersOf(request), body: { account }, returnHeaders: true });
      await settle(reply, call);
    },
    signOut: async (request, reply) => {
      await settle(reply, () => api.signOut({ headers: headersOf(request), returnHeaders: true }));
    },
    setPassword: async (request, reply, newPassword, currentPassword) => {
      const headers = headersOf(request);
      if (currentPassword === null) {
        await settle(reply, () => api.setPassword({ headers, body: { newPassword }, returnHeaders: true }));
        return;
      }
      const body = { newPassword, currentPassword, revokeOtherSessions: true };
      await settle(reply, () => api.changePassword({ headers, body, returnHeaders: true }));
    },
    isPassword: async (request, password) => {
      try {
        await throughStore(() => api.verifyPassword({ headers: headersOf(request), body: { password } }));
        return true;
      } catch (error) {
        if (isAPIError(error) && (error.body as { code?: string } | undefined)?.code === 'INVALID_PASSWORD')
          return false;
        throw inOurWords(error);
      }
    },
    resetLink: async (email) => {
      const found: Told = {};
      await throughStore(() => slot.run(found, () => api.requestPasswordReset({ body: { email } })));
      await found.ended;
      if (found.token === undefined) throw new TopiaryError('TOPIARY_DB_NOT_FOUND', { where: `account '${email}'` });
      return pageOf(found.token);
    },
    mailReset: async (email) => {
      await throughStore(() => api.requestPasswordReset({ body: { email } }));
    },
    reset: async (token, newPassword) => {
      const used: { account?: string } = {};
      try {
        await throughStore(() => slot.run(used, () => api.resetPassword({ body: { token, newPassword } })));
      } catch (error) {
        throw inOurWords(error);
      }
      return used.account!;
    },
    providerUrl: async (request, reply, provider) => {
      const body = { provider, callbackURL: '/', errorCallbackURL: '/sign-in', disableRedirect: true };
      const answer = await settle(reply, () =>
        api.signInSocial({ headers: headersOf(request), body, returnHeaders: true }),
      );
      if (!answer.url) throw new TopiaryError('TOPIARY_API_INTERNAL', { where: `provider '${provider}'` });
      return answer.url;
    },
    callback: (request) =>
      library.handler(new Request(new URL(request.url, settings.baseUrl), { headers: headersOf(request) })),
  };
};
