/** Keys, sessions and one-time logins. Secrets have 256 random bits, so a plain sha256 keeps them. */

import type { ApiKey, Keys, Session, Sessions } from '../access-types.js';
import { type Client, notFound, type Prisma, transaction } from '../client.js';
import { newId, newSecret, sha256 } from '../identifiers.js';
import { iso } from './rows.js';

const PREFIX_LENGTH = 14;

const toKey = (row: Prisma.ApiKeyModel): ApiKey => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  scopes: row.scopes,
  createdAt: row.createdAt.toISOString(),
  lastUsedAt: iso(row.lastUsedAt),
  revokedAt: iso(row.revokedAt),
});

export const keys = (client: Client): Keys => ({
  create: async (name, scopes) => {
    const key = `topiary_${newSecret()}`;
    const row = await client.apiKey.create({
      data: { id: newId(), name, sha256: sha256(key), prefix: key.slice(0, PREFIX_LENGTH), scopes: [...scopes] },
    });
    return { key, record: toKey(row) };
  },
  find: async (key) => {
    const row = await client.apiKey.findUnique({ where: { sha256: sha256(key) } });
    if (row === null || row.revokedAt !== null) return null;
    // To the minute is enough, and spares a write per request.
    await client.$executeRaw`
      UPDATE api_keys SET last_used_at = clock_timestamp()
      WHERE id = ${row.id} AND (last_used_at IS NULL OR last_used_at < clock_timestamp() - interval '1 minute')`;
    return toKey(row);
  },
  list: async () => (await client.apiKey.findMany({ orderBy: { id: 'asc' } })).map(toKey),
  revoke: async (id) => {
    const { count } = await client.apiKey.updateMany({
      where: { id, revokedAt: null },
      data: { revokedAt: new Date() },
    });
    if (count === 0) throw notFound('key', id);
  },
});

const toSession = (row: Prisma.SessionModel): Session => ({
  id: row.id,
  subject: row.subject,
  scopes: row.scopes,
  expiresAt: row.expiresAt.toISOString(),
});

const after = (seconds: number): Date => new Date(Date.now() + seconds * 1000);

export const sessions = (client: Client): Sessions => ({
  createLogin: async (subject, scopes, ttlSeconds) => {
    const token = newSecret();
    await client.loginToken.create({
      data: { sha256: sha256(token), subject, scopes: [...scopes], expiresAt: after(ttlSeconds) },
    });
    return token;
  },
  login: (loginToken, ttlSeconds) =>
    transaction(client, async (tx) => {
      const [login] = await tx.$queryRaw<{ subject: string; scopes: string[] }[]>`
        UPDATE login_tokens SET used_at = clock_timestamp()
        WHERE sha256 = ${sha256(loginToken)} AND used_at IS NULL AND expires_at > clock_timestamp()
        RETURNING subject, scopes`;
      if (login === undefined) return null;
      const token = newSecret();
      const row = await tx.session.create({
        data: { id: newId(), sha256: sha256(token), ...login, expiresAt: after(ttlSeconds) },
      });
      return { token, session: toSession(row) };
    }),
  find: async (token) => {
    const row = await client.session.findFirst({ where: { sha256: sha256(token), expiresAt: { gt: new Date() } } });
    return row === null ? null : toSession(row);
  },
  end: async (token) => {
    await client.session.deleteMany({ where: { sha256: sha256(token) } });
  },
});
