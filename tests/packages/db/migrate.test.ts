/** Migrations at start: applied once by however many servers, never changed, in agreement with the Prisma schema. */
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { migrate, openDatabase } from '@topiary/db';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openClient } from '../../../packages/db/src/client.js';
import { emptyDatabase, freshDatabase, type TestDatabase } from '../../helpers/database.js';

const shipped = resolve(import.meta.dirname, '../../../prisma/migrations');
const names = readdirSync(shipped, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort();

const rowsOf = async (url: string, sql: string) => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
};

describe('migrating', () => {
  let test: TestDatabase;
  let directory: string;
  beforeEach(async () => {
    test = await emptyDatabase();
    directory = mkdtempSync(join(tmpdir(), 'topiary-migrations-'));
    cpSync(shipped, directory, { recursive: true });
    return async () => {
      await test.close();
      rmSync(directory, { recursive: true });
    };
  });

  const add = (name: string, sql: string) => {
    mkdirSync(join(directory, name), { recursive: true });
    writeFileSync(join(directory, name, 'migration.sql'), sql);
  };

  it('applies each migration once, though four servers start at once and again', async () => {
    const applied = await Promise.all([1, 2, 3, 4].map(() => migrate(test.url)));
    expect(applied.flat()).toEqual(names);
    expect(await migrate(test.url)).toEqual([]);
    const rows = await rowsOf(test.url, 'SELECT * FROM _prisma_migrations ORDER BY migration_name');
    expect(rows).toHaveLength(names.length);
    const file = readFileSync(join(shipped, names[0]!, 'migration.sql'));
    expect(rows[0]).toMatchObject({
      migration_name: names[0],
      checksum: createHash('sha256').update(file).digest('hex'),
      applied_steps_count: 1,
      rolled_back_at: null,
    });
    expect(rows[0].finished_at).toBeInstanceOf(Date);
  });

  it('applies a later one on top', async () => {
    await migrate(test.url, directory);
    add('29990101000000_later', 'CREATE TABLE later (id int); INSERT INTO later VALUES (1);');
    expect(await migrate(test.url, directory)).toEqual(['29990101000000_later']);
    expect(await rowsOf(test.url, 'SELECT * FROM later')).toEqual([{ id: 1 }]);
  });

  it('gives what an earlier release kept to the owner', async () => {
    for (const name of names.slice(names.indexOf('20260501000000_accounts')))
      rmSync(join(directory, name), { recursive: true });
    await migrate(test.url, directory);
    await rowsOf(
      test.url,
      `INSERT INTO api_keys (id, name, sha256, prefix, scopes) VALUES ('k1', 'owner', 'x', 'p', '{admin}'), ('k2', 'owner', 'y', 'p', '{admin}');
       INSERT INTO submissions (id, kind, board, title, label, division, recipe, recipe_hash, targets, created_by)
       SELECT who, 'recipe', 'b', '', 'l', 'closed', '{}', 'h', '[]', who FROM unnest(ARRAY['k1', 'owner']) AS who`,
    );
    await migrate(test.url);
    const owner = { id: 'k1', email: 'owner@topiary.invalid', role: 'admin' };
    expect(await rowsOf(test.url, 'SELECT id, email, role FROM accounts')).toEqual([owner]);
    expect(await rowsOf(test.url, 'SELECT DISTINCT account_id FROM api_keys')).toEqual([{ account_id: 'k1' }]);
    expect(await rowsOf(test.url, 'SELECT DISTINCT created_by FROM submissions')).toEqual([{ created_by: 'k1' }]);
  });

  it('refuses a changed one', async () => {
    await migrate(test.url, directory);
    add(names[0]!, 'SELECT 1');
    await expect(migrate(test.url, directory)).rejects.toMatchObject({
      code: 'TOPIARY_DB_MIGRATION',
      details: { where: names[0] },
    });
  });

  it('refuses a database of a newer release', async () => {
    add('29990101000000_later', 'SELECT 1');
    await migrate(test.url, directory);
    await expect(migrate(test.url)).rejects.toMatchObject({ code: 'TOPIARY_DB_MIGRATION' });
  });

  it('leaves nothing of one that fails', async () => {
    add('29990101000000_broken', 'CREATE TABLE half (id int); SELECT * FROM nowhere;');
    await expect(migrate(test.url, directory)).rejects.toMatchObject({ code: 'TOPIARY_DB_MIGRATION' });
    expect(await rowsOf(test.url, `SELECT to_regclass('half') AS half`)).toEqual([{ half: null }]);
    add('29990101000000_broken', 'CREATE TABLE half (id int)');
    expect(await migrate(test.url, directory)).toEqual(['29990101000000_broken']);
  });

  it('says so when there is no server', async () => {
    const url = 'postgres://nobody:x@127.0.0.1:9/none';
    await expect(migrate(url)).rejects.toMatchObject({ code: 'TOPIARY_DB_UNAVAILABLE' });
    const db = openDatabase(url);
    await expect(db.ping()).rejects.toMatchObject({ code: 'TOPIARY_DB_UNAVAILABLE' });
    await expect(db.submissions.count()).rejects.toMatchObject({ code: 'TOPIARY_DB_UNAVAILABLE' });
    await db.close();
  });
});

