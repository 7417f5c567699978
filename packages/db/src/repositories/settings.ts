/** Small facts about this installation: what was done once, who the owner is. */

import type { Json, Settings } from '../access-types.js';
import { type Client, Prisma } from '../client.js';
import { fromJson } from './rows.js';

const text = (value: Json): Prisma.Sql => Prisma.sql`${JSON.stringify(value)}::jsonb`;

export const settings = (client: Client): Settings => ({
  get: async (key) => {
    const row = await client.setting.findUnique({ where: { key } });
    return row === null ? null : fromJson<Json>(row.value);
  },
  list: async (prefix) => {
    const rows = await client.setting.findMany({ where: { key: { startsWith: prefix } }, orderBy: { key: 'asc' } });
    return rows.map((row) => ({ key: row.key, value: fromJson<Json>(row.value) }));
  },
  set: async (key, value) => {
    await client.$executeRaw`
      INSERT INTO settings (key, value) VALUES (${key}, ${text(value)})
      ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = clock_timestamp()`;
  },
  remove: async (key) => {
    await client.$executeRaw`DELETE FROM settings WHERE key = ${key}`;
  },
  setOnce: async (key, value) => {
    const count = await client.$executeRaw`
      INSERT INTO settings (key, value) VALUES (${key}, ${text(value)}) ON CONFLICT (key) DO NOTHING`;
    return count === 1;
  },
  hold: async (key, holder, seconds) => {
    const count = await client.$executeRaw`
      INSERT INTO settings (key, value) VALUES (${key}, ${text(holder)})
      ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = clock_timestamp()
      WHERE settings.value = excluded.value
        OR settings.updated_at < clock_timestamp() - make_interval(secs => ${seconds}::double precision)`;
    return count === 1;
  },
  letGo: async (key, holder) => {
    await client.$executeRaw`DELETE FROM settings WHERE key = ${key} AND value = ${text(holder)}`;
  },
});
