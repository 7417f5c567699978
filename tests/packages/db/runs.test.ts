/** Runs against a real Postgres: nobody claims twice, old attempts write nothing, expired leases come back. */
import type { ImportedBoard, RunJob } from '@topiary/contracts';
import type { AttemptRef, NewSubmission } from '@topiary/db';
import { openDatabase } from '@topiary/db';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase, type TestDatabase } from '../../helpers/database.js';
import { addPerson } from '../../helpers/people.js';
import { baseModel, claim, hash, problem, result, submission } from './fixtures.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await freshDatabase();
});
afterAll(() => test.close());

const make = async (over: Partial<NewSubmission> = {}): Promise<AttemptRef[]> => {
  const { submission: made } = await test.db.submissions.create(submission(over));
  return made.runs.map((run) => ({ run: run.id, attempt: 1 }));
};

const makeOne = async (over: Partial<NewSubmission> = {}): Promise<AttemptRef> => (await make(over))[0]!;

const next = (ref: AttemptRef): AttemptRef => ({ ...ref, attempt: ref.attempt + 1 });

/** The lease of a worker that was killed long ago. */
const expired = { worker: 'w-dead', leaseSeconds: -1 };

describe('claiming', () => {
  it('gives an attempt to one of many workers', async () => {
    const ref = await makeOne();
    const other = openDatabase(test.url);
    const claims = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        (index % 2 === 0 ? test.db : other).runs.claim(ref, { worker: `w-${index}`, leaseSeconds: 60 }),
      ),
    );
    await other.close();
    const taken = claims.filter((one) => one !== null);
    expect(taken).toHaveLength(1);
    expect(taken[0]).toMatchObject({ ...ref, kind: 'recipe', seed: 0, target: { label: '2x' }, recipeHash: hash('0') });
  });

  it('shares a queue out without jobs: every run exactly once', async () => {
    const device = 'gpu' as const;
    const refs = await make({ seeds: [0, 1, 2, 3, 4, 5, 6, 7], capability: { device, memoryBytes: 1 } });
    const worker = async (name: string) => {
      const mine: string[] = [];
      for (;;) {
        const run = await test.db.runs.claimNext(device, { worker: name, leaseSeconds: 60 });
        if (run === null) return mine;
        mine.push(run.run);
      }
    };
    const taken = (await Promise.all(['a', 'b', 'c'].map(worker))).flat();
    expect(taken.sort()).toEqual(refs.map((ref) => ref.run).sort());
  });

  it('gives a worker only what its device can compute: the class by name, memory by size', async () => {
    const options = { worker: 'w', leaseSeconds: 60 };
    const [small] = await make({ capability: { device: 'gpu', memoryBytes: 2 ** 30 } });
    const [large] = await make({ capability: { device: 'gpu', memoryBytes: 2 ** 40 } });
    // The larger one has waited longer, and was begun and lost.
    await test.query(`UPDATE runs SET resumed = true, queued_at = now() - interval '1 h' WHERE id = '${large!.run}'`);
    expect((await test.db.runs.claimNext('gpu', { ...options, memoryBytes: 8e9 }))?.run).toBe(small!.run);
    expect(await test.db.runs.claimNext('gpu', { ...options, memoryBytes: 8e9 })).toBeNull();
    const onCpu = await test.db.runs.claimNext('cpu', { ...options, memoryBytes: 2 ** 50 });
    expect(onCpu?.run).not.toBe(large!.run);
    expect((await test.db.runs.claimNext('gpu', { ...options, memoryBytes: 2 ** 41 }))?.run).toBe(large!.run);
  });

  it('refuses a stale job', async () => {
    const ref = await makeOne();
    expect(await test.db.runs.claim(next(ref), claim)).toBeNull();
    expect(await test.db.runs.claim({ run: 'nobody', attempt: 1 }, claim)).toBeNull();
  });
});

