/** Events against a real Postgres: written once, read in order without gaps, announced; and the outbox. */
import type { RunJob } from '@topiary/contracts';
import type { AttemptRef } from '@topiary/db';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { freshDatabase, type TestDatabase } from '../../helpers/database.js';
import { claim, submission } from './fixtures.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await freshDatabase();
});
afterAll(() => test.close());

const running = async (): Promise<AttemptRef & { submission: string }> => {
  const { submission: made } = await test.db.submissions.create(submission());
  const ref = { run: made.runs[0]!.id, attempt: 1 };
  await test.db.runs.claim(ref, claim);
  return { ...ref, submission: made.id };
};

const log = (sequence: number) => ({ sequence, event: { type: 'log', level: 'info', text: `${sequence}` } as const });

describe('events', () => {
  it('are kept once per run, attempt and sequence', async () => {
    const { db } = test;
    const ref = await running();
    expect(await db.runs.appendEvents(ref, [log(1), log(2)])).toBe(true);
    expect(await db.runs.appendEvents(ref, [log(2), log(3)])).toBe(true);
    const seen = await db.events.after('0', { run: ref.run });
    expect(seen.map((record) => [record.event.type, record.sequence])).toEqual([
      ['state', -2],
      ['state', -1],
      ['log', 1],
      ['log', 2],
      ['log', 3],
    ]);
    const rest = await db.events.after(seen[2]!.id, { submission: ref.submission });
    expect(rest.map((record) => record.sequence)).toEqual([2, 3]);
    expect(await db.events.after('not a number', { run: ref.run })).toHaveLength(5);
  });

  it('reach a reader that follows the last id, all of them, while many write', async () => {
    const { db } = test;
    const refs = await Promise.all([running(), running(), running(), running()]);
    const start = (await db.events.after('0', {})).at(-1)!.id;
    const writer = async (ref: AttemptRef) => {
      for (let sequence = 1; sequence <= 20; sequence++) await db.runs.appendEvents(ref, [log(sequence)]);
    };
    const seen: string[] = [];
    let isDone = false;
    const reader = async () => {
      let last = start;
      for (let lastLook = false; !lastLook; ) {
        lastLook = isDone;
        for (const record of await db.events.after(last, {})) {
          seen.push(`${record.run} ${record.sequence}`);
          last = record.id;
        }
      }
    };
    const reading = reader();
    await Promise.all(refs.map(writer));
    isDone = true;
    await reading;
    expect(seen).toHaveLength(80);
    expect(new Set(seen).size).toBe(80);
  });

  it('are announced, also after the listening connection was cut', async () => {
    const { db } = test;
    const ref = await running();
    const notices: string[] = [];
    const onGap = vi.fn();
    const listener = await db.listen({ onEvent: (notice) => notices.push(notice.run), onGap });
    await db.runs.appendEvents(ref, [log(1)]);
    await vi.waitFor(() => expect(notices).toEqual([ref.run]), 10_000);

    const admin = new pg.Client({ connectionString: test.url });
    await admin.connect();
    await admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'`,
    );
    await admin.end();
    await vi.waitFor(() => expect(onGap).toHaveBeenCalledOnce(), 10_000);
    await db.runs.appendEvents(ref, [log(2)]);
    await vi.waitFor(() => expect(notices).toHaveLength(2), 10_000);
    await listener.close();
  });
});

describe('the outbox', () => {
  it('sends every job once though four relays run', async () => {
    const { db } = test;
    await db.outbox.relay(async () => undefined, 1000);
    await db.submissions.create(submission({ seeds: [0, 1, 2, 3, 4, 5, 6, 7] }));
    const jobs: RunJob[] = [];
    const send = async (some: readonly RunJob[]) => void jobs.push(...some);
    await Promise.all([1, 2, 3, 4].map(() => db.outbox.relay(send, 3)));
    while (((await db.outbox.relay(send, 3)) ?? 1) > 0);
    expect(jobs.map((job) => job.run)).toHaveLength(8);
    expect(new Set(jobs.map((job) => job.run)).size).toBe(8);
  });

  it('keeps what it sent while the queue has not taken all of it', async () => {
    const { db } = test;
    await db.submissions.create(submission({ seeds: [0, 1, 2] }));
    const send = async () => {
      throw new Error('queue away');
    };
    const unsent = await db.outbox.unsent();
    expect(unsent).toBeGreaterThanOrEqual(3);
    await expect(db.outbox.relay(send)).rejects.toThrow('queue away');
    expect(await db.outbox.unsent()).toBe(unsent);
    expect(await db.outbox.relay(async () => undefined)).toBe(unsent);
    expect(await db.outbox.unsent()).toBe(0);
  });

  it('sends again what was sent long ago and is still queued', async () => {
    const { db } = test;
    const { submission: made } = await db.submissions.create(submission());
    await db.outbox.relay(async () => undefined, 1000);
    await db.submissions.create(submission());
    expect(await db.outbox.resend(3600)).toBe(0);
    await db.outbox.resend(-1);
    const jobs: RunJob[] = [];
    await db.outbox.relay(async (some) => void jobs.push(...some), 1000);
    expect(jobs.map((job) => job.run)).toContain(made.runs[0]!.id);
    const states = await Promise.all(jobs.map(async (job) => (await db.runs.get(job.run)).state));
    expect(new Set(states)).toEqual(new Set(['queued']));
  });
});
