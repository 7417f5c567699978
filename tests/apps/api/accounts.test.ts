/** Accounts: signing up and in, passwords, keys, invites, and what another site or a stolen key cannot do. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type TestApi } from '../../helpers/api.js';
import { addPerson } from '../../helpers/people.js';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
type Headers = Record<string, string>;

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const call = (method: Method, url: string, payload?: object, headers: Headers = {}, at: TestApi = api) =>
  at.app.inject({ method, url: `/api/v1${url}`, headers, ...(payload ? { payload } : {}) });

/** The Cookie header that answers a Set-Cookie. */
const cookieOf = (answer: { headers: Record<string, unknown> }): Headers => ({
  cookie: [answer.headers['set-cookie']]
    .flat()
    .map((one) => String(one).split(';')[0])
    .join('; '),
});

const PASSWORD = 'correct horse battery';
let people = 0;
const signUp = async (at: TestApi = api, more: object = {}) => {
  const email = `person-${++people}@example.org`;
  const answer = await call('POST', '/accounts', { name: 'Ada', email, password: PASSWORD, ...more }, {}, at);
  return { email, answer, session: cookieOf(answer) };
};

describe('signing up', () => {
  it('makes an account without powers, and signs in with a cookie that scripts and other sites do not get', async () => {
    const { answer, session } = await signUp();
    expect(answer.statusCode).toBe(201);
    expect(answer.json().user).toMatchObject({ name: 'Ada', role: 'user', scopes: ['read', 'submit'] });
    expect(String(answer.headers['set-cookie'])).toMatch(/HttpOnly.*SameSite=Strict/i);
    expect((await call('GET', '/session', undefined, session)).json()).toEqual(answer.json());
  });

  it('keeps the password as a hash, and the cookie is worth nothing to who reads the database', async () => {
    const { email, session } = await signUp();
    const rows = await api.database.query(`SELECT c.password, s.token FROM accounts a
      JOIN credentials c ON c.account_id = a.id JOIN sessions s ON s.account_id = a.id WHERE a.email = '${email}'`);
    expect(rows[0]!.password).not.toContain(PASSWORD);
    const stolen = { cookie: `topiary.session_token=${rows[0]!.token}` };
    expect((await call('GET', '/session', undefined, stolen)).json()).toEqual({ user: null });
    expect((await call('GET', '/session', undefined, session)).json().user).not.toBeNull();
  });

  it('cannot be made to give a role', async () => {
    const email = 'wants-more@example.org';
    const body = { name: 'Eve', email, password: PASSWORD, role: 'admin' };
    expect((await call('POST', '/accounts', body)).statusCode).toBe(400);
  });

  it.each([
    ['a short password', { password: 'short' }, 400],
    ['no address', { email: 'nowhere' }, 400],
    ['no name', { name: '  ' }, 400],
  ])('refuses %s', async (_what, over, status) => {
    const body = { name: 'Ada', email: 'fine@example.org', password: PASSWORD, ...over };
    const answer = await call('POST', '/accounts', body);
    expect([answer.statusCode, answer.json().code]).toEqual([status, 'TOPIARY_API_VALIDATION']);
  });

  it('refuses an address that has an account, in whatever case', async () => {
    const { email } = await signUp();
    const body = { name: 'Other', email: email.toUpperCase(), password: PASSWORD };
    const answer = await call('POST', '/accounts', body);
    expect([answer.statusCode, answer.json().where]).toEqual([409, 'body email']);
  });
});

describe('where sign-up is not open', () => {
  let invited: TestApi;
  let closed: TestApi;
  beforeAll(async () => {
    [invited, closed] = await Promise.all([startApi({ signUp: 'invite' }), startApi({ signUp: 'closed' })]);
  });
  afterAll(() => Promise.all([invited.close(), closed.close()]));

  it('an invite lets one person in, with the role it names, and survives a failed try', async () => {
    const { db } = invited.context;
    const admin = await addPerson(db, { role: 'admin' });
    const expiresAt = new Date(Date.now() + 60_000);
    const by = { account: admin.account.id };
    const { token } = await db.invites.create({ email: null, role: 'organiser', expiresAt }, by);
    expect((await signUp(invited)).answer.statusCode).toBe(403);
    expect((await signUp(invited, { invite: 'nonsense' })).answer.statusCode).toBe(403);
    expect((await signUp(invited, { invite: token, email: admin.account.email })).answer.statusCode).toBe(409);
    const { answer } = await signUp(invited, { invite: token });
    expect([answer.statusCode, answer.json().user.role]).toEqual([201, 'organiser']);
    expect((await signUp(invited, { invite: token })).answer.statusCode).toBe(403);
  });

  it('closed means closed, and says so', async () => {
    const { answer } = await signUp(closed, { invite: 'any' });
    expect([answer.statusCode, answer.json().detail]).toEqual([403, expect.stringMatching(/closed/)]);
    expect((await call('GET', '/session/ways', undefined, {}, closed)).json()).toMatchObject({
      signUp: 'closed',
      providers: [],
    });
  });
});

