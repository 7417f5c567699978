/** Submitting through the API: who may, what is refused and with which words, what is never done twice. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type TestApi } from '../../helpers/api.js';
import { addPerson } from '../../helpers/people.js';

const BOARD = 'classification.resnet-tiny.shapes32';
let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const submit = (body: object, headers: Record<string, string> = api.member) =>
  api.app.inject({ method: 'POST', url: '/api/v1/submissions', headers, payload: body });
const valid = { kind: 'recipe', board: BOARD, recipe: { criterion: 'magnitude-l1' }, targets: ['2x'], seeds: [0, 1] };

describe('a valid submission', () => {
  it('is accepted with one queued run per target and seed', async () => {
    const answer = await submit(valid);
    expect(answer.statusCode).toBe(202);
    const body = answer.json();
    expect(body).toMatchObject({ state: 'queued', board: BOARD, label: 'magnitude-l1 · global', seeds: [0, 1] });
    expect(body.runs).toHaveLength(2);
    expect(answer.headers['location']).toBe(`/api/v1/submissions/${body.id}`);
    expect(await api.context.db.outbox.unsent()).toBeGreaterThanOrEqual(2);
  });

  it("that names no scope is cut in its board's own", async () => {
    const detector = { ...valid, board: 'detection.anchorfree-tiny.shapes-det' };
    expect((await submit(detector)).json()).toMatchObject({
      label: 'magnitude-l1 · local',
      recipe: { scope: 'local' },
    });
    const global = { ...detector, recipe: { criterion: 'magnitude-l1', scope: 'global' } };
    expect((await submit(global)).json()).toMatchObject({ label: 'magnitude-l1 · global' });
  });

  it('is made once for one Idempotency-Key, and another body under that key is a conflict', async () => {
    const headers = { ...api.member, 'idempotency-key': 'once' };
    const [first, second] = [await submit(valid, headers), await submit(valid, headers)];
    expect(second.statusCode).toBe(202);
    expect(second.json().id).toBe(first.json().id);
    expect(second.headers['idempotent-replayed']).toBe('true');
    const third = await submit({ ...valid, seeds: [7] }, headers);
    expect(third.statusCode).toBe(409);
    expect(third.json().code).toBe('TOPIARY_API_CONFLICT');
  });

  it('can be listed, looked at, cancelled and withdrawn by who made it, and by nobody else', async () => {
    const { id } = (await submit(valid)).json();
    const list = await api.app.inject({ url: `/api/v1/submissions?board=${BOARD}&limit=1` });
    expect(list.json().items).toHaveLength(1);
    expect(list.json().nextCursor).not.toBeNull();
    const stranger = await addPerson(api.database.db);
    const denied = await api.app.inject({
      method: 'POST',
      url: `/api/v1/submissions/${id}/cancel`,
      headers: stranger.headers,
    });
    expect(denied.statusCode).toBe(403);
    const cancelled = await api.app.inject({
      method: 'POST',
      url: `/api/v1/submissions/${id}/cancel`,
      headers: api.member,
    });
    expect(cancelled.json().state).toBe('cancelled');
    const withdrawn = await api.app.inject({ method: 'DELETE', url: `/api/v1/submissions/${id}`, headers: api.owner });
    expect(withdrawn.json().withdrawn).toBe(true);
  });
});

describe('a bad submission changes nothing and says where, what was expected and what was got', () => {
  const cases: readonly (readonly [string, object, number, string, RegExp])[] = [
    [
      'an unknown board',
      { ...valid, board: 'classification.none.cifar10' },
      404,
      'TOPIARY_TRACKS_UNKNOWN_BOARD',
      /classification\.none\.cifar10/,
    ],
    [
      'a board that is closed here',
      { ...valid, board: 'classification.resnet56.cifar10' },
      409,
      'TOPIARY_TRACKS_BOARD_CLOSED',
      /cifar10/,
    ],
    ['an unknown criterion', { ...valid, recipe: { criterion: 'nope' } }, 422, 'TOPIARY_METHODS_UNKNOWN', /nope/],
    [
      "a criterion that the board's model cannot serve",
      { ...valid, board: 'classification.vit-tiny.shapes32', recipe: { criterion: 'bn-scale' } },
      422,
      'TOPIARY_METHODS_CANNOT_SERVE',
      /criterion bn-scale on network 'vit-tiny'.*no BatchNormalization/,
    ],
    [
      "a criterion that the board's task cannot serve",
      { ...valid, board: 'detection.anchorfree-tiny.shapes-det', recipe: { criterion: 'obd-c' } },
      422,
      'TOPIARY_METHODS_CANNOT_SERVE',
      /criterion obd-c on network 'anchorfree-tiny'.*scores by sigmoid/,
    ],
    ['an impossible target', { ...valid, targets: ['0.5x'] }, 422, 'TOPIARY_PRUNING_IMPOSSIBLE_TARGET', /0\.5x/],
    ['a target that is no speed-up', { ...valid, targets: ['twice'] }, 400, 'TOPIARY_API_VALIDATION', /targets/],
    [
      'a parameter out of range',
      { ...valid, recipe: { criterion: 'magnitude-l1', prune: { protection: 2 } } },
      400,
      'TOPIARY_API_VALIDATION',
      /protection/,
    ],
    ['an unknown field', { ...valid, colour: 'green' }, 400, 'TOPIARY_API_VALIDATION', /colour/],
    [
      'an unknown method parameter',
      { ...valid, recipe: { criterion: 'magnitude-l1', params: { criterion: { nope: 1 } } } },
      422,
      'TOPIARY_METHODS_PARAMETER',
      /nope/,
    ],
    [
      'an import by anybody but the owner',
      { kind: 'import', board: BOARD, model: 'f'.repeat(64), mean: [0], std: [1] },
      403,
      'TOPIARY_API_FORBIDDEN',
      /the scope 'admin'/,
    ],
  ];
  it.each(cases)('%s', async (_name, body, status, code, sentence) => {
    const before = await api.context.db.submissions.count();
    const answer = await submit(body);
    expect(answer.headers['content-type']).toMatch(/application\/problem\+json/);
    const problem = answer.json();
    expect({ status: answer.statusCode, code: problem.code }).toEqual({ status, code });
    expect(problem.detail).toMatch(sentence);
    expect(await api.context.db.submissions.count()).toBe(before);
  });

  it('a body that is not JSON, and one that is too large', async () => {
    const headers = { ...api.member, 'content-type': 'application/json' };
    const garbled = await api.app.inject({ method: 'POST', url: '/api/v1/submissions', headers, payload: '{"kind":' });
    expect([garbled.statusCode, garbled.json().code]).toEqual([400, 'TOPIARY_API_VALIDATION']);
    const large = await api.app.inject({
      method: 'POST',
      url: '/api/v1/submissions',
      headers,
      payload: JSON.stringify({ title: 'x'.repeat(2 ** 20) }),
    });
    expect([large.statusCode, large.json().code]).toEqual([413, 'TOPIARY_API_TOO_LARGE']);
  });
});

describe('keys and sessions', () => {
  it('no key, a wrong key and a key without the scope are refused', async () => {
    expect((await submit(valid, {})).statusCode).toBe(401);
    const wrong = await submit(valid, { authorization: 'Bearer nonsense' });
    expect([wrong.statusCode, wrong.json().code]).toEqual([401, 'TOPIARY_API_UNAUTHENTICATED']);
    const reader = await addPerson(api.database.db, { scopes: ['read'] });
    expect((await submit(valid, reader.headers)).statusCode).toBe(403);
  });

  it('a session cookie writes from our own origin only', async () => {
    const signIn = await api.app.inject({ method: 'POST', url: '/api/v1/session', payload: { key: api.ownerKey } });
    expect(signIn.json()).toMatchObject({ user: { name: 'owner', role: 'admin' } });
    const cookie = String(signIn.headers['set-cookie']);
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    const session = { cookie: cookie.split(';')[0]!, host: 'localhost:3000' };
    expect((await submit(valid, { ...session, origin: 'http://localhost:3000' })).statusCode).toBe(202);
    expect((await submit(valid, { ...session, origin: 'http://evil.example' })).statusCode).toBe(403);
    const away = await api.app.inject({ method: 'DELETE', url: '/api/v1/session', headers: session });
    expect(away.json()).toEqual({ user: null });
    expect((await submit(valid, { ...session, origin: 'http://localhost:3000' })).statusCode).toBe(401);
  });

  it('a login link works once', async () => {
    const { account } = await addPerson(api.context.db);
    const token = await api.context.db.logins.create(account.id, 60);
    const [first, second] = [
      await api.app.inject({ url: `/login?token=${token}` }),
      await api.app.inject({ url: `/login?token=${token}` }),
    ];
    expect(first.headers['location']).toBe('/');
    expect(first.headers['set-cookie']).toBeDefined();
    expect(second.headers['location']).toBe('/sign-in?expired=1');
    expect(second.headers['set-cookie']).toBeUndefined();
  });

  it('a foreign Host is refused on a loopback server (DNS rebinding)', async () => {
    const answer = await api.app.inject({ url: '/api/v1/boards', headers: { host: 'evil.example' } });
    expect(answer.statusCode).toBe(403);
  });
});
