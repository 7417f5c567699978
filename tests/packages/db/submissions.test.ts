/** Submissions against a real Postgres: one transaction, idempotency, pages, cancel, withdraw, run again. */
import { parseTarget } from '@topiary/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase, type TestDatabase } from '../../helpers/database.js';
import { addPerson } from '../../helpers/people.js';
import { rowsRead } from '../../helpers/rows-read.js';
import { claim, problem, result, submission } from './fixtures.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await freshDatabase();
});
afterAll(() => test.close());

describe('creating', () => {
  it('writes a run and an outbox row for each target and seed, and their events', async () => {
    const { db } = test;
    const targets = [parseTarget('2x'), parseTarget('4x')];
    const { submission: made, replayed } = await db.submissions.create(submission({ targets, seeds: [0, 1] }));
    expect(replayed).toBe(false);
    expect(made).toMatchObject({ state: 'queued', progress: 0, withdrawn: false, seeds: [0, 1] });
    expect(made.runs.map((run) => [run.target?.label, run.seed, run.attempt, run.state])).toEqual([
      ['2x', 0, 1, 'queued'],
      ['2x', 1, 1, 'queued'],
      ['4x', 0, 1, 'queued'],
      ['4x', 1, 1, 'queued'],
    ]);
    expect(made.runs[0]?.stages[0]).toEqual({
      id: 'prune',
      title: 'Prune',
      state: 'waiting',
      seconds: null,
      progress: null,
    });
    expect(await db.submissions.get(made.id)).toEqual(made);
    expect(await db.submissions.owner(made.id)).toBeNull();
    expect(await db.outbox.unsent()).toBe(4);
    const events = await db.events.after('0', { submission: made.id });
    expect(events.map(({ event }) => event)).toEqual(Array(4).fill({ type: 'state', state: 'queued', problem: null }));
  });

  it('reads back as it was answered, with its author and without a target', async () => {
    const { db } = test;
    const { account } = await addPerson(db, { name: 'author' });
    const made = await db.submissions.create(submission({ createdBy: account.id, targets: [], seeds: [3] }));
    expect(made.submission).toMatchObject({ submitter: { id: account.id, name: 'author' }, targets: [] });
    expect(made.submission.runs).toMatchObject([{ target: null, seed: 3 }]);
    expect(await db.submissions.get(made.submission.id)).toEqual(made.submission);
  });

  it('leaves nothing behind when it fails half-way', async () => {
    const { db } = test;
    const before = [await db.submissions.count(), await db.outbox.unsent()];
    const broken = submission({ seeds: [0, 2 ** 40] }); // the second does not fit the column
    await expect(db.submissions.create(broken)).rejects.toThrow();
    expect([await db.submissions.count(), await db.outbox.unsent()]).toEqual(before);
  });

  it('makes one submission of ten requests with the same key at once', async () => {
    const { db } = test;
    const before = await db.submissions.count();
    const idempotency = { scope: 'owner', key: 'k1', bodyHash: 'h1' };
    const made = await Promise.all(Array.from({ length: 10 }, () => db.submissions.create(submission(), idempotency)));
    expect(new Set(made.map((one) => JSON.stringify(one.submission))).size).toBe(1);
    expect(made.filter((one) => !one.replayed)).toHaveLength(1);
    expect(await db.submissions.count()).toBe(before + 1);
  });

  it('refuses the same key with another body, and takes it from somebody else', async () => {
    const { db } = test;
    await expect(
      db.submissions.create(submission(), { scope: 'owner', key: 'k1', bodyHash: 'h2' }),
    ).rejects.toMatchObject({ code: 'TOPIARY_API_CONFLICT' });
    const other = await db.submissions.create(submission(), { scope: 'other', key: 'k1', bodyHash: 'h2' });
    expect(other.replayed).toBe(false);
  });
});