describe('signing in', () => {
  it('needs the right password, and does not tell which half was wrong', async () => {
    const { email } = await signUp();
    const wrong = await call('POST', '/session', { email, password: 'not this one' });
    const unknown = await call('POST', '/session', { email: 'nobody@example.org', password: PASSWORD });
    expect(wrong.statusCode).toBe(401);
    const same = ({ requestId: _id, ...problem }: { requestId: string }) => problem;
    expect(same(wrong.json())).toEqual(same(unknown.json()));
    expect((await call('POST', '/session', { email, password: PASSWORD })).json().user.name).toBe('Ada');
  });

  it('ends at once when the account is disabled, and is refused from then on', async () => {
    const { email, answer, session } = await signUp();
    await api.context.db.accounts.setDisabled(answer.json().user.id, true, { account: null });
    expect((await call('GET', '/session', undefined, session)).json()).toEqual({ user: null });
    const again = await call('POST', '/session', { email, password: PASSWORD });
    expect([again.statusCode, again.json().code]).toEqual([403, 'TOPIARY_API_FORBIDDEN']);
  });

  it('with a key needs one that may do all that its person may', async () => {
    const partial = await addPerson(api.context.db, { scopes: ['read', 'submit'] });
    expect((await call('POST', '/session', { key: partial.key })).statusCode).toBe(401);
    const full = await addPerson(api.context.db, { role: 'organiser' });
    const answer = await call('POST', '/session', { key: full.key });
    expect(answer.json().user).toMatchObject({ id: full.account.id, scopes: ['read', 'submit', 'organise'] });
    expect((await call('GET', '/session', undefined, cookieOf(answer))).json()).toEqual(answer.json());
  });

  it('at a provider is offered only where the environment names one', async () => {
    expect((await call('POST', '/session/provider', { provider: 'github' })).statusCode).toBe(400);
    const withGithub = await startApi({ github: { clientId: 'the-id', clientSecret: 's' } });
    try {
      const ways = await call('GET', '/session/ways', undefined, {}, withGithub);
      expect(ways.json().providers).toEqual([{ id: 'github', title: 'GitHub' }]);
      const answer = await call('POST', '/session/provider', { provider: 'github' }, {}, withGithub);
      const url = new URL(answer.json().url);
      expect([url.host, url.searchParams.get('client_id')]).toEqual(['github.com', 'the-id']);
      expect(url.searchParams.get('redirect_uri')).toBe('http://localhost:80/api/auth/callback/github');
      const forged = await withGithub.app.inject({ url: '/api/auth/callback/github?code=x&state=forged' });
      expect(forged.statusCode).toBe(302);
      expect(String(forged.headers['location'])).toMatch(/error/);
      expect(String(forged.headers['set-cookie'] ?? '')).not.toMatch(/session_token=[^;]/);
    } finally {
      await withGithub.close();
    }
  });
});