describe('fencing', () => {
  it('keeps what a file or a log says, though Postgres could not keep each of its characters', async () => {
    const { db } = test;
    const { runs } = (await db.submissions.create(submission())).submission;
    const ref = { run: runs[0]!.id, attempt: 1 };
    await db.runs.claim(ref, claim);
    const text = 'node \0 and \ud800 of \u{1f600}';
    expect(await db.runs.appendEvents(ref, [{ sequence: 1, event: { type: 'log', level: 'info', text } }])).toBe(true);
    expect(await db.runs.fail(ref, { ...problem, detail: text })).toBe(true);
    const kept = 'node \ufffd and \ufffd of \u{1f600}';
    expect((await db.runs.get(ref.run)).problem?.detail).toBe(kept);
    const events = await db.events.after('0', { run: ref.run });
    expect(events.map(({ event }) => event)).toContainEqual({ type: 'log', level: 'info', text: kept });
  });

  it('lets an attempt that lost its lease write nothing', async () => {
    const { db } = test;
    const ref = await makeOne();
    await db.runs.claim(ref, expired);
    await db.runs.reconcile();
    const current = next(ref);
    expect(await db.runs.claim(current, claim)).not.toBeNull();

    expect(await db.runs.heartbeat(ref, 60)).toEqual({ held: false, cancelRequested: false });
    expect(await db.runs.progress(ref, { stages: [], progress: 1 })).toBe(false);
    const event = { type: 'log', level: 'info', text: 'late' } as const;
    expect(await db.runs.appendEvents(ref, [{ sequence: 1, event }])).toBe(false);
    expect(await db.runs.finish(ref, result({ achieved: 9 }))).toBe(false);
    expect(await db.runs.fail(ref, problem)).toBe(false);
    expect(await db.runs.crashed(ref, problem)).toBe('lost');
    expect(await db.runs.release(ref)).toBe(false);
    expect(await db.artefacts.ofRun(ref.run)).toEqual([]);

    expect(await db.runs.finish(current, result())).toBe(true);
    expect(await db.runs.finish(current, result({ achieved: 9 }))).toBe(false);
    const run = await db.runs.get(ref.run);
    expect([run.state, run.attempt, run.result?.achieved]).toEqual(['done', 2, 2.01]);
  });

  it('writes one result when the same attempt finishes twice at once', async () => {
    const ref = await makeOne();
    await test.db.runs.claim(ref, claim);
    const before = await test.db.runs.finishedSince(new Date(Date.now() - 60_000));
    const outcomes = await Promise.all([3, 4].map((achieved) => test.db.runs.finish(ref, result({ achieved }))));
    expect(await test.db.runs.finishedSince(new Date(Date.now() - 60_000))).toBe(before + 1);
    expect(await test.db.runs.finishedSince(new Date(Date.now() + 60_000))).toBe(0);
    expect((await test.db.runs.counts()).done).toBe(before + 1);
    expect(outcomes.filter(Boolean)).toHaveLength(1);
  });
});

