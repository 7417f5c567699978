/** Invites: a link that lets one person sign up; kept as its sha256. */
import type { InviteRecord, Invites } from '../account-types.js';
import { type Client, notFound, type Prisma, transaction } from '../client.js';
import { newId, newSecret, sha256 } from '../identifiers.js';
import { writeAudit } from './audit.js';
import { iso } from './rows.js';

const toInvite = (row: Prisma.InviteModel): InviteRecord => ({
  id: row.id,
  email: row.email,
  role: row.role,
  createdBy: row.createdBy,
  createdAt: row.createdAt.toISOString(),
  expiresAt: row.expiresAt.toISOString(),
  usedAt: iso(row.usedAt),
  revokedAt: iso(row.revokedAt),
});

/** What the log says of an invite; the address stays out of it. */
const stateOf = ({ email: _email, ...rest }: InviteRecord) => rest;

const create: (client: Client) => Invites['create'] = (client) => (input, by) =>
  transaction(client, async (tx) => {
    const token = newSecret();
    const { role, expiresAt } = input;
    const email = input.email?.toLowerCase() ?? null;
    const row = await tx.invite.create({
      data: { id: newId(), sha256: sha256(token), email, role, expiresAt, createdBy: by.account! },
    });
    const invite = toInvite(row);
    const entry = { action: 'invite.create', target: `invite:${row.id}`, after: stateOf(invite), detail: { role } };
    await writeAudit(tx, entry, by);
    return { token, invite };
  });

export const invites = (client: Client): Invites => ({
  create: create(client),
  list: async () => (await client.invite.findMany({ orderBy: { id: 'desc' }, take: 500 })).map(toInvite),
  revoke: (id, by) =>
    transaction(client, async (tx) => {
      const open = { id, usedAt: null, revokedAt: null };
      const { count } = await tx.invite.updateMany({ where: open, data: { revokedAt: new Date() } });
      if (count === 0) throw notFound('open invite', id);
      await writeAudit(tx, { action: 'invite.revoke', target: `invite:${id}` }, by);
    }),
  take: async (token, email) => {
    const [taken] = await client.$queryRaw<{ id: string }[]>`
      UPDATE invites SET used_at = clock_timestamp()
      WHERE sha256 = ${sha256(token)} AND used_at IS NULL AND revoked_at IS NULL
        AND expires_at > clock_timestamp() AND (email IS NULL OR email = ${email.toLowerCase()})
      RETURNING id`;
    if (taken === undefined) return null;
    return toInvite(await client.invite.findUniqueOrThrow({ where: { id: taken.id } }));
  },
  giveBack: async (id) => {
    await client.invite.update({ where: { id }, data: { usedAt: null } });
  },
});
