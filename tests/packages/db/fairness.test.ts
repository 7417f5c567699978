/** Who computes next, and how much one person may have computed: on a real Postgres. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freshDatabase, type TestDatabase } from '../../helpers/database.js';
import { finishRun, resultWith } from '../../helpers/finished-run.js';
import { addPerson } from '../../helpers/people.js';
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
    expect(first.used).toEqual({ perDay: 2, atOnce: 2 });
    await expect(within(2)).rejects.toMatchObject({ code: 'TOPIARY_API_QUOTA', message: /at most 3 runs that wait/ });
    await end(first.submission.id, 'cancel');
    expect(await test.db.submissions.quotaUse(await account('p'))).toEqual({ perDay: 0, atOnce: 0 });
    await end((await within(3)).submission.id, 'finish');
    expect(await test.db.submissions.quotaUse(await account('p'))).toEqual({ perDay: 3, atOnce: 0 });
    await expect(within(2)).rejects.toMatchObject({ message: /at most 4 runs within 24 hours/ });
    expect((await within(1)).used).toEqual({ perDay: 4, atOnce: 1 });
    expect(await test.db.submissions.quotaUse(await account('another'))).toEqual({ perDay: 0, atOnce: 0 });
  });

  it('hold when ten submissions arrive at the same moment', async () => {
    await account('p');
    const all = await Promise.allSettled(Array.from({ length: 10 }, () => within(1)));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    expect(await test.db.submissions.quotaUse(await account('p'))).toEqual({ perDay: 3, atOnce: 3 });
  });

  it('are asked again when runs are started again', async () => {
    const { submission: ended } = await within(2);
    await end(ended.id, 'cancel');
    await within(2);
    await expect(test.db.submissions.rerun(ended.id, QUOTA)).rejects.toMatchObject({ code: 'TOPIARY_API_QUOTA' });
    expect((await test.db.submissions.rerun(ended.id)).state).toBe('queued');
  });
});
