/** Accounts, keys, one-time logins, invites, settings, and the sweep, against a real Postgres. */
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase, type TestDatabase } from '../../helpers/database.js';
import { addPerson } from '../../helpers/people.js';

const BY = { account: null };
const NOT_FOUND = { code: 'TOPIARY_DB_NOT_FOUND' };
const CONFLICT = { code: 'TOPIARY_API_CONFLICT' };

let test: TestDatabase;
beforeAll(async () => {
  test = await freshDatabase();
});
afterAll(() => test.close());

const query = (sql: string) => test.query(sql);

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

describe('keys', () => {
  it('are found by their text, stored only as a hash, and can be revoked by their own account', async () => {
    const { keys } = test.db;
    const [ada, bob] = [await addPerson(test.db), await addPerson(test.db)];
    const { key, record } = await keys.create({ account: ada.account.id, name: 'laptop', scopes: ['submit'] }, BY);
    expect(key.startsWith(record.prefix)).toBe(true);
    expect(await keys.find(key)).toMatchObject({ key: { id: record.id, scopes: ['submit'] }, account: ada.account });
    expect(await keys.find(`${key}x`)).toBeNull();
    expect(JSON.stringify(await query('SELECT * FROM api_keys'))).not.toContain(key.slice(14));
    expect((await keys.list(ada.account.id)).map(({ name }) => name)).toEqual(['laptop', 'test']);
    expect((await keys.list(ada.account.id))[0]?.lastUsedAt).not.toBeNull();
    await expect(keys.revoke(bob.account.id, record.id, BY)).rejects.toMatchObject(NOT_FOUND);
    await keys.revoke(ada.account.id, record.id, BY);
    expect(await keys.find(key)).toBeNull();
    await expect(keys.revoke(ada.account.id, record.id, BY)).rejects.toMatchObject(NOT_FOUND);
  });

  it('have 256 random bits in base 62 and a CRC-32 that a secret scanner can check', async () => {
    const { key } = await addPerson(test.db);
    const [, body, check] = /^(topiary_[0-9A-Za-z]{43})_([0-9A-Za-z]{6})$/.exec(key)!;
    expect([...check!].reduce((sum, digit) => sum * 62 + BASE62.indexOf(digit), 0)).toBe(crc32(body!));
  });

  it('end at their time, and with their account', async () => {
    const { keys, accounts } = test.db;
    const { account, key } = await addPerson(test.db);
    const past = new Date(Date.now() - 1);
    const old = await keys.create({ account: account.id, name: 'old', scopes: ['read'], expiresAt: past }, BY);
    expect(await keys.find(old.key)).toBeNull();
    await accounts.setDisabled(account.id, true, BY);
    expect(await keys.find(key)).toBeNull();
    await accounts.setDisabled(account.id, false, BY);
    expect(await keys.find(key)).not.toBeNull();
  });
});

describe('logins', () => {
  it('work once, even when used five times at the same moment', async () => {
    const { account } = await addPerson(test.db);
    const token = await test.db.logins.create(account.id, 60);
    const tries = await Promise.all([1, 2, 3, 4, 5].map(() => test.db.logins.consume(token)));
    expect(tries.filter((one) => one !== null)).toEqual([account.id]);
    expect(JSON.stringify(await query('SELECT * FROM login_tokens'))).not.toContain(token);
  });

  it('expire', async () => {
    const { account } = await addPerson(test.db);
    expect(await test.db.logins.consume(await test.db.logins.create(account.id, -1))).toBeNull();
  });
});

describe('accounts', () => {
  it('have one address each, in whatever case it is written', async () => {
    const { accounts } = test.db;
    const ada = await accounts.create({ name: 'Ada', email: 'Ada@Example.org', role: 'user' }, BY);
    expect(await accounts.byEmail('ADA@example.ORG')).toEqual(ada);
    const { account: bob } = await addPerson(test.db);
    await expect(accounts.setEmail(bob.id, 'aDa@example.org', BY)).rejects.toMatchObject(CONFLICT);
    expect(await accounts.setEmail(bob.id, 'Bob@example.org', BY)).toMatchObject({ email: 'bob@example.org' });
  });

  it('keep at least one admin, though two give the role up at the same moment', async () => {
    const { accounts } = test.db;
    const [one, two] = [await addPerson(test.db, { role: 'admin' }), await addPerson(test.db, { role: 'admin' })];
    const tries = await Promise.allSettled([
      accounts.setRole(one.account.id, 'user', BY),
      accounts.setRole(two.account.id, 'user', BY),
    ]);
    expect(tries.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const [last] = (await accounts.list({ role: 'admin', limit: 10 })).items;
    await expect(accounts.setDisabled(last!.id, true, BY)).rejects.toMatchObject(CONFLICT);
    await expect(accounts.erase(last!.id, BY)).rejects.toMatchObject(CONFLICT);
  });

  it('are searched by name and address, a page at a time, newest first', async () => {
    const { accounts } = test.db;
    for (const name of ['Zoe One', 'Zoe Two', 'Zoe Three']) await addPerson(test.db, { name });
    const first = await accounts.list({ search: 'zoe', limit: 2 });
    expect(first.items.map(({ name }) => name)).toEqual(['Zoe Three', 'Zoe Two']);
    const second = await accounts.list({ search: 'zoe', limit: 2, cursor: first.nextCursor! });
    expect([second.items.map(({ name }) => name), second.nextCursor]).toEqual([['Zoe One'], null]);
  });

  it('leave no name, address or key behind when erased', async () => {
    const { account, key } = await addPerson(test.db, { name: 'Forgetful' });
    const erased = await test.db.accounts.erase(account.id, BY);
    expect(erased.name).toMatch(/^Former participant/);
    expect(await test.db.keys.find(key)).toBeNull();
    for (const table of ['accounts', 'credentials', 'audit_events'])
      expect(JSON.stringify(await query(`SELECT * FROM ${table}`)), table).not.toMatch(/forgetful/i);
    expect((await test.db.accounts.setDisabled(account.id, false, BY)).disabledAt).not.toBeNull();
  });
});

describe('invites', () => {
  it('let one person in, only for the address they name', async () => {
    const { invites } = test.db;
    const { account } = await addPerson(test.db);
    const expiresAt = new Date(Date.now() + 60_000);
    const { token, invite } = await invites.create(
      { email: 'Eve@example.org', role: 'user', expiresAt },
      { account: account.id },
    );
    expect(await invites.take(token, 'mallory@example.org')).toBeNull();
    const tries = await Promise.all([1, 2, 3].map(() => invites.take(token, 'eve@example.org')));
    expect(tries.filter((one) => one !== null).map((one) => one.id)).toEqual([invite.id]);
    await invites.giveBack(invite.id);
    await invites.revoke(invite.id, BY);
    expect(await invites.take(token, 'eve@example.org')).toBeNull();
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

it('the sweep deletes sessions and links that have passed their time', async () => {
  const { account } = await addPerson(test.db);
  await query(`INSERT INTO sessions (id, token, account_id, expires_at)
    VALUES ('old', 'a', '${account.id}', now() - interval '1 minute'), ('new', 'b', '${account.id}', now() + interval '1 day')`);
  await query(
    `INSERT INTO verifications (id, identifier, value, expires_at) VALUES ('old', 'i', 'v', now() - interval '1 minute')`,
  );
  await test.db.sweep();
  expect(await query('SELECT id FROM sessions')).toEqual([{ id: 'new' }]);
  expect(await query('SELECT id FROM verifications')).toEqual([]);
});
