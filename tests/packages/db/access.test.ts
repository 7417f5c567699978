/** Keys, one-time logins, sessions, settings, and the sweep, against a real Postgres. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase, type TestDatabase } from '../../helpers/database.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await freshDatabase();
});
afterAll(() => test.close());

const query = async (sql: string) => {
  const client = new pg.Client({ connectionString: test.url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
};

describe('keys', () => {
  it('are found by their text, stored only as a hash, and can be revoked', async () => {
    const { keys } = test.db;
    const { key, record } = await keys.create('owner', ['admin']);
    expect(key).toMatch(/^topiary_[\w-]{43}$/);
    expect(key.startsWith(record.prefix)).toBe(true);
    expect(await keys.find(key)).toMatchObject({ id: record.id, scopes: ['admin'] });
    expect(await keys.find(`${key}x`)).toBeNull();
    expect(JSON.stringify(await query('SELECT * FROM api_keys'))).not.toContain(key.slice(8));
    expect((await keys.list())[0]?.lastUsedAt).not.toBeNull();
    await keys.revoke(record.id);
    expect(await keys.find(key)).toBeNull();
    await expect(keys.revoke(record.id)).rejects.toMatchObject({ code: 'TOPIARY_DB_NOT_FOUND' });
  });
});

describe('logins', () => {
  it('work once, even when used five times at the same moment', async () => {
    const { sessions } = test.db;
    const token = await sessions.createLogin('owner', ['admin'], 60);
    const tries = await Promise.all([1, 2, 3, 4, 5].map(() => sessions.login(token, 3600)));
    const made = tries.filter((one) => one !== null);
    expect(made).toHaveLength(1);
    expect(await sessions.find(made[0]!.token)).toMatchObject({ subject: 'owner', scopes: ['admin'] });
    expect(JSON.stringify(await query('SELECT * FROM sessions'))).not.toContain(made[0]!.token);
    await sessions.end(made[0]!.token);
    expect(await sessions.find(made[0]!.token)).toBeNull();
  });

  it('and sessions expire, and are swept', async () => {
    const { sessions } = test.db;
    expect(await sessions.login(await sessions.createLogin('owner', [], -1), 60)).toBeNull();
    const session = await sessions.login(await sessions.createLogin('owner', [], 60), -1);
    expect(await sessions.find(session!.token)).toBeNull();
    await test.db.sweep();
    expect(await query('SELECT 1 FROM sessions')).toEqual([]);
  });
});

describe('settings', () => {
  it('are set once by one of many', async () => {
    const { settings } = test.db;
    const wins = await Promise.all([1, 2, 3].map((value) => settings.setOnce('starter', value)));
    expect(wins.filter(Boolean)).toHaveLength(1);
    await settings.set('starter', { done: ['a', null] });
    expect(await settings.get('starter')).toEqual({ done: ['a', null] });
    expect(await settings.get('other')).toBeNull();
    await settings.set('worker:b', 2);
    await settings.set('worker:a', 1);
    expect(await settings.list('worker:')).toEqual([
      { key: 'worker:a', value: 1 },
      { key: 'worker:b', value: 2 },
    ]);
  });
});