describe('expired leases', () => {
  it('come back under the next number with a new job, three times in all', async () => {
    const { db } = test;
    let ref = await makeOne();
    for (const last of [false, false, true]) {
      await db.runs.claim(ref, expired);
      const tally = await db.runs.reconcile();
      expect(tally).toEqual({ requeued: last ? 0 : 1, failed: last ? 1 : 0, cancelled: 0 });
      if (!last) ref = next(ref);
    }
    const run = await db.runs.get(ref.run);
    expect(run).toMatchObject({ state: 'failed', attempt: 3, problem: { code: 'TOPIARY_WORKER_CRASHED' } });
    expect((await db.submissions.get(run.submission)).state).toBe('failed');

    const jobs: RunJob[] = [];
    await db.outbox.relay(async (some) => void jobs.push(...some), 1000);
    expect(jobs.filter((job) => job.run === ref.run).map((job) => job.attempt)).toEqual([1, 2, 3]);
  });

  it('are taken back once, by however many reconcilers', async () => {
    const { db } = test;
    const refs = await make({ seeds: [0, 1, 2, 3] });
    for (const ref of refs) await db.runs.claim(ref, expired);
    const tallies = await Promise.all([db.runs.reconcile(), db.runs.reconcile(), db.runs.reconcile()]);
    expect(tallies.reduce((sum, tally) => sum + tally.requeued, 0)).toBe(4);
    expect((await db.runs.get(refs[0]!.run)).attempt).toBe(2);
  });

  it('end as cancelled when that was asked for', async () => {
    const { db } = test;
    const ref = await makeOne();
    const claimed = await db.runs.claim(ref, expired);
    await db.submissions.cancel(claimed!.submission);
    expect(await db.runs.reconcile()).toEqual({ requeued: 0, failed: 0, cancelled: 1 });
    expect((await db.runs.get(ref.run)).state).toBe('cancelled');
  });

  it('do not touch a run whose heartbeat came in time', async () => {
    const { db } = test;
    const ref = await makeOne();
    await db.runs.claim(ref, expired);
    await db.runs.heartbeat(ref, 60);
    expect(await db.runs.reconcile()).toEqual({ requeued: 0, failed: 0, cancelled: 0 });
  });

  it('are not counted as crashes when a worker gives its run back', async () => {
    const { db } = test;
    let ref = await makeOne();
    for (let round = 0; round < 5; round++, ref = next(ref)) {
      await db.runs.claim(ref, claim);
      expect(await db.runs.release(ref)).toBe(true);
    }
    expect(await db.runs.get(ref.run)).toMatchObject({ state: 'queued', attempt: 6 });
    await db.runs.claim(ref, claim);
    expect(await db.runs.crashed(ref, problem)).toBe('requeued');
  });
});

