/** Sign-in at an OpenID Connect provider: a real one on this machine, small, with keys and tokens of its own. */
import { createHash, createSign, generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type TestApi } from '../../helpers/api.js';

const CLIENT = { clientId: 'topiary', clientSecret: 'a secret of the provider', title: 'Example University' };
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const sign = (claims: object): string => {
  const body = `${base64url({ alg: 'RS256', typ: 'JWT', kid: 'k' })}.${base64url(claims)}`;
  return `${body}.${createSign('RSA-SHA256').update(body).sign(privateKey, 'base64url')}`;
};

interface Grant {
  readonly challenge: string;
  readonly nonce: string | null;
  readonly subject: string;
  readonly email: string;
}

/** What the provider's own page would do once somebody has typed a password there. */
const grants = new Map<string, Grant>();
let provider: Server;
let issuer: string;
let open: TestApi;
let invited: TestApi;

const answerToken = (form: URLSearchParams): object | null => {
  const grant = grants.get(form.get('code') ?? '');
  grants.delete(form.get('code') ?? '');
  const proof = createHash('sha256')
    .update(form.get('code_verifier') ?? '')
    .digest('base64url');
  if (!grant || proof !== grant.challenge) return null;
  const { subject: sub, email, nonce } = grant;
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: issuer, aud: CLIENT.clientId, sub, email, email_verified: true, name: 'Grace Hopper' };
  const token = sign({ ...claims, iat: now, exp: now + 60, ...(nonce === null ? {} : { nonce }) });
  return { access_token: randomUUID(), token_type: 'Bearer', expires_in: 60, id_token: token };
};

beforeAll(async () => {
  provider = createServer(async (request, response) => {
    const json = (value: object | null) => {
      response.writeHead(value ? 200 : 400, { 'content-type': 'application/json' });
      response.end(JSON.stringify(value ?? { error: 'invalid_grant' }));
    };
    const { pathname } = new URL(request.url ?? '/', issuer);
    if (pathname === '/jwks')
      return json({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'RS256', use: 'sig' }] });
    if (pathname === '/token') {
      let body = '';
      for await (const piece of request) body += piece;
      return json(answerToken(new URLSearchParams(body)));
    }
    return json({
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
      userinfo_endpoint: `${issuer}/userinfo`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      code_challenge_methods_supported: ['S256'],
    });
  });
  await new Promise<void>((done) => provider.listen(0, '127.0.0.1', done));
  issuer = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
  const oidc = { ...CLIENT, issuer };
  [open, invited] = await Promise.all([startApi({ oidc }), startApi({ oidc, signUp: 'invite' })]);
});
afterAll(async () => {
  await Promise.all([open.close(), invited.close()]);
  provider.close();
});

const cookiesOf = (headers: Record<string, unknown>): string =>
  [headers['set-cookie'] ?? []]
    .flat()
    .map((one) => String(one).split(';')[0])
    .join('; ');

/** Through the door, to the provider, and back. */
const goThrough = async ({ app }: TestApi, who: { subject: string; email: string }) => {
  const begun = await app.inject({ method: 'POST', url: '/api/v1/session/provider', payload: { provider: 'oidc' } });
  const url = new URL(begun.json().url);
  const code = randomUUID();
  const [challenge, nonce] = [url.searchParams.get('code_challenge') ?? '', url.searchParams.get('nonce')];
  grants.set(code, { challenge, nonce, ...who });
  const back = `/api/auth/callback/oidc?code=${code}&state=${url.searchParams.get('state')}`;
  const cookie = cookiesOf(begun.headers);
  return { url, back, answer: await app.inject({ url: back, headers: { cookie } }), cookie };
};

describe('a sign-in at an OpenID Connect provider', () => {
  it('makes an account the first time and finds it again, by who the person is there', async () => {
    const { url, answer } = await goThrough(open, { subject: 'grace', email: 'grace@example.edu' });
    expect([url.origin, url.searchParams.get('code_challenge_method')]).toEqual([issuer, 'S256']);
    expect([answer.statusCode, new URL(String(answer.headers.location), 'http://localhost').pathname]).toEqual([
      302,
      '/',
    ]);
    const session = [answer.headers['set-cookie']].flat().find((one) => one?.includes('session_token='));
    expect(session).toMatch(/HttpOnly.*SameSite=Strict/i);
    const who = await open.app.inject({ url: '/api/v1/session', headers: { cookie: cookiesOf(answer.headers) } });
    expect(who.json().user).toMatchObject({ name: 'Grace Hopper', role: 'user' });
    const again = await goThrough(open, { subject: 'grace', email: 'new-address@example.edu' });
    const same = await open.app.inject({
      url: '/api/v1/session',
      headers: { cookie: cookiesOf(again.answer.headers) },
    });
    expect(same.json()).toEqual(who.json());
    const kept = await open.database.query('SELECT access_token, refresh_token, id_token FROM credentials');
    expect(kept).toEqual([{ access_token: null, refresh_token: null, id_token: null }]);
  });

  it('is worth nothing in another browser, or a second time', async () => {
    const { back, cookie } = await goThrough(open, { subject: 'grace', email: 'grace@example.edu' });
    for (const headers of [{}, { cookie }]) {
      const answer = await open.app.inject({ url: back, headers });
      expect(String(answer.headers.location)).toMatch(/error/);
      expect(cookiesOf(answer.headers)).not.toMatch(/session_token=\w/);
    }
  });

  it('does not take over the account of somebody who signed up with that address', async () => {
    const payload = { name: 'First', email: 'taken@example.edu', password: 'a long password' };
    expect((await open.app.inject({ method: 'POST', url: '/api/v1/accounts', payload })).statusCode).toBe(201);
    const { answer } = await goThrough(open, { subject: 'other', email: payload.email });
    expect(String(answer.headers.location)).toMatch(/\/sign-in\?error=/);
  });

  it('makes no account where sign-up is not open', async () => {
    const { answer } = await goThrough(invited, { subject: 'grace', email: 'grace@example.edu' });
    expect(String(answer.headers.location)).toMatch(/\/sign-in\?error=/);
    expect(await invited.context.db.accounts.byEmail('grace@example.edu')).toBeNull();
  });
});
