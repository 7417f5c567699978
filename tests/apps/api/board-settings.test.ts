/** What organisers say of boards: by the form and by a file, what it does to a board, and what it may not touch. */
import type { AllBoardSettings, AppliedBoardSettings, Board } from '@topiary/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startApi, type TestApi } from '../../helpers/api.js';
import { addPerson } from '../../helpers/people.js';

const BOARD = 'classification.resnet-tiny.shapes32';
let api: TestApi;
let headers: { authorization: string };
beforeAll(async () => {
  api = await startApi();
  headers = (await addPerson(api.database.db, { role: 'organiser', name: 'olga' })).headers;
});
afterAll(() => api.close());

const set = (payload: object, board = BOARD) =>
  api.app.inject({ method: 'PUT', url: `/api/v1/admin/board-settings/${board}`, headers, payload });
const apply = async (yaml: string, check = false) => {
  const answer = await api.app.inject({
    ...{ method: 'POST', url: '/api/v1/admin/board-settings', headers },
    payload: { yaml, check },
  });
  return { status: answer.statusCode, ...answer.json<AppliedBoardSettings & { code: string; detail: string }>() };
};
const all = async () =>
  (await api.app.inject({ url: '/api/v1/admin/board-settings', headers })).json<AllBoardSettings>();
const board = async () => (await api.app.inject({ url: `/api/v1/boards/${BOARD}` })).json<Board>();
const listed = async () =>
  (await api.app.inject({ url: '/api/v1/boards' })).json<{ items: Board[] }>().items.map(({ id }) => id);
const submit = async (target: string) => {
  const payload = { kind: 'recipe', board: BOARD, recipe: { criterion: 'random' }, targets: [target], seeds: [0] };
  const answer = await api.app.inject({ method: 'POST', url: '/api/v1/submissions', headers: api.member, payload });
  return [answer.statusCode, answer.json().code ?? null, answer.json().detail ?? ''];
};

describe('an organiser', () => {
  it('edits a board by name, note, targets and columns, and its protocol stays', async () => {
    const before = await board();
    const [target, ...others] = before.targets.map(({ label }) => label);
    expect(others.length).toBeGreaterThan(0);
    const said = { title: 'The course of spring', note: 'Open until 1 May', targets: [target], metrics: ['params'] };
    const answer = await set(said);
    expect([answer.statusCode, answer.json().title]).toEqual([200, 'The course of spring']);
    const after = await board();
    expect(after).toMatchObject({ title: said.title, note: said.note, shown: ['params'], state: 'open' });
    expect(after.targets.map(({ label }) => label)).toEqual([target]);
    for (const part of ['protocol', 'version', 'finetune', 'prune', 'base'] as const)
      expect(after[part], part).toEqual(before[part]);
    expect((await submit(target!))[0]).toBe(202);
    expect(await submit(others[0]!)).toEqual([
      400,
      'TOPIARY_API_VALIDATION',
      expect.stringContaining(`offers: ${target}`),
    ]);
  });

  it('closes it with a reason, and leaves it out of lists', async () => {
    await set({ closed: 'The course is over', unlisted: true });
    expect(await board()).toMatchObject({ state: 'reported-only', reason: 'The course is over', closed: true });
    expect(await submit('2x')).toEqual([
      409,
      'TOPIARY_TRACKS_BOARD_CLOSED',
      expect.stringContaining('The course is over'),
    ]);
    expect(await listed()).not.toContain(BOARD);
    // its rows stay where they are
    expect((await api.app.inject({ url: `/api/v1/boards/${BOARD}/leaderboard` })).statusCode).toBe(200);
    await set({});
    expect(await listed()).toContain(BOARD);
    expect((await board()).state).toBe('open');
  });

  it('keeps all of it in a file, which says what it would change before it does', async () => {
    await set({ note: 'first' });
    const { yaml, items } = await all();
    expect(parse(yaml)).toEqual({ boards: { [BOARD]: { note: 'first' } } });
    expect(items.find((item) => item.board === BOARD)).toMatchObject({ settings: { note: 'first' } });
    expect((await apply(yaml)).changes).toEqual([]);
    const other = 'classification.vgg-tiny.shapes32';
    const file = `boards:\n  ${other}:\n    note: second\n`;
    const would = await apply(file, true);
    expect(would).toMatchObject({ applied: false });
    expect(would.changes).toEqual([
      { board: BOARD, before: { note: 'first' }, after: null },
      { board: other, before: null, after: { note: 'second' } },
    ]);
    expect((await board()).note).toBe('first');
    expect(await apply(file)).toMatchObject({ applied: true, changes: would.changes });
    expect((await board()).note).toBeUndefined();
    const { items: events } = (
      await api.app.inject({ url: '/api/v1/admin/audit?action=board.settings', headers: api.owner })
    ).json();
    expect(events[0]).toMatchObject({ target: expect.stringContaining('board:') });
    await apply('');
    expect((await all()).items.every(({ settings }) => settings === null)).toBe(true);
  });

  it('is told what does not fit, and nothing of the file is written', async () => {
    for (const [yaml, detail] of [
      ['boards: [', 'YAML'],
      [`boards:\n  ${BOARD}:\n    protocol: mine\n`, 'protocol'],
      [`boards:\n  ${BOARD}:\n    targets: [99x]\n`, '99x'],
      [`boards:\n  ${BOARD}:\n    metrics: [beauty]\n`, 'beauty'],
      [`boards:\n  ${BOARD}:\n    note: fine\n  classification.resnet-tiny.shapes33: {}\n`, 'shapes32'],
    ] as const) {
      const answer = await apply(yaml);
      expect([answer.status, answer.code], yaml).toEqual([400, 'TOPIARY_API_VALIDATION']);
      expect(answer.detail).toContain(detail);
    }
    expect((await all()).items.every(({ settings }) => settings === null)).toBe(true);
    expect((await set({ note: 'x' }, 'none')).statusCode).toBe(400);
    const member = { url: '/api/v1/admin/board-settings', headers: api.member };
    expect((await api.app.inject(member)).statusCode).toBe(403);
  });
});
