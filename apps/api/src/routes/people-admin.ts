/** For admins: people and their roles, invites, and links to set a new password. */
import {
  Account,
  ChangeRole,
  CreateInvite,
  Invite,
  listOf,
  MadeInvite,
  OneTimeLink,
  Page,
  RequestReset,
  Role,
} from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import { z } from 'zod';
import { actorOf } from '../accounts/identity.js';
import { RESET_SECONDS } from '../accounts/library.js';
import type { Route } from '../context.js';
import { BY_KEY, guard } from '../plugins/auth.js';

const Id = z.object({ id: z.string() });
const shared = { onRequest: guard('admin') };
const schema = { tags: ['admin'], security: BY_KEY };
const DAY_MS = 24 * 3600 * 1000;

export const peopleAdmin: Route = (app, { db, accounts, mailer }) => {
  const Query = Page.extend({ search: z.string().max(100).optional(), role: Role.optional() });
  app.get(
    '/api/v1/admin/accounts',
    {
      ...shared,
      schema: {
        operationId: 'listAccounts',
        summary: 'Accounts',
        description: 'People of this server, with role and state.',
        ...schema,
        querystring: Query,
        response: { 200: listOf(Account) },
      },
    },
    ({ query: { limit, cursor, search, role } }) =>
      db.accounts.list({
        limit,
        ...(cursor === undefined ? {} : { cursor }),
        ...(search ? { search } : {}),
        ...(role === undefined ? {} : { role }),
      }),
  );

  app.patch(
    '/api/v1/admin/accounts/:id',
    {
      ...shared,
      schema: {
        operationId: 'changeRole',
        summary: 'Change a role',
        description: 'Gives an account another role, or disables or enables it.',
        ...schema,
        params: Id,
        body: ChangeRole,
        response: { 200: Account },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { role, disabled } = request.body;
      if (role !== undefined) await db.accounts.setRole(id, role, actorOf(request));
      if (disabled !== undefined) await db.accounts.setDisabled(id, disabled, actorOf(request));
      return db.accounts.get(id);
    },
  );

  app.post(
    '/api/v1/admin/reset-links',
    {
      ...shared,
      schema: {
        operationId: 'createResetLink',
        summary: 'Make a reset link',
        description: 'A link to set a new password, to hand on to its owner.',
        ...schema,
        body: RequestReset,
        response: { 201: OneTimeLink },
      },
    },
    async (request, reply) => {
      const { email } = request.body;
      const account = await db.accounts.byEmail(email);
      if (account === null) throw new TopiaryError('TOPIARY_DB_NOT_FOUND', { where: `account '${email}'` });
      const url = await accounts.resetLink(account.email);
      await db.audit.append({ action: 'account.reset-link', target: `account:${account.id}` }, actorOf(request));
      const expiresAt = new Date(Date.now() + RESET_SECONDS * 1000).toISOString();
      return reply.code(201).header('cache-control', 'no-store').send({ url, expiresAt });
    },
  );

  app.get(
    '/api/v1/admin/invites',
    {
      ...shared,
      schema: {
        operationId: 'listInvites',
        summary: 'Invites',
        description: 'Invites that were made, used or not.',
        ...schema,
        response: { 200: listOf(Invite) },
      },
    },
    async () => ({ items: await db.invites.list(), nextCursor: null }),
  );

  app.post(
    '/api/v1/admin/invites',
    {
      ...shared,
      schema: {
        operationId: 'createInvite',
        summary: 'Invite somebody',
        description: 'A link that lets one person sign up; mailed where the server sends mail.',
        ...schema,
        body: CreateInvite,
        response: { 201: MadeInvite },
      },
    },
    async (request, reply) => {
      const { email, role, expiresInDays } = request.body;
      const expiresAt = new Date(Date.now() + expiresInDays * DAY_MS);
      const { token, invite } = await db.invites.create({ email, role, expiresAt }, actorOf(request));
      const url = `${accounts.settings.baseUrl}/sign-up?invite=${token}`;
      const mailed = email !== null && mailer !== null && (await mailer.sendInvite(email, url, invite.expiresAt));
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .send({ url, expiresAt: invite.expiresAt, invite, mailed });
    },
  );

  app.delete(
    '/api/v1/admin/invites/:id',
    {
      ...shared,
      schema: {
        operationId: 'revokeInvite',
        summary: 'Revoke an invite',
        description: 'Its link stops working at once.',
        ...schema,
        params: Id,
        response: { 200: listOf(Invite) },
      },
    },
    async (request) => {
      await db.invites.revoke(request.params.id, actorOf(request));
      return { items: await db.invites.list(), nextCursor: null };
    },
  );
};