describe('finishing', () => {
  it('records artefacts, and shows all but the private ones', async () => {
    const { db } = test;
    const ref = await makeOne();
    const { submission: id } = (await db.runs.claim(ref, claim))!;
    await db.runs.finish(ref, result());
    expect((await db.artefacts.ofRun(ref.run)).map((one) => [one.kind, one.bytes])).toEqual([
      ['correct', 500],
      ['model', 1234],
    ]);
    expect(await db.artefacts.get(hash('a'))).toMatchObject({ isPublic: true, mediaType: 'application/onnx' });
    expect(await db.artefacts.get(hash('b'))).toMatchObject({ isPublic: false });
    await db.submissions.withdraw(id);
    await expect(db.artefacts.get(hash('f'))).rejects.toMatchObject({ code: 'TOPIARY_DB_NOT_FOUND' });
  });

  it('activates the base model of an import in place of the former one', async () => {
    const { db } = test;
    const { board } = baseModel();
    const shipped = await db.baseModels.activate(baseModel({ provenance: 'shipped', sha256: hash('1') }));
    expect((await db.baseModels.activate(baseModel({ provenance: 'shipped', sha256: hash('1') }))).id).toBe(shipped.id);
    const ref = await makeOne({ kind: 'import', board, targets: [] });
    expect(await db.runs.claim(ref, claim)).toMatchObject({ kind: 'import', target: null });
    await db.runs.finish(ref, result({ achieved: 1 }), { baseModel: baseModel(), board: null });
    expect(await db.baseModels.active(board)).toMatchObject({ ...baseModel(), run: ref.run, active: true });
    expect((await db.baseModels.list(board)).map((one) => one.active)).toEqual([true, false]);
    expect((await db.baseModels.allActive()).map((one) => one.board)).toEqual([board]);
  });

  it('opens the board of an import with its base model, and only while the attempt is current', async () => {
    const { db } = test;
    const board: ImportedBoard = {
      id: 'classification.my-net.cifar10',
      track: 'classification',
      model: { id: 'my-net', title: 'My net' },
      dataset: { id: 'cifar10', title: 'CIFAR-10', augmentation: 'crop 4 and flip' },
      input: [3, 32, 32],
      optimizer: 'sgd',
      lacks: [],
      macs: 41_000_000,
      testExamples: 10_000,
    };
    const admission = { baseModel: baseModel({ board: board.id, settings: { classes: ['b', 'a'] } }), board };
    const ref = await makeOne({ kind: 'import', board: board.id, targets: [] });
    await db.runs.claim(ref, claim);
    expect(await db.runs.finish({ ...ref, attempt: 2 }, result(), admission)).toBe(false);
    expect(await db.boards.imported()).toEqual([]);
    expect(await db.runs.finish(ref, result(), admission)).toBe(true);
    expect(await db.boards.imported()).toEqual([board]);
    expect(await db.baseModels.active(board.id)).toMatchObject({ settings: { classes: ['b', 'a'] }, active: true });
  });

  it('keeps one active base model when many are activated at once', async () => {
    const { db } = test;
    const board = 'classification.busy.board';
    await Promise.all(
      ['2', '3', '4', '5'].map((digit) => db.baseModels.activate(baseModel({ board, sha256: hash(digit) }))),
    );
    expect((await db.baseModels.list(board)).filter((one) => one.active)).toHaveLength(1);
  });

  it('feeds the leaderboard until it is withdrawn', async () => {
    const { db } = test;
    const board = 'classification.rows.board';
    const [first, second] = await make({ board, seeds: [0, 1] });
    for (const ref of [first!, second!]) {
      await db.runs.claim(ref, claim);
      await db.runs.finish(ref, result());
    }
    const rows = await db.boards.rows(board);
    expect(rows.map((row) => [row.run, row.seed, row.achieved, row.seconds, row.machine])).toEqual([
      [first!.run, 0, 2.01, 21.5, 'm-1'],
      [second!.run, 1, 2.01, 21.5, 'm-1'],
    ]);
    expect(rows[0]).toMatchObject({ metrics: result().metrics, macs: result().macs, latency: null, flags: [] });
    const stamps = await db.boards.stamps(board);
    expect(stamps.map((one) => one.run)).toEqual(rows.map((row) => row.run));
    expect(await db.boards.rows(board, [rows[0]!.run])).toEqual([rows[0]]);
    expect(await db.boards.rows(board, [])).toEqual([]);
    const [before] = await db.boards.activity(board);
    expect(before?.lastActivity).toBe(rows.at(-1)!.finishedAt);
    await db.submissions.withdraw(rows[0]!.submission);
    expect(await db.boards.rows(board)).toEqual([]);
    const [after] = await db.boards.activity(board);
    expect(after?.version).not.toBe(before?.version);
  });

  it('gives stamps in the order of rows, also where they come in several texts and a name has two lines', async () => {
    const board = 'classification.many-runs';
    const { id } = (await addPerson(test.db, { name: 'Ada' })).account;
    await test.query(`UPDATE accounts SET name = E'Ada\\nLovelace' WHERE id = '${id}'`);
    await make({ board, seeds: Array.from({ length: 2001 }, (_, seed) => seed), createdBy: id });
    // each seven finished at once, the last ones first
    await test.query(
      `UPDATE runs SET state = 'done', finished_at = now() - (position / 7) * interval '1 second' WHERE board = '${board}'`,
    );
    const ids = await test.query(`SELECT id FROM runs WHERE board = '${board}' ORDER BY finished_at, id`);
    const stamps = await test.db.boards.stamps(board);
    expect(stamps.map(({ run }) => run)).toEqual(ids.map((row) => row['id']));
    const whole = new RegExp(`^\\d+ \\d+ ${id} Ada Lovelace$`);
    expect(stamps.every(({ stamp }) => whole.test(stamp))).toBe(true);
    expect(await test.db.boards.stamps('classification.nobody')).toEqual([]);
  });
});
