/** Keys: 256 random bits, so a plain sha256 keeps them; several per account, scoped, revocable, with an end if wanted. */
import type { ApiKey, Keys } from '../account-types.js';
import { type Client, notFound, type Prisma, transaction } from '../client.js';
import { newId, newKey, sha256 } from '../identifiers.js';
import { toAccount } from './accounts.js';
import { writeAudit } from './audit.js';
import { iso } from './rows.js';

const PREFIX_LENGTH = 14;

const toKey = (row: Prisma.ApiKeyModel): ApiKey => ({
  id: row.id,
  account: row.accountId,
  name: row.name,
  prefix: row.prefix,
  scopes: row.scopes,
  createdAt: row.createdAt.toISOString(),
  lastUsedAt: iso(row.lastUsedAt),
  expiresAt: iso(row.expiresAt),
  revokedAt: iso(row.revokedAt),
});

/** What the log says of a key. */
const stateOf = ({ id, account, scopes, expiresAt, revokedAt }: ApiKey) => ({
  id,
  account,
  scopes,
  expiresAt,
  revokedAt,
});

const create: (client: Client) => Keys['create'] = (client) => (input, by) =>
  transaction(client, async (tx) => {
    const { account, name, scopes, expiresAt = null } = input;
    const key = newKey();
    const prefix = key.slice(0, PREFIX_LENGTH);
    const row = await tx.apiKey.create({
      data: { id: newId(), accountId: account, name, sha256: sha256(key), prefix, scopes: [...scopes], expiresAt },
    });
    const record = toKey(row);
    const detail = { scopes: [...scopes] };
    await writeAudit(tx, { action: 'key.create', target: `key:${row.id}`, after: stateOf(record), detail }, by);
    return { key, record };
  });

const find: (client: Client) => Keys['find'] = (client) => async (key) => {
  const row = await client.apiKey.findUnique({ where: { sha256: sha256(key) }, include: { account: true } });
  if (row === null || row.revokedAt !== null || row.account.disabledAt !== null) return null;
  if (row.expiresAt !== null && row.expiresAt.getTime() <= Date.now()) return null;
  // To the minute is enough, and spares a write per request.
  if (row.lastUsedAt === null || Date.now() - row.lastUsedAt.getTime() > 60_000)
    await client.$executeRaw`UPDATE api_keys SET last_used_at = clock_timestamp() WHERE id = ${row.id}`;
  return { key: toKey(row), account: toAccount(row.account) };
};

export const keys = (client: Client): Keys => ({
  create: create(client),
  find: find(client),
  list: async (accountId) =>
    (await client.apiKey.findMany({ where: { accountId }, orderBy: { id: 'desc' } })).map(toKey),
  revoke: (accountId, id, by) =>
    transaction(client, async (tx) => {
      const before = await tx.apiKey.findFirst({ where: { id, accountId, revokedAt: null } });
      if (before === null) throw notFound('key', id);
      const after = await tx.apiKey.update({ where: { id }, data: { revokedAt: new Date() } });
      const states = { before: stateOf(toKey(before)), after: stateOf(toKey(after)) };
      await writeAudit(tx, { action: 'key.revoke', target: `key:${id}`, ...states }, by);
    }),
});
