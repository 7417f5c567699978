/** One-time login links: 256 random bits, kept as their sha256, used once. */
import type { Logins } from '../account-types.js';
import type { Client } from '../client.js';
import { newSecret, sha256 } from '../identifiers.js';

export const logins = (client: Client): Logins => ({
  create: async (accountId, ttlSeconds) => {
    const token = newSecret();
    const expiresAt = new Date(Date.now() + ttlSeconds * 1000);
    await client.loginToken.create({ data: { sha256: sha256(token), accountId, expiresAt } });
    return token;
  },
  consume: async (token) => {
    const [login] = await client.$queryRaw<{ account: string }[]>`
      UPDATE login_tokens SET used_at = clock_timestamp()
      WHERE sha256 = ${sha256(token)} AND used_at IS NULL AND expires_at > clock_timestamp()
      RETURNING account_id AS account`;
    return login?.account ?? null;
  },
});
