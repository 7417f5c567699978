/** Who computes next, and how much one person may have computed: on a real Postgres. */
import type { Database } from '@topiary/db';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freshDatabase, type TestDatabase } from '../../helpers/database.js';
import { finishRun, resultWith } from '../../helpers/finished-run.js';
import { addPerson } from '../../helpers/people.js';
import { rowsRead } from '../../helpers/rows-read.js';
import { submission } from './fixtures.js';

let test: TestDatabase;
beforeEach(async () => {
  test = await freshDatabase();
  accounts = new Map();
});
afterEach(() => test.close());

/** Accounts by the names that a test gives them. */
let accounts: Map<string, string>;
const account = async (name: string): Promise<string> => {
  const id = accounts.get(name) ?? (await addPerson(test.db, { name })).account.id;
  accounts.set(name, id);
  return id;
};
const nameOf = async (id: string): Promise<string | undefined> => {
  const owner = await test.db.submissions.owner(id);
  return [...accounts].find(([, known]) => known === owner)?.[0];
};

const submit = async (name: string, seeds: number) => {
  const createdBy = await account(name);
  const made = await test.db.submissions.create(
    submission({ createdBy, seeds: Array.from({ length: seeds }, (_, i) => i) }),
  );
  return made.submission;
};

const OPTIONS = { worker: 'w', leaseSeconds: 60 };

/** Claims and at once finishes the next `n` runs; whose they were. */
const serve = async (n: number): Promise<string[]> => {
  const owners: string[] = [];
  for (let i = 0; i < n; i += 1) {
    const run = (await test.db.runs.claimNext('cpu', OPTIONS))!;
    owners.push((await nameOf(run.submission))!);
    await test.db.runs.finish(run, resultWith(90));
  }
  return owners;
};

describe('submitters take turns', () => {
  it('so that who asked for one run does not wait behind who asked for many', async () => {
    await submit('many', 5);
    await submit('one', 1);
    await submit('two', 2);
    expect(await serve(8)).toEqual(['many', 'one', 'two', 'many', 'two', 'many', 'many', 'many']);
    expect(await test.db.runs.claimNext('cpu', OPTIONS)).toBeNull();
  });

  it('and have equally many under way when several workers take runs at once', async () => {
    await submit('a', 6);
    await submit('b', 6);
    await submit('c', 1);
    const taken = await Promise.all(Array.from({ length: 7 }, () => test.db.runs.claimNext('cpu', OPTIONS)));
    const owners = await Promise.all(taken.map((run) => nameOf(run!.submission)));
    expect(new Set(taken.map((run) => run!.run)).size).toBe(7);
    const count = (name: string) => owners.filter((owner) => owner === name).length;
    expect([count('a'), count('b'), count('c')]).toEqual([3, 3, 1]);
  });

  it('and the oldest of their own runs goes first', async () => {
    const first = await submit('a', 2);
    await submit('a', 1);
    const claimed = (await test.db.runs.claimNext('cpu', OPTIONS))!;
    expect(claimed).toMatchObject({ submission: first.id, seed: 0 });
  });

  it('and the forecast is the order in which they are served', async () => {
    const [many, one] = [await submit('many', 3), await submit('one', 1)];
    expect(await test.db.submissions.forecast(many.id)).toMatchObject({ position: 1, before: [] });
    const behind = await test.db.submissions.forecast(one.id);
    expect(behind).toMatchObject({ position: 2, before: [{ board: one.board, queued: 1, running: 0 }] });
    const running = (await test.db.runs.claimNext('cpu', OPTIONS))!;
    await test.db.runs.progress(running, { stages: [], progress: 0.25 });
    const next = await test.db.submissions.forecast(one.id);
    expect(next).toEqual({ position: 1, before: [{ board: one.board, queued: 0, running: 1, progress: 0.25 }] });
    await test.db.submissions.cancel(one.id);
    expect((await test.db.submissions.forecast(one.id)).position).toBeNull();
  });
});