describe('listing', () => {
  it('pages from new to old without gaps while new ones arrive', async () => {
    const { db } = test;
    const board = 'classification.paged.board';
    const ids: string[] = [];
    for (let index = 0; index < 7; index++) {
      ids.unshift((await db.submissions.create(submission({ board }))).submission.id);
      await new Promise((resolve) => setTimeout(resolve, 2)); // ids order by millisecond
    }
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await db.submissions.list({ board, limit: 3, ...(cursor === null ? {} : { cursor }) });
      seen.push(...page.items.map((item) => item.id));
      cursor = page.nextCursor;
      await db.submissions.create(submission({ board }));
    } while (cursor !== null);
    expect(seen).toEqual(ids);
  });

  it('refuses a cursor that is none', async () => {
    await expect(test.db.submissions.list({ limit: 3, cursor: 'x' })).rejects.toMatchObject({
      code: 'TOPIARY_API_VALIDATION',
    });
  });

  it('filters by state, owner and withdrawal, and leaves runs out unless asked', async () => {
    const { db } = test;
    const { account: ada } = await addPerson(db);
    const { submission: made } = await db.submissions.create(submission({ createdBy: ada.id }));
    const ref = { run: made.runs[0]!.id, attempt: 1 };
    await db.runs.claim(ref, claim);
    await db.runs.finish(ref, result());
    const find = (over: object) => db.submissions.list({ createdBy: ada.id, limit: 10, ...over });
    expect((await find({ state: 'done' })).items[0]?.runs).toBeUndefined();
    expect((await find({ runs: true })).items[0]?.runs?.[0]?.result?.achieved).toBe(2.01);
    expect((await find({ state: 'queued' })).items).toEqual([]);
    await db.submissions.withdraw(made.id);
    expect((await find({})).items).toEqual([]);
    expect((await find({ includeWithdrawn: true })).items).toHaveLength(1);
  });

  it('reads no run but those under way, however many there are', async () => {
    const { db } = test;
    const { submission: made } = await db.submissions.create(submission({ board: 'many', seeds: [0, 1, 2] }));
    const ref = { run: made.runs[1]!.id, attempt: 1 };
    await db.runs.claim(ref, claim);
    await db.runs.progress(ref, { progress: 0.75, stages: [] });
    await test.query(`INSERT INTO runs (id, submission_id, board, position, seed, device, memory_bytes, stages, state)
      SELECT 'x' || i, submission_id, board, 10 + i, i, device, 0, '[]', 'failed' FROM runs, generate_series(1, 2000) AS i
      WHERE id = '${ref.run}'`);
    await test.query('ANALYZE runs');
    const read = await rowsRead(test, 'runs', async (fresh) => {
      const { items } = await fresh.submissions.list({ board: 'many', limit: 10 });
      const runCounts = { queued: 2, running: 1, done: 0, failed: 0, cancelled: 0 };
      expect(items).toMatchObject([{ id: made.id, runCounts, progress: 0.25 }]);
    });
    expect(read).toBeLessThan(20);
  });

  it('says of each target what came out, as the mean over its finished runs', async () => {
    const { db } = test;
    const targets = [parseTarget('4x'), parseTarget('2x')];
    const { submission: made } = await db.submissions.create(submission({ board: 'mean', targets, seeds: [0, 1] }));
    for (const [i, top1] of [60, 61, 80].entries()) {
      const ref = { run: made.runs[i]!.id, attempt: 1 };
      await db.runs.claim(ref, claim);
      const metrics = [
        { id: 'top1', phase: 'base' as const, value: 90, n: 4000 },
        { id: 'top1', phase: 'finetuned' as const, value: top1, n: 4000 },
      ];
      await db.runs.finish(ref, result({ metrics }));
    }
    const [item] = (await db.submissions.list({ board: 'mean', limit: 1 })).items;
    const base = { id: 'top1', phase: 'base', value: 90 };
    expect(item?.outcomes).toEqual([
      { target: '4x', runs: 2, metrics: [base, { id: 'top1', phase: 'finetuned', value: 60.5 }] },
      { target: '2x', runs: 1, metrics: [base, { id: 'top1', phase: 'finetuned', value: 80 }] },
    ]);
    expect(item?.finishedAt).toBe((await db.submissions.get(made.id)).runs[2]!.finishedAt);
    expect(item?.state).toBe('running');
  });
});

