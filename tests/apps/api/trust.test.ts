/** Withdrawals with a reason, disputes in public, who submitted what, and what organisers and admins do about it. */
import { createHash } from 'node:crypto';
import type { AuditRecord } from '@topiary/db';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type TestApi } from '../../helpers/api.js';
import { finishRun, resultWith } from '../../helpers/finished-run.js';
import { addPerson, type TestPerson } from '../../helpers/people.js';
import { claim, problem } from '../../packages/db/fixtures.js';

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
const RECIPE = { kind: 'recipe', board: 'classification.resnet-tiny.shapes32', recipe: { criterion: 'random' } };

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

const as = (who: TestPerson | undefined, method: Method, url: string, payload?: object) =>
  api.app.inject({ method, url: `/api/v1${url}`, headers: { ...who?.headers }, ...(payload ? { payload } : {}) });
const submit = async (who: TestPerson | undefined = ada) => (await as(who, 'POST', '/submissions', RECIPE)).json();

describe('a submission', () => {
  it('says who made it, and is found by that', async () => {
    const { id, submitter } = await submit();
    expect(submitter).toEqual({ id: ada!.account.id, name: 'Ada' });
    await submit(bob);
    const list = (await as(undefined, 'GET', `/submissions?submitter=${ada!.account.id}`)).json();
    expect(list.items.map((one: { id: string }) => one.id)).toEqual([id]);
    const person = (await as(undefined, 'GET', `/people/${ada!.account.id}`)).json();
    expect(person).toMatchObject({ name: 'Ada', submissions: { total: 1, withdrawn: 0 } });
    expect(JSON.stringify([list, person])).not.toContain(ada!.account.email);
  });

  it('is withdrawn with a reason that stays as it was given first, and that all can read', async () => {
    const { id } = await submit();
    expect((await as(ada, 'POST', `/submissions/${id}/withdraw`, {})).statusCode).toBe(400);
    const reason = 'I trained on the test split by mistake.';
    const done = await as(ada, 'POST', `/submissions/${id}/withdraw`, { reason });
    expect(done.json()).toMatchObject({ state: 'cancelled', withdrawn: true, withdrawnReason: reason });
    await as(ada, 'POST', `/submissions/${id}/withdraw`, { reason: 'Nothing happened.' });
    expect((await as(undefined, 'GET', `/submissions/${id}`)).json().withdrawnReason).toBe(reason);
    expect((await as(ada, 'POST', `/submissions/${id}/rerun`)).statusCode).toBe(409);
  });
});

describe('a dispute', () => {
  it('is raised by anybody once, read by all, answered by an organiser once', async () => {
    const { id } = await submit();
    const text = 'The interval is narrower than the test split allows.';
    const raised = await as(bob, 'POST', `/submissions/${id}/disputes`, { text });
    expect([raised.statusCode, raised.json().raisedBy.name, raised.json().answer]).toEqual([201, 'Bob', null]);
    expect((await as(bob, 'POST', `/submissions/${id}/disputes`, { text })).statusCode).toBe(409);
    expect((await as(undefined, 'GET', `/submissions/${id}`)).json().openDisputes).toBe(1);
    expect((await as(organiser, 'GET', '/admin/disputes')).json().items).toEqual([raised.json()]);
    const answer = { outcome: 'rejected', text: 'It is the interval over seeds, as the page says.' };
    const url = `/disputes/${raised.json().id}/answer`;
    expect((await as(ada, 'POST', url, answer)).statusCode).toBe(403);
    const done = await as(organiser, 'POST', url, answer);
    expect(done.json().answer).toMatchObject({ ...answer, by: { name: 'Olga' } });
    expect((await as(organiser, 'POST', url, answer)).statusCode).toBe(409);
    expect((await as(undefined, 'GET', `/submissions/${id}`)).json().openDisputes).toBe(0);
    expect((await as(undefined, 'GET', `/submissions/${id}/disputes`)).json().items).toEqual([done.json()]);
  });

  it('marks the row of a leaderboard, which names who submitted it, until it is answered', async () => {
    const board = `/boards/${RECIPE.board}/leaderboard`;
    const row = async (id: string) =>
      (await as(undefined, 'GET', board))
        .json()
        .rows.find(({ submission }: { submission: string }) => submission === id);
    const carol = await addPerson(api.context.db, { name: 'Carol' });
    const { id, runs } = (
      await as(carol, 'POST', '/submissions', { ...RECIPE, recipe: { criterion: 'taylor' } })
    ).json();
    await finishRun(api.context.db, runs[0].id, resultWith(88));
    expect(await row(id)).toMatchObject({ submitter: { id: carol.account.id, name: 'Carol' }, openDisputes: 0 });
    const { id: dispute } = (
      await as(bob, 'POST', `/submissions/${id}/disputes`, { text: 'I get 80 at most.' })
    ).json();
    expect((await row(id)).openDisputes).toBe(1);
    const csv = (await as(undefined, 'GET', `${board}?format=csv`)).body.split('\r\n').map((line) => line.split(','));
    const column = (name: string) => csv.slice(1).map((line) => line[csv[0]!.indexOf(name)]);
    expect([column('submitter'), column('open_disputes')]).toEqual([
      expect.arrayContaining(['Carol']),
      expect.arrayContaining(['1']),
    ]);
    await as(organiser, 'POST', `/disputes/${dispute}/answer`, { outcome: 'rejected', text: 'It was run again.' });
    expect((await row(id)).openDisputes).toBe(0);
    await api.context.db.accounts.rename(carol.account.id, 'Caroline', { account: carol.account.id });
    expect((await row(id)).submitter.name).toBe('Caroline');
  });

  it('about nothing is not found', async () => {
    const text = 'long enough to be one';
    expect((await as(bob, 'POST', '/submissions/none/disputes', { text })).statusCode).toBe(404);
    expect((await as(bob, 'GET', '/submissions/none/disputes')).statusCode).toBe(404);
  });
});

