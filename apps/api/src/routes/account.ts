/** One's own account: signing up, name and address, password, leaving. */
import {
  ChangeAccount,
  ChangePassword,
  OwnAccount,
  RequestReset,
  ResetPassword,
  Session,
  SignUp,
} from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { actorOf } from '../accounts/identity.js';
import type { ApiContext, Route } from '../context.js';
import { BY_KEY, guard, IN_PERSON, inPerson } from '../plugins/auth.js';
import { type Guesses, openGuesses } from '../plugins/guesses.js';
import { welcome } from './session.js';

const tags = ['account'];
const attempts = { config: { rateLimit: { max: 20, timeWindow: '1 minute' } } };
const Done = z.object({ done: z.literal(true) });

/** The invite that lets this address in; null where none is needed. */
const admit = async ({ accounts, db }: ApiContext, { invite, email }: SignUp) => {
  const { signUp } = accounts.settings;
  if (signUp === 'open' && invite === undefined) return null;
  const taken = signUp === 'closed' || invite === undefined ? null : await db.invites.take(invite, email);
  if (taken) return taken;
  throw new TopiaryError('TOPIARY_API_FORBIDDEN', {
    where: 'body invite',
    expected: signUp === 'closed' ? 'nobody: sign-up is closed here' : 'an open invite for this address',
    got: invite === undefined ? 'none' : 'another one',
  });
};

/** Whoever finds a browser signed in must not be able to keep the account: its address is where new passwords go. */
const proveAddress = async (
  { accounts, db }: ApiContext,
  guesses: Guesses,
  request: FastifyRequest,
  reply: FastifyReply,
  password: string | undefined,
): Promise<void> => {
  const { id } = request.who!;
  if (!(await db.accounts.credentials(id)).includes('credential')) return;
  const where = 'body password';
  if (password === undefined)
    throw new TopiaryError('TOPIARY_API_VALIDATION', { where, expected: 'the present password', got: 'none' });
  await guesses.try(id, reply, async () => {
    if (await accounts.isPassword(request, password)) return;
    throw new TopiaryError('TOPIARY_API_FORBIDDEN', { where, expected: 'the present password', got: 'another one' });
  });
};

export const account: Route = (app, context) => {
  const { accounts, db, mailer } = context;
  const guesses = openGuesses(app);
  const own = async (id: string) => ({
    ...(await db.accounts.get(id)),
    credentials: await db.accounts.credentials(id),
  });

  app.post(
    '/api/v1/accounts',
    {
      ...attempts,
      schema: {
        operationId: 'signUp',
        summary: 'Sign up',
        description: 'Makes an account and signs it in. Who may is the server’s setting: open, by invite, or closed.',
        tags,
        body: SignUp,
        response: { 201: Session },
      },
    },
    async (request, reply) => {
      const { name, email, password } = request.body;
      const invite = await admit(context, request.body);
      const id = await accounts.signUp(request, reply, { name, email, password }).catch(async (error) => {
        if (invite) await db.invites.giveBack(invite.id);
        throw error;
      });
      const by = { ...actorOf(request), account: id };
      const detail = { invite: invite?.id ?? null };
      await db.audit.append({ action: 'account.create', target: `account:${id}`, detail }, by);
      if (invite && invite.role !== 'user') await db.accounts.setRole(id, invite.role, { account: invite.createdBy });
      return reply.code(201).send(await welcome(context, request, id, 'sign-up'));
    },
  );

  app.get(
    '/api/v1/account',
    {
      onRequest: guard('read'),
      schema: {
        operationId: 'getAccount',
        summary: 'Your account',
        description: 'Name, address, role, and the ways in which you can sign in.',
        tags,
        security: BY_KEY,
        response: { 200: OwnAccount },
      },
    },
    (request) => own(request.who!.id),
  );

  app.patch(
    '/api/v1/account',
    {
      ...attempts,
      onRequest: inPerson,
      schema: {
        security: IN_PERSON,
        operationId: 'changeAccount',
        summary: 'Change your account',
        description: 'Another name or address. Another address needs the present password.',
        tags,
        body: ChangeAccount,
        response: { 200: OwnAccount },
      },
    },
    async (request, reply) => {
      const { id } = request.who!;
      const { name, email, password } = request.body;
      const before = await db.accounts.get(id);
      const moves = email !== undefined && email.toLowerCase() !== before.email;
      if (moves) await proveAddress(context, guesses, request, reply, password);
      if (name !== undefined) await db.accounts.rename(id, name, actorOf(request));
      if (moves) {
        await db.accounts.setEmail(id, email, actorOf(request));
        mailer?.sendMoved(before.email);
      }
      return own(id);
    },
  );

  app.put(
    '/api/v1/account/password',
    {
      ...attempts,
      onRequest: inPerson,
      schema: {
        security: IN_PERSON,
        operationId: 'changePassword',
        summary: 'Change your password',
        description: 'Sets a new password; other sessions end.',
        tags,
        body: ChangePassword,
        response: { 200: Done },
      },
    },
    async (request, reply) => {
      const { current, password } = request.body;
      const { id } = request.who!;
      await guesses.try(id, reply, () => accounts.setPassword(request, reply, password, current ?? null));
      await db.accounts.endResets(id);
      await db.audit.append({ action: 'account.password', target: `account:${id}` }, actorOf(request));
      return { done: true as const };
    },
  );

  app.delete(
    '/api/v1/account',
    {
      onRequest: inPerson,
      schema: {
        security: IN_PERSON,
        operationId: 'deleteAccount',
        summary: 'Delete your account',
        description: 'Erases name and address and ends all keys and sessions. Rows stay, without a name.',
        tags,
        response: { 200: Done },
      },
    },
    async (request, reply) => {
      await db.accounts.erase(request.who!.id, actorOf(request));
      await accounts.signOut(request, reply);
      return { done: true as const };
    },
  );

  app.post(
    '/api/v1/password-resets',
    {
      ...attempts,
      schema: {
        operationId: 'requestPasswordReset',
        summary: 'Ask for a reset link',
        description: 'Mails a link to set a new password, if the address has an account. The answer does not tell.',
        tags,
        body: RequestReset,
        response: { 202: Done },
      },
    },
    async (request, reply) => {
      if (!accounts.resetByMail)
        throw new TopiaryError('TOPIARY_API_CONFLICT', {
          where: 'password reset',
          expected: 'a server that sends mail',
          got: 'one that does not',
          cure: 'Ask an admin of this server for a reset link',
        });
      await accounts.mailReset(request.body.email);
      return reply.code(202).send({ done: true as const });
    },
  );

  app.put(
    '/api/v1/password-resets',
    {
      ...attempts,
      schema: {
        operationId: 'resetPassword',
        summary: 'Set a new password',
        description: 'Uses the token of a reset link. Sessions, keys and links of before end.',
        tags,
        body: ResetPassword,
        response: { 200: Done },
      },
    },
    async (request) => {
      const { token, password } = request.body;
      const account = await accounts.reset(token, password);
      // Who needs a link may have lost the account to another: nothing that opened it before opens it now.
      // Nobody is signed in: whoever holds the link acts for the account.
      await db.accounts.recover(account, { ...actorOf(request), account });
      return { done: true as const };
    },
  );
};
