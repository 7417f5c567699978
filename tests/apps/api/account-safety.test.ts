/** What somebody can do who finds a browser open, guesses, or had the account before: nothing for long. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type TestApi } from '../../helpers/api.js';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
type Headers = Record<string, string>;

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const call = (method: Method, url: string, payload?: object, headers: Headers = {}) =>
  api.app.inject({ method, url: `/api/v1${url}`, headers, ...(payload ? { payload } : {}) });

/** The Cookie header that answers a Set-Cookie. */
const cookieOf = (answer: { headers: Record<string, unknown> }): Headers => ({
  cookie: [answer.headers['set-cookie']]
    .flat()
    .map((one) => String(one).split(';')[0])
    .join('; '),
});

const PASSWORD = 'correct horse battery';
let people = 0;
const signUp = async () => {
  const email = `person-${++people}@example.org`;
  const answer = await call('POST', '/accounts', { name: 'Ada', email, password: PASSWORD });
  return { email, answer, session: cookieOf(answer) };
};

describe('an account that somebody else is after', () => {
  const linkFor = async (email: string) =>
    new URL(await api.context.accounts.resetLink(email)).searchParams.get('token')!;
  const use = async (token: string) =>
    (await call('PUT', '/password-resets', { token, password: 'a new long password' })).statusCode;

  it('has one link at a time: a new one ends the old, and so does a change of password or address', async () => {
    const { email, session } = await signUp();
    const [first, second] = [await linkFor(email), await linkFor(email)];
    expect([await use(first), await use(second)]).toEqual([400, 200]);
    const again = cookieOf(await call('POST', '/session', { email, password: 'a new long password' }));
    const third = await linkFor(email);
    const body = { current: 'a new long password', password: PASSWORD };
    const changed = await call('PUT', '/account/password', body, again);
    expect([changed.statusCode, await use(third)]).toEqual([200, 400]);
    const fourth = await linkFor(email);
    const move = { email: `moved-${email}`, password: PASSWORD };
    expect((await call('PATCH', '/account', move, cookieOf(changed))).statusCode).toBe(200);
    expect(await use(fourth)).toBe(400);
    expect((await call('GET', '/session', undefined, session)).json()).toEqual({ user: null });
  });

  it('is its owner’s alone after a reset: no session, key or one-time link from before opens it', async () => {
    const { answer, email, session } = await signUp();
    const { id } = answer.json().user;
    const made = await call('POST', '/account/keys', { name: 'old' }, session);
    const key = { authorization: `Bearer ${made.json().key}` };
    const login = await api.context.db.logins.create(id, 3600);
    expect((await call('GET', '/account', undefined, key)).statusCode).toBe(200);
    expect(await use(await linkFor(email))).toBe(200);
    expect((await call('GET', '/account', undefined, key)).statusCode).toBe(401);
    expect((await call('GET', '/session', undefined, session)).json()).toEqual({ user: null });
    expect(await api.context.db.logins.consume(login)).toBeNull();
  });

  it('keeps its address from whoever does not know the password', async () => {
    const { email, session } = await signUp();
    const move = (more: object) => call('PATCH', '/account', { email: `taken-${email}`, ...more }, session);
    expect((await move({})).json()).toMatchObject({ status: 400, where: 'body password' });
    expect((await move({ password: 'a guess of mine' })).json()).toMatchObject({ status: 403, where: 'body password' });
    expect((await call('PATCH', '/account', { name: 'Eda', email }, session)).json()).toMatchObject({
      name: 'Eda',
      email,
    });
    expect((await move({ password: PASSWORD })).json().email).toBe(`taken-${email}`);
  });

  it('takes ten wrong passwords, from however many addresses, and then none for a while', async () => {
    const { email, session } = await signUp();
    const guess = async (i: number, password: string) =>
      api.app.inject({
        ...{ method: 'POST', url: '/api/v1/session', remoteAddress: `203.0.113.${i}` },
        payload: { email: i % 2 ? email : email.toUpperCase(), password },
      });
    const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => guess(i, `wrong guess ${i}`)));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(Array(10).fill(401));
    const next = await guess(99, PASSWORD);
    expect(next.json()).toMatchObject({ status: 429, code: 'TOPIARY_API_RATE_LIMITED' });
    expect(Number(next.headers['retry-after'])).toBeGreaterThan(600);
    expect((await call('GET', '/session', undefined, session)).json().user).not.toBeNull();
    const other = await signUp();
    expect((await call('POST', '/session', { email: other.email, password: PASSWORD })).statusCode).toBe(200);
  });
});