it('the database is used again after all connections were cut', async () => {
  const test = await freshDatabase();
  await Promise.all([1, 2, 3].map(() => test.db.submissions.count()));
  const others = 'FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()';
  await rowsOf(test.url, `SELECT pg_terminate_backend(pid) ${others}`);
  await vi.waitFor(() => test.db.ping(), 5_000);
  expect(await test.db.submissions.count()).toBe(0);
  await test.close();
});

describe('the Prisma schema', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await freshDatabase();
  });
  afterAll(() => test.close());

  it('agrees with the migrations: a row goes through every model and every column', async () => {
    const client = openClient(test.url, 1);
    const created = await client.submission.create({
      data: {
        id: 's',
        kind: 'recipe',
        board: 'b',
        title: '',
        label: 'l',
        division: 'closed',
        recipe: {},
        recipeHash: 'h',
        targets: [],
        seeds: [0],
      },
    });
    await client.run.create({
      data: {
        id: 'r',
        submissionId: created.id,
        board: 'b',
        position: 0,
        seed: 0,
        device: 'cpu',
        memoryBytes: 1n,
        stages: [],
        target: { value: 2 },
        targetLabel: '2x',
        result: {},
        problem: {},
        metrics: [],
        params: {},
        macs: {},
        latency: {},
      },
    });
    await client.runEvent.create({ data: { runId: 'r', attempt: 1, sequence: 1, event: {} } });
    await client.artefact.create({ data: { sha256: 'f', bytes: 2n ** 40n, mediaType: 'm' } });
    await client.artefactOwner.create({ data: { accountId: 'a', sha256: 'f' } });
    await client.submissionFile.create({ data: { submissionId: 's', sha256: 'f' } });
    const upload = { id: 'u', owner: 'o', name: 'n', bytes: 1n, sha256: 'f', expiresAt: new Date() };
    await client.upload.create({ data: upload });
    await client.runArtefact.create({ data: { runId: 'r', kind: 'model', sha256: 'f' } });
    await client.baseModel.create({
      data: {
        id: 'm',
        board: 'b',
        activeBoard: 'b',
        sha256: 'f',
        bytes: 1n,
        settings: { mean: [0.5], std: [1] },
        metrics: [],
        params: 1n,
        macs: {},
        splitHash: 's',
        provenance: 'shipped',
        runId: 'r',
      },
    });
    await client.importedBoard.create({ data: { id: 'b', description: {}, runId: 'r' } });
    await client.outbox.create({ data: { runId: 'r', attempt: 1, payload: {} } });
    await client.idempotencyKey.create({ data: { scope: 'o', key: 'k', bodyHash: 'h', response: {} } });
    const expiresAt = new Date();
    const account = { connect: { id: 'a' } };
    await client.account.create({ data: { id: 'a', name: 'n', email: 'e' } });
    await client.credential.create({ data: { id: 'c', account, providerId: 'p', accountId: 'a' } });
    await client.verification.create({ data: { id: 'v', identifier: 'i', value: 'v', expiresAt } });
    await client.apiKey.create({ data: { id: 'k', account, name: 'n', sha256: 'x', prefix: 'p', scopes: ['a'] } });
    await client.session.create({ data: { id: 'z', token: 't', account, expiresAt } });
    await client.loginToken.create({ data: { sha256: 'x', account, expiresAt } });
    await client.invite.create({ data: { id: 'i', sha256: 'x', author: account, expiresAt } });
    await client.dispute.create({
      data: { id: 'd', submission: { connect: { id: 's' } }, author: account, text: 't' },
    });
    await client.auditEvent.create({
      data: { id: 1n, at: expiresAt, action: 'a', target: 't', detail: {}, prevHash: 'p', hash: 'h' },
    });
    await client.turn.create({ data: { owner: 'o', servedAt: new Date() } });
    await client.waiting.create({ data: { owner: 'o', device: 'cpu', board: 'b', runs: 1 } });
    await client.webhook.create({ data: { id: 'w', account, url: 'u', secret: 's' } });
    await client.notice.create({ data: { id: 'n', account, event: 'trial' } });
    await client.shownFile.create({ data: { sha256: 'x', person: 'o' } });
    await client.setting.create({ data: { key: 'k', value: 1 } });

    // Reading names every column of the schema; counting them finds columns that only the migrations have.
    const rows: Record<string, object | null> = {
      submissions: await client.submission.findFirst(),
      runs: await client.run.findFirst(),
      run_events: await client.runEvent.findFirst(),
      uploads: await client.upload.findFirst(),
      artefact_owners: await client.artefactOwner.findFirst(),
      submission_files: await client.submissionFile.findFirst(),
      artefacts: await client.artefact.findFirst(),
      run_artefacts: await client.runArtefact.findFirst(),
      base_models: await client.baseModel.findFirst(),
      imported_boards: await client.importedBoard.findFirst(),
      outbox: await client.outbox.findFirst(),
      idempotency_keys: await client.idempotencyKey.findFirst(),
      accounts: await client.account.findFirst(),
      credentials: await client.credential.findFirst(),
      verifications: await client.verification.findFirst(),
      invites: await client.invite.findFirst(),
      disputes: await client.dispute.findFirst(),
      audit_events: await client.auditEvent.findFirst(),
      api_keys: await client.apiKey.findFirst(),
      sessions: await client.session.findFirst(),
      login_tokens: await client.loginToken.findFirst(),
      settings: await client.setting.findFirst(),
      webhooks: await client.webhook.findFirst(),
      notices: await client.notice.findFirst(),
      shown_files: await client.shownFile.findFirst(),
      turns: await client.turn.findFirst(),
      waiting: await client.waiting.findFirst(),
      board_versions: await client.boardVersion.findFirst(), // written by the triggers of the rows above
    };
    await client.$disconnect();
    const columns = await rowsOf(
      test.url,
      `SELECT table_name, count(*)::int AS n FROM information_schema.columns
       WHERE table_schema = 'public' AND table_name <> '_prisma_migrations' GROUP BY table_name`,
    );
    const inSchema = Object.entries(rows).map(([table, row]) => [table, Object.keys(row ?? {}).length]);
    expect(Object.fromEntries(inSchema)).toEqual(Object.fromEntries(columns.map((row) => [row.table_name, row.n])));
  });

  it('has an index for every reference, so that a change of what is referred to reads no whole table', async () => {
    const without = await rowsOf(
      test.url,
      `SELECT c.conrelid::regclass::text AS "table", c.conname FROM pg_constraint c
       WHERE c.contype = 'f' AND NOT EXISTS (
         SELECT 1 FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indpred IS NULL
           AND (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey)`,
    );
    expect(without).toEqual([]);
  });
});
