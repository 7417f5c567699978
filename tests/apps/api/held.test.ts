/** A result that contradicts itself waits for a person: its owner and organisers see it, and no leaderboard does. */
import type { SubmissionKind } from '@topiary/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { heldBecause } from '../../../workers/evaluator/src/hold.js';
import { startApi, type TestApi } from '../../helpers/api.js';
import { resultWith } from '../../helpers/finished-run.js';
import { addPerson, type TestPerson } from '../../helpers/people.js';

const BOARD = 'classification.resnet-tiny.shapes32';
const RECIPE = { kind: 'recipe', board: BOARD, recipe: { criterion: 'random' }, targets: ['2x'], seeds: [0] };
const SLOW = { p50Ms: 3, p99Ms: 4, baseP50Ms: 1.9, baseP99Ms: 3, batch: 1, samples: 100 };

let api: TestApi;
let [ada, bob, organiser, admin]: TestPerson[] = [];
beforeAll(async () => {
  api = await startApi({ signUp: 'invite' });
  ada = await addPerson(api.context.db, { name: 'Ada' });
  bob = await addPerson(api.context.db, { name: 'Bob' });
  organiser = await addPerson(api.context.db, { role: 'organiser', name: 'Olga' });
  admin = await addPerson(api.context.db, { role: 'admin', name: 'Amir' });
});
afterAll(() => api.close());

const as = (who: TestPerson | undefined, method: 'GET' | 'POST', url: string, payload?: object) =>
  api.app.inject({ method, url: `/api/v1${url}`, headers: { ...who?.headers }, ...(payload ? { payload } : {}) });

/** As a worker ends a run: with its doubts. */
const finished = async (
  who: TestPerson | undefined,
  overrides: Parameters<typeof resultWith>[1] = {},
  kind: SubmissionKind = 'pruned-models',
) => {
  const { db } = api.context;
  const { id: submission, runs } = (await as(who, 'POST', '/submissions', RECIPE)).json();
  const run: string = runs[0].id;
  const claimed = await db.runs.claim({ run, attempt: 1 }, { worker: 'test', leaseSeconds: 30 });
  const result = resultWith(80, overrides);
  // as if its network had been uploaded: what the project cuts itself is never held
  const held = await heldBecause(db, { ...claimed!, kind }, result);
  await db.runs.finish(claimed!, result, undefined, held);
  return { submission, run, held };
};
const ranked = async (): Promise<string[]> => (await api.context.db.boards.rows(BOARD)).map(({ run }) => run);

describe('a held result', () => {
  it('is not ranked until it is released, once, with a line in the audit log', async () => {
    const fine = await finished(ada);
    const slow = await finished(ada, { latency: SLOW });
    expect([fine.held, slow.held]).toEqual([null, expect.stringContaining('slower than the base')]);
    expect(await ranked()).toEqual([fine.run]);

    const own = (await as(ada, 'GET', '/held')).json().items;
    const submitter = { id: ada!.account.id, name: 'Ada' };
    expect(own).toMatchObject([
      { run: slow.run, board: BOARD, reason: slow.held, submitter, decision: null, answer: null },
    ]);
    expect((await as(ada, 'GET', `/held?submission=${slow.submission}`)).json().items).toEqual(own);
    expect((await as(ada, 'GET', `/held?submission=${fine.submission}`)).json().items).toEqual([]);
    expect((await as(bob, 'GET', `/held?submission=${slow.submission}`)).json().items).toEqual([]);
    expect((await as(bob, 'GET', '/held')).json().items).toEqual([]);
    expect((await as(organiser, 'GET', '/held')).json().items).toEqual(own);
    expect((await as(undefined, 'GET', '/held')).statusCode).toBe(401);

    const body = { decision: 'released', text: 'The machine was busy; timed again by hand.' };
    expect((await as(ada, 'POST', `/runs/${slow.run}/held`, body)).statusCode).toBe(403);
    expect((await as(organiser, 'POST', `/runs/${slow.run}/held`, body)).json()).toMatchObject({
      decision: 'released',
      answer: body.text,
    });
    expect((await as(ada, 'GET', '/held')).json().items).toMatchObject([{ decision: 'released', answer: body.text }]);
    expect((await as(organiser, 'POST', `/runs/${slow.run}/held`, body)).statusCode).toBe(409);
    expect(await ranked()).toEqual([fine.run, slow.run]);
    const [line] = (await as(admin, 'GET', '/admin/audit?action=run.released')).json().items;
    expect(line).toMatchObject({ actor: organiser!.account.id, detail: { run: slow.run, text: body.text } });
  });

  it('that waits stands before those that were decided, however new they are', async () => {
    const first = await finished(bob, { latency: SLOW });
    const second = await finished(bob, { latency: SLOW });
    const body = { decision: 'refused', text: 'Its convolutions hide in other operators.' };
    await as(organiser, 'POST', `/runs/${second.run}/held`, body);
    const items: { run: string }[] = (await as(bob, 'GET', '/held')).json().items;
    expect(items.map(({ run }) => run)).toEqual([first.run, second.run]);
  });

  it('that is refused is never ranked, and changes what leaderboards remember', async () => {
    const before = await api.context.db.boards.version(BOARD);
    const slow = await finished(bob, { latency: SLOW });
    const body = { decision: 'refused', text: 'Its convolutions hide in other operators.' };
    expect((await as(organiser, 'POST', `/runs/${slow.run}/held`, body)).statusCode).toBe(200);
    expect(await ranked()).not.toContain(slow.run);
    expect(Number(await api.context.db.boards.version(BOARD))).toBeGreaterThan(Number(before));
    expect((await as(organiser, 'POST', '/runs/none/held', body)).statusCode).toBe(404);
  });
});