describe('a run that was begun and lost', () => {
  const expire = (run: string) =>
    test.query(`UPDATE runs SET lease_until = now() - interval '1 second' WHERE id = '${run}'`);

  it('begins again before everything that waits, of its owner and of others', async () => {
    await submit('a', 49);
    const lost = (await test.db.runs.claimNext('cpu', OPTIONS))!;
    await submit('b', 2);
    await expire(lost.run);
    expect(await test.db.runs.reconcile()).toEqual({ requeued: 1, failed: 0, cancelled: 0 });
    expect((await test.db.submissions.forecast(lost.submission)).position).toBe(1);
    const again = (await test.db.runs.claimNext('cpu', OPTIONS))!;
    expect([again.run, again.attempt]).toEqual([lost.run, 2]);
  });

  it('also when its worker gave it back; several keep their order', async () => {
    await submit('a', 2);
    await submit('b', 2);
    const [first, second] = [
      (await test.db.runs.claimNext('cpu', OPTIONS))!,
      (await test.db.runs.claimNext('cpu', OPTIONS))!,
    ];
    await test.db.runs.release(second);
    await test.db.runs.release(first);
    const place = async (id: string) => (await test.db.submissions.forecast(id)).position;
    expect([await place(first.submission), await place(second.submission)]).toEqual([1, 2]);
    expect((await test.db.runs.claimNext('cpu', OPTIONS))!.run).toBe(first.run);
    expect((await test.db.runs.claimNext('cpu', OPTIONS))!.run).toBe(second.run);
  });

  it('but one that its owner starts again goes to the end of their line', async () => {
    const old = await submit('a', 1);
    const lost = (await test.db.runs.claimNext('cpu', OPTIONS))!;
    await test.db.runs.release(lost);
    await test.db.submissions.cancel(old.id);
    const other = await submit('a', 1);
    await test.db.submissions.rerun(old.id);
    const order = [await test.db.runs.claimNext('cpu', OPTIONS), await test.db.runs.claimNext('cpu', OPTIONS)];
    expect(order.map((run) => run!.submission)).toEqual([other.id, old.id]);
  });
});

describe('the line', () => {
  /** Numbers that are the same in every run of the test. */
  const dice = (seed: number) => {
    let state = seed;
    return (sides: number): number => {
      state = (state * 48_271) % 2_147_483_647;
      return state % sides;
    };
  };

  it('is served as it was forecast, however it came about', async () => {
    const roll = dice(7);
    const names = ['a', 'b', 'c', 'd'];
    const made: string[] = [];
    for (let i = 0; i < 12; i++) {
      const { id } = await submit(names[roll(4)]!, 1 + roll(4));
      made.push(id);
      if (roll(3) === 0) await test.db.runs.finish((await test.db.runs.claimNext('cpu', OPTIONS))!, resultWith(90));
      if (roll(4) === 0) await test.db.submissions.cancel(made[roll(made.length)]!);
      if (roll(5) === 0) await test.db.runs.release((await test.db.runs.claimNext('cpu', OPTIONS))!);
    }
    const places = await Promise.all(made.map(async (id) => [id, (await test.db.submissions.forecast(id)).position]));
    const expected = places.filter(([, position]) => position !== null);
    const served: string[] = [];
    for (;;) {
      const run = await test.db.runs.claimNext('cpu', OPTIONS);
      if (run === null) break;
      served.push(run.submission);
      await test.db.runs.finish(run, resultWith(90));
    }
    expect(expected.length).toBeGreaterThan(5);
    expect(expected).toEqual(expected.map(([id]) => [id, served.indexOf(id as string) + 1]));
  });

  it('is as long as it is counted, after any number of changes', async () => {
    const counted = () =>
      test.query('SELECT owner, device, board, runs FROM waiting WHERE runs <> 0 ORDER BY owner, device, board');
    const there = () =>
      test.query(`SELECT owner, device, board, count(*)::int AS runs FROM runs WHERE state = 'queued' AND NOT resumed
        GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`);
    const [first] = [await submit('a', 5), await submit('b', 3)];
    await test.db.submissions.create(submission({ board: 'another' }));
    const claimed = (await test.db.runs.claimNext('cpu', OPTIONS))!;
    await test.db.runs.release(claimed);
    await test.db.runs.claimNext('cpu', OPTIONS);
    await test.query(`UPDATE runs SET board = 'moved', device = 'gpu' WHERE position = 2`);
    await test.query(`DELETE FROM runs WHERE position = 1`);
    expect(await counted()).toEqual(await there());
    await test.db.submissions.cancel(first.id);
    await test.db.submissions.rerun(first.id);
    expect(await counted()).toEqual(await there());
    expect(await there()).toHaveLength(5);
  });

  it('is not read by a claim or a forecast: they cost the same with three thousand runs waiting', async () => {
    const { id } = await submit('a', 1);
    const many = await submit('b', 1);
    const more = await submit('b', 1);
    await test.query(`INSERT INTO runs (id, submission_id, board, position, seed, device, memory_bytes, owner, stages)
      SELECT 'x' || i, submission_id, board, i, i, device, 0, owner, '[]' FROM runs, generate_series(1, 3000) AS i
      WHERE submission_id = '${more.id}'`);
    await test.query('ANALYZE runs');
    const work = async (db: Database) => {
      expect((await db.submissions.forecast(id)).position).toBe(1);
      expect((await db.submissions.forecast(many.id)).position).toBe(2);
      expect(await db.runs.claimNext('cpu', OPTIONS)).not.toBeNull();
    };
    expect(await rowsRead(test, 'runs', work)).toBeLessThan(100);
  });
});