describe('the state of a submission', () => {
  const make = async (seeds: number[]) => {
    const { submission: made } = await test.db.submissions.create(submission({ seeds }));
    return { id: made.id, refs: made.runs.map((run) => ({ run: run.id, attempt: 1 })) };
  };
  const stateOf = async (id: string) => (await test.db.submissions.get(id)).state;

  it('is running as long as anything is left, then the worst of its runs', async () => {
    const { db } = test;
    const { id, refs } = await make([0, 1]);
    await db.runs.claim(refs[0]!, claim);
    expect(await stateOf(id)).toBe('running');
    await db.runs.finish(refs[0]!, result());
    expect(await stateOf(id)).toBe('running');
    await db.runs.claim(refs[1]!, claim);
    await db.runs.fail(refs[1]!, problem);
    expect(await stateOf(id)).toBe('failed');
    expect((await db.submissions.get(id)).progress).toBe(1);
  });

  it('is right when all runs end at the same moment', async () => {
    const { db } = test;
    const { id, refs } = await make([0, 1, 2, 3, 4, 5]);
    for (const ref of refs) await db.runs.claim(ref, claim);
    await Promise.all(refs.map((ref) => db.runs.finish(ref, result())));
    expect(await stateOf(id)).toBe('done');
  });

  it('cancels queued runs at once and asks running ones', async () => {
    const { db } = test;
    const { id, refs } = await make([0, 1]);
    await db.runs.claim(refs[0]!, claim);
    const cancelled = await db.submissions.cancel(id);
    expect(cancelled.runs.map((run) => run.state)).toEqual(['running', 'cancelled']);
    expect(await db.runs.claim(refs[1]!, claim)).toBeNull();
    expect(await db.runs.heartbeat(refs[0]!, 60)).toEqual({ held: true, cancelRequested: true });
    expect(await db.runs.cancelled(refs[0]!)).toBe(true);
    expect(await stateOf(id)).toBe('cancelled');
  });

  it('runs again what failed or was cancelled, under the next attempt number', async () => {
    const { db } = test;
    const { id, refs } = await make([0, 1]);
    await db.runs.claim(refs[0]!, claim);
    await db.runs.finish(refs[0]!, result());
    await db.runs.claim(refs[1]!, claim);
    await db.runs.progress(refs[1]!, {
      progress: 0.5,
      stages: [{ id: 'prune', title: 'Prune', state: 'failed', seconds: 3, progress: 0.5 }],
    });
    await db.runs.fail(refs[1]!, problem);
    const again = await db.submissions.rerun(id);
    expect(again.runs.map((run) => [run.state, run.attempt])).toEqual([
      ['done', 1],
      ['queued', 2],
    ]);
    expect(again.runs[1]).toMatchObject({ problem: null, stages: [{ state: 'waiting', seconds: null }] });
    expect(await db.runs.claim(refs[1]!, claim)).toBeNull();
    expect(await db.runs.claim({ ...refs[1]!, attempt: 2 }, claim)).toMatchObject({ attempt: 2, seed: 1 });
    await expect(db.submissions.rerun(id)).rejects.toMatchObject({ code: 'TOPIARY_API_CONFLICT' });
  });

  it('knows what it does not know', async () => {
    const { db } = test;
    for (const call of [db.submissions.get, db.submissions.cancel, db.submissions.withdraw, db.submissions.rerun]) {
      await expect(call('nobody')).rejects.toMatchObject({ code: 'TOPIARY_DB_NOT_FOUND' });
    }
  });
});
