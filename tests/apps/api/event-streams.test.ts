/** Event streams over real sockets: one reading for all who watch, a limit, and slow readers that resume. */
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type ListeningApi, listeningApi } from '../../helpers/api-server.js';
import { finishRun, resultWith } from '../../helpers/finished-run.js';

let api: ListeningApi;
beforeAll(async () => {
  api = await listeningApi({}, { env: { STREAMS_PER_PERSON: '60' } });
});
afterAll(() => api.close());

const submit = async (): Promise<{ id: string; runs: { id: string }[] }> => {
  const payload = { kind: 'recipe', board: 'classification.resnet-tiny.shapes32', recipe: { criterion: 'taylor' } };
  return (await api.app.inject({ method: 'POST', url: '/api/v1/submissions', headers: api.owner, payload })).json();
};

const urlOf = (id: string) => `${api.url}/api/v1/submissions/${id}/events`;

const read = async (id: string, headers: Record<string, string> = {}): Promise<string> => {
  const answer = await fetch(urlOf(id), { headers, signal: AbortSignal.timeout(20_000) });
  expect(answer.headers.get('content-type')).toMatch(/text\/event-stream/);
  return answer.text();
};

const idsIn = (text: string): string[] => [...text.matchAll(/^id: (\d+)$/gm)].map((match) => match[1]!);

it('follows a run to its end, and replays only what came after Last-Event-ID', async () => {
  const { id, runs } = await submit();
  const stream = read(id);
  await finishRun(api.context.db, runs[0]!.id, resultWith(50));
  const text = await stream;
  const events = [...text.matchAll(/^data: (\{"id".*)$/gm)].map((match) => JSON.parse(match[1]!).event);
  expect(events).toContainEqual({ type: 'log', level: 'info', text: 'hello' });
  expect(events.at(-1)).toMatchObject({ type: 'state', state: 'done' });
  expect(text).toMatch(/event: end/);
  const ids = idsIn(text);
  expect(ids).toEqual([...ids].sort((a, b) => Number(a) - Number(b)));
  const rest = await read(id, { 'last-event-id': ids.at(-2)! });
  expect(idsIn(rest)).toEqual([ids.at(-1)]);
});

it('reads each event once for all who watch, and tells every one of them, whenever they came', async () => {
  const { id, runs } = await submit();
  const after = vi.spyOn(api.context.db.events, 'after');
  const early = Array.from({ length: 40 }, () => read(id));
  await vi.waitFor(() => expect(after.mock.calls.length).toBeGreaterThanOrEqual(40));
  await vi.waitFor(() => expect(after.mock.settledResults.every(({ type }) => type === 'fulfilled')).toBe(true));
  after.mockClear();
  await finishRun(api.context.db, runs[0]!.id, resultWith(50));
  const texts = await Promise.all([...early, read(id)]);
  // One for each of the few notices, and one or two of whoever came last.
  expect(after.mock.calls.length).toBeLessThan(12);
  after.mockRestore();
  for (const text of texts) expect(idsIn(text)).toEqual(idsIn(texts[0]!));
  expect(idsIn(texts[0]!)).toHaveLength(4);
});

it('asks the database once for all, when a notice was lost', async () => {
  const { id } = await submit();
  const before = await api.context.db.events.news(null);
  const other = await submit();
  const { submissions, lastId } = await api.context.db.events.news(before.lastId);
  expect(submissions).toEqual([other.id]);
  expect((await api.context.db.events.news(lastId)).submissions).toEqual([]);
  await api.context.db.submissions.cancel(id);
  expect((await api.context.db.events.news(lastId)).submissions).toEqual([id]);
});

it('opens so many to one reader and no more, until one is closed', async () => {
  const { id } = await submit();
  const leaving = new AbortController();
  const open = Array.from({ length: 60 }, () => fetch(urlOf(id), { signal: leaving.signal }));
  await Promise.all(open);
  const refused = await fetch(urlOf(id));
  expect([refused.status, await refused.json()]).toMatchObject([429, { where: 'event streams' }]);
  leaving.abort();
  await vi.waitFor(async () => {
    const answer = await fetch(urlOf(id), { signal: AbortSignal.timeout(300) });
    expect(answer.status).toBe(200);
  });
});

it('cuts off who takes nothing, and gives them the rest when they come back', async () => {
  const { id, runs } = await submit();
  const ref = { run: runs[0]!.id, attempt: 1 };
  await api.context.db.runs.claim(ref, { worker: 'w', leaseSeconds: 60 });
  const atServer = new Promise<Socket>((connected) => api.app.server.once('connection', connected));
  const slow = connect(api.port, '127.0.0.1');
  await new Promise((connected) => slow.once('connect', connected));
  slow.write(`GET /api/v1/submissions/${id}/events HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  let taken = '';
  slow.setEncoding('utf8').on('data', (piece: string) => {
    taken += piece;
  });
  await new Promise((answered) => slow.once('data', answered));
  slow.pause();
  const closed = new Promise((resolve) => slow.once('close', resolve));
  const held = await atServer;
  const text = 'x'.repeat(2 ** 20);
  let lines = 0;
  for (; lines < 60 && !held.destroyed; lines++)
    await api.context.db.runs.appendEvents(ref, [{ sequence: lines + 1, event: { type: 'log', level: 'info', text } }]);
  await vi.waitFor(() => expect(held.destroyed).toBe(true), 5_000);
  slow.on('error', () => undefined).resume();
  await closed;
  const had = idsIn(taken).slice(0, -1);
  expect(had.length).toBeLessThan(lines + 2);
  await api.context.db.runs.fail(ref, {
    ...{ type: '', title: '', status: 500, code: 'TOPIARY_WORKER_CRASHED', detail: '' },
  });
  const rest = await read(id, { 'last-event-id': had.at(-1)! });
  // Queued and running, the lines, and the end: nothing is missing.
  expect(new Set([...had, ...idsIn(rest)]).size).toBe(lines + 3);
});