describe('quotas', () => {
  const QUOTA = { perDay: 4, atOnce: 3 };
  const within = async (seeds: number) =>
    test.db.submissions.create(
      submission({ createdBy: await account('p'), seeds: Array.from({ length: seeds }, (_, i) => i) }),
      undefined,
      QUOTA,
    );
  const end = async (id: string, how: 'cancel' | 'finish') => {
    if (how === 'cancel') return void (await test.db.submissions.cancel(id));
    for (const run of (await test.db.submissions.get(id)).runs) await finishRun(test.db, run.id, resultWith(90));
  };

  it('count what waits, runs or was scored today; cancelled runs are free', async () => {
    const first = await within(2);
    expect(first.used).toMatchObject({ perDay: 2, atOnce: 2 });
    await expect(within(2)).rejects.toMatchObject({ code: 'TOPIARY_API_QUOTA', message: /at most 3 runs that wait/ });
    await end(first.submission.id, 'cancel');
    expect(await test.db.submissions.quotaUse(await account('p'))).toEqual({ perDay: 0, atOnce: 0, computeSeconds: 0 });
    await end((await within(3)).submission.id, 'finish');
    expect(await test.db.submissions.quotaUse(await account('p'))).toMatchObject({ perDay: 3, atOnce: 0 });
    await expect(within(2)).rejects.toMatchObject({ message: /at most 4 runs within 24 hours/ });
    expect((await within(1)).used).toMatchObject({ perDay: 4, atOnce: 1 });
    expect(await test.db.submissions.quotaUse(await account('another'))).toEqual({
      perDay: 0,
      atOnce: 0,
      computeSeconds: 0,
    });
  });

  it('hold when ten submissions arrive at the same moment', async () => {
    await account('p');
    const all = await Promise.allSettled(Array.from({ length: 10 }, () => within(1)));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    expect(await test.db.submissions.quotaUse(await account('p'))).toMatchObject({ perDay: 3, atOnce: 3 });
  });

  it('are asked again when runs are started again', async () => {
    const { submission: ended } = await within(2);
    await end(ended.id, 'cancel');
    await within(2);
    await expect(test.db.submissions.rerun(ended.id, QUOTA)).rejects.toMatchObject({ code: 'TOPIARY_API_QUOTA' });
    expect((await test.db.submissions.rerun(ended.id)).state).toBe('queued');
  });
});
