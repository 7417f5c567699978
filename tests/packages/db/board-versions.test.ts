/** The number of a board grows with whatever may change its leaderboard, and is announced. */
import type { Listener } from '@topiary/db';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { freshDatabase, type TestDatabase } from '../../helpers/database.js';
import { finishRun, resultWith } from '../../helpers/finished-run.js';
import { submission } from './fixtures.js';

let test: TestDatabase;
let listener: Listener;
const announced: string[] = [];
beforeAll(async () => {
  test = await freshDatabase();
  listener = await test.db.listen({ onBoard: (board) => announced.push(board) });
});
afterAll(async () => {
  await listener.close();
  await test.close();
});

/** What the work does to the number of the board. */
const growth = async (board: string, work: () => Promise<unknown>): Promise<number> => {
  const before = Number(await test.db.boards.version(board));
  await work();
  return Number(await test.db.boards.version(board)) - before;
};

it('stays while a submission is made, begins and fails, and grows with a result, a withdrawal, a dispute and a new name', async () => {
  const { db } = test;
  const made = await db.submissions.create(submission({ seeds: [0, 1] }));
  const { id, board, runs } = made.submission;
  const begin = () => db.runs.claim({ run: runs[1]!.id, attempt: 1 }, { worker: 'w', leaseSeconds: 30 });
  expect(await growth(board, begin)).toBe(0);
  expect(await growth(board, () => db.runs.release({ run: runs[1]!.id, attempt: 1 }))).toBe(0);
  expect(await growth(board, () => finishRun(db, runs[0]!.id, resultWith(90)))).toBeGreaterThan(0);
  expect(await growth(board, () => db.submissions.withdraw(id))).toBeGreaterThan(0);
  const person = (name: string) =>
    db.accounts.create({ name, email: `${name}@example.org`, role: 'organiser' }, { account: null });
  const [ada, bob] = [await person('ada'), await person('bob')];
  const theirs = await db.submissions.create(submission({ createdBy: ada.id }));
  const rename = (account: string) => db.accounts.rename(account, 'another', { account });
  expect(await growth(board, () => rename(ada.id))).toBeGreaterThan(0);
  expect(await growth(board, () => rename(bob.id))).toBe(0);
  const text = 'long enough to be a doubt';
  const raise = () => db.disputes.raise(theirs.submission.id, text, { account: bob.id });
  expect(await growth(board, raise)).toBeGreaterThan(0);
  const [dispute] = await db.disputes.of(theirs.submission.id);
  const answer = () => db.disputes.answer(dispute!.id, { outcome: 'rejected', text }, { account: ada.id });
  expect(await growth(board, answer)).toBeGreaterThan(0);
  expect(await growth('another.board', () => db.submissions.create(submission()))).toBe(0);
  await vi.waitFor(() => expect(new Set(announced)).toEqual(new Set([board])));
});