describe('a password', () => {
  it('is changed by who knows it, which ends the other sessions', async () => {
    const { email, session } = await signUp();
    const other = cookieOf(await call('POST', '/session', { email, password: PASSWORD }));
    const next = 'another long one';
    const wrong = await call('PUT', '/account/password', { current: 'guess', password: next }, session);
    expect([wrong.statusCode, wrong.json().where]).toEqual([403, 'body current']);
    const changed = await call('PUT', '/account/password', { current: PASSWORD, password: next }, session);
    expect(changed.statusCode).toBe(200);
    expect((await call('GET', '/session', undefined, other)).json()).toEqual({ user: null });
    expect((await call('GET', '/session', undefined, cookieOf(changed))).json().user).not.toBeNull();
    expect((await call('POST', '/session', { email, password: PASSWORD })).statusCode).toBe(401);
    expect((await call('POST', '/session', { email, password: next })).statusCode).toBe(200);
  });

  it("can be set by an account that has none, as the owner's", async () => {
    const { account, key } = await addPerson(api.context.db, { role: 'admin', name: 'boss' });
    const session = cookieOf(await call('POST', '/session', { key }));
    expect((await call('GET', '/account', undefined, session)).json().credentials).toEqual([]);
    expect((await call('PUT', '/account/password', { password: PASSWORD }, session)).statusCode).toBe(200);
    expect((await call('GET', '/account', undefined, session)).json().credentials).toEqual(['credential']);
    const answer = await call('POST', '/session', { email: account.email, password: PASSWORD });
    expect(answer.json().user.role).toBe('admin');
  });

  it('is reset by a link that works once, ends every session, and is stored as a hash', async () => {
    const { answer, email, session } = await signUp();
    const { id } = answer.json().user;
    const link = await api.context.accounts.resetLink(email);
    const token = new URL(link).searchParams.get('token')!;
    const stored = await api.database.query('SELECT identifier FROM verifications');
    expect(JSON.stringify(stored)).not.toContain(token);
    const body = { token, password: 'a new long password' };
    expect((await call('PUT', '/password-resets', body)).statusCode).toBe(200);
    expect((await call('GET', '/session', undefined, session)).json()).toEqual({ user: null });
    expect((await call('POST', '/session', { email, password: body.password })).statusCode).toBe(200);
    const again = await call('PUT', '/password-resets', body);
    expect([again.statusCode, again.json().where]).toEqual([400, 'body token']);
    const { items } = await api.context.db.audit.list({
      target: `account:${id}`,
      action: 'account.password',
      limit: 9,
    });
    expect(items).toMatchObject([{ actor: id, detail: { by: 'reset link' } }]);
  });
});

describe('keys', () => {
  it('are shown once, listed by their beginning, and end when revoked', async () => {
    const { session } = await signUp();
    const made = await call('POST', '/account/keys', { name: 'laptop', scopes: ['read'], expiresInDays: 7 }, session);
    expect([made.statusCode, made.headers['cache-control']]).toEqual([201, 'no-store']);
    const { key, ...shown } = made.json();
    const list = (await call('GET', '/account/keys', undefined, session)).json();
    expect(list.items).toEqual([shown]);
    expect(Date.parse(shown.expiresAt) - Date.now()).toBeGreaterThan(6.9 * 24 * 3600 * 1000);
    const bearer = { authorization: `Bearer ${key}` };
    expect((await call('GET', '/account', undefined, bearer)).statusCode).toBe(200);
    const after = await call('DELETE', `/account/keys/${shown.id}`, undefined, session);
    expect(after.json().items[0].revokedAt).not.toBeNull();
    expect((await call('GET', '/account', undefined, bearer)).statusCode).toBe(401);
  });

  it('make no more keys, and change no password: a stolen one stays what it was', async () => {
    const { headers } = await addPerson(api.context.db, { role: 'admin' });
    expect((await call('POST', '/account/keys', { name: 'more' }, headers)).statusCode).toBe(403);
    expect((await call('PUT', '/account/password', { password: PASSWORD }, headers)).statusCode).toBe(403);
    expect((await call('DELETE', '/account', undefined, headers)).statusCode).toBe(403);
  });

  it('with admin lend only the powers of the role', async () => {
    const { headers } = await addPerson(api.context.db, { scopes: ['admin'] });
    expect((await call('GET', '/session', undefined, headers)).json().user.scopes).toEqual(['read', 'submit']);
  });
});

describe('leaving', () => {
  it('takes name and address away, ends the session, and keeps what was submitted', async () => {
    const { email, answer, session } = await signUp();
    const payload = { kind: 'recipe', board: 'classification.resnet-tiny.shapes32', recipe: { criterion: 'random' } };
    const submitted = await call('POST', '/submissions', payload, session);
    expect(submitted.statusCode).toBe(202);
    expect((await call('DELETE', '/account', undefined, session)).statusCode).toBe(200);
    expect((await call('GET', '/session', undefined, session)).json()).toEqual({ user: null });
    expect((await call('POST', '/session', { email, password: PASSWORD })).statusCode).toBe(401);
    expect((await call('GET', `/submissions/${submitted.json().id}`)).statusCode).toBe(200);
    const { name } = await api.context.db.accounts.get(answer.json().user.id);
    expect(name).toMatch(/^Former participant/);
  });
});

it('what happened is in the audit log, chained, without an address or a name', async () => {
  const { audit } = api.context.db;
  const actions = new Set<string>();
  for await (const { action } of audit.export()) actions.add(action);
  expect([...actions]).toEqual(
    expect.arrayContaining(['account.create', 'session.start', 'key.create', 'key.revoke', 'account.erase']),
  );
  expect((await audit.verify()).broken).toBeNull();
  const text = JSON.stringify(await api.database.query('SELECT * FROM audit_events'));
  expect(text).not.toMatch(/example\.org|Ada/);
});
