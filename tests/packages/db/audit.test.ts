/** The audit log: the database itself refuses to change it, and the chain shows it where somebody did so all the same. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase, type TestDatabase } from '../../helpers/database.js';
import { addPerson } from '../../helpers/people.js';

let test: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  test = await freshDatabase();
  client = new pg.Client({ connectionString: test.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await test.close();
});

const by = (account: string) => ({ account, key: 'k', ip: '192.0.2.1', request: 'r' });

describe('the audit log', () => {
  it('is one chain, though twenty write at the same moment', async () => {
    const { audit } = test.db;
    const entries = Array.from({ length: 20 }, (_, i) => ({
      action: 'test',
      target: `thing:${i}`,
      detail: { z: 1.5, a: ['é', null], i },
      before: { i },
      after: { i: i + 1 },
    }));
    await Promise.all(entries.map((entry) => audit.append(entry, by('ada'))));
    const { events, head, broken } = await audit.verify();
    expect([events, broken]).toEqual([20, null]);
    const { items } = await audit.list({ limit: 1 });
    expect(items[0]).toMatchObject({ id: '20', hash: head, actor: 'ada', keyId: 'k', ip: '192.0.2.1', requestId: 'r' });
    expect(items[0]!.beforeHash).toMatch(/^[0-9a-f]{64}$/);
    expect(items[0]!.beforeHash).not.toBe(items[0]!.afterHash);
  });

  it.each([
    ['UPDATE', `UPDATE audit_events SET actor = 'mallory' WHERE id = 3`],
    ['DELETE', 'DELETE FROM audit_events WHERE id = 20'],
    ['TRUNCATE', 'TRUNCATE audit_events'],
  ])('refuses %s', async (_what, sql) => {
    await expect(client.query(sql)).rejects.toThrow(/append-only/);
    expect((await test.db.audit.verify()).events).toBe(20);
  });

  it('is written in the transaction of the change: what fails leaves no line', async () => {
    const { account } = await addPerson(test.db, { role: 'admin' });
    const before = await test.db.audit.verify();
    await expect(test.db.accounts.setRole(account.id, 'user', by('bob'))).rejects.toThrow(/admin/);
    expect(await test.db.audit.verify()).toEqual(before);
  });

  it('is filtered and exported whole, oldest first', async () => {
    const { audit } = test.db;
    const mine = await audit.list({ actor: 'ada', target: 'thing:4', limit: 10 });
    expect(mine.items.map(({ detail }) => detail)).toEqual([{ z: 1.5, a: ['é', null], i: 4 }]);
    const page = await audit.list({ actor: 'ada', limit: 5 });
    const next = await audit.list({ actor: 'ada', limit: 5, cursor: page.nextCursor! });
    expect(Number(next.items[0]!.id)).toBe(Number(page.items[4]!.id) - 1);
    const ids: string[] = [];
    for await (const { id } of audit.export()) ids.push(id);
    expect(ids).toEqual(ids.map((_, i) => String(i + 1)));
  });

  it.each([
    ['a changed line', `UPDATE audit_events SET detail = '{"i": 99}' WHERE id = 7`, '7'],
    ['a line taken out', 'DELETE FROM audit_events WHERE id = 5', '6'],
  ])('shows %s to whoever recomputes the chain', async (_what, sql, broken) => {
    await client.query('BEGIN');
    await client.query(
      `ALTER TABLE audit_events DISABLE TRIGGER USER; ${sql}; ALTER TABLE audit_events ENABLE TRIGGER USER`,
    );
    await client.query('COMMIT');
    expect((await test.db.audit.verify()).broken).toBe(broken);
  });
});