describe('organisers', () => {
  it('see what failed and why, and start it again for others', async () => {
    const { id, runs } = await submit();
    const run = runs[0].id;
    const { db } = api.context;
    await db.runs.claim({ run, attempt: 1 }, claim);
    const queue = (await as(organiser, 'GET', '/admin/queue')).json();
    expect(queue.running).toEqual([expect.objectContaining({ run, submission: id, worker: claim.worker })]);
    expect(queue.oldestQueuedAt).not.toBeNull();
    await db.runs.fail({ run, attempt: 1 }, problem);
    const { items } = (await as(organiser, 'GET', '/admin/failures')).json();
    expect(items).toEqual([
      expect.objectContaining({ run, submission: id, submitter: { id: ada!.account.id, name: 'Ada' }, problem }),
    ]);
    expect((await as(organiser, 'POST', `/submissions/${id}/rerun`)).json().state).toBe('queued');
    expect((await as(organiser, 'GET', '/admin/failures')).json().items).toEqual([]);
  });
});

describe('admins', () => {
  it('give roles, which hold from the next request on', async () => {
    const eve = await addPerson(api.context.db, { name: 'Eve' });
    expect((await as(eve, 'GET', '/admin/queue')).statusCode).toBe(403);
    const changed = await as(admin, 'PATCH', `/admin/accounts/${eve.account.id}`, { role: 'organiser' });
    expect(changed.json().role).toBe('organiser');
    expect((await as(eve, 'GET', '/admin/queue')).statusCode).toBe(200);
    await as(admin, 'PATCH', `/admin/accounts/${eve.account.id}`, { disabled: true });
    expect((await as(eve, 'GET', '/admin/queue')).statusCode).toBe(401);
    const found = (await as(admin, 'GET', '/admin/accounts?search=eve')).json();
    expect(found.items[0]).toMatchObject({ name: 'Eve', role: 'organiser', disabledAt: expect.any(String) });
  });

  it('invite, and the link lets one person in', async () => {
    const made = await as(admin, 'POST', '/admin/invites', { email: 'new@example.org', role: 'organiser' });
    const invite = new URL(made.json().url).searchParams.get('invite');
    const body = { name: 'New', email: 'new@example.org', password: 'a long password', invite };
    const joined = await as(undefined, 'POST', '/accounts', body);
    expect([joined.statusCode, joined.json().user.role]).toEqual([201, 'organiser']);
    const { items } = (await as(admin, 'GET', '/admin/invites')).json();
    expect(items[0]).toMatchObject({ email: 'new@example.org', usedAt: expect.any(String) });
    expect(JSON.stringify(items)).not.toContain(invite);
  });

  it('make a link to set a new password, which works as it stands', async () => {
    const made = await as(admin, 'POST', '/admin/reset-links', { email: 'NEW@example.org' });
    const token = new URL(made.json().url).searchParams.get('token');
    const payload = { token, password: 'another long password' };
    const reset = await api.app.inject({ method: 'PUT', url: '/api/v1/password-resets', payload });
    expect(reset.statusCode).toBe(200);
    const body = { email: 'new@example.org', password: payload.password };
    expect((await as(undefined, 'POST', '/session', body)).json().user.name).toBe('New');
    expect((await as(admin, 'POST', '/admin/reset-links', { email: 'no@example.org' })).statusCode).toBe(404);
  });

  it('export an audit log whose chain anybody can recompute from the lines alone', async () => {
    const lines = (await as(admin, 'GET', '/admin/audit/export')).body.trim().split('\n');
    const records = lines.map((line) => JSON.parse(line) as AuditRecord);
    const sorted = (_: string, part: unknown) =>
      part && typeof part === 'object' && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort()) : part;
    let head = '0'.repeat(64);
    for (const { hash, ...content } of records) {
      expect(content.prevHash).toBe(head);
      head = createHash('sha256').update(JSON.stringify(content, sorted)).digest('hex');
      expect(head).toBe(hash);
    }
    const check = (await as(admin, 'GET', '/admin/audit/check')).json();
    expect(check).toEqual({ events: records.length, head, broken: null });
    const actions = new Set(records.map(({ action }) => action));
    for (const action of ['submission.withdraw', 'submission.rerun', 'dispute.raise', 'dispute.answer', 'account.role'])
      expect(actions).toContain(action);
    const role = records.find(({ action }) => action === 'account.role')!;
    expect(role).toMatchObject({ actor: admin!.account.id, ip: '127.0.0.1', detail: { role: 'organiser' } });
    const page = (await as(admin, 'GET', '/admin/audit?action=account.role&limit=1')).json();
    expect(page.items).toHaveLength(1);
  });
});
