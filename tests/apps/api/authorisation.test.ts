/**
 * Who may ask for what: every route that the API registers against everybody who may ask. The routes come from the
 * server itself: one without a row here fails.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { METRICS_TOKEN, startApi, type TestApi } from '../../helpers/api.js';
import { addPerson } from '../../helpers/people.js';

const PERSONAS = ['anonymous', 'reader', 'user', 'owner', 'other', 'organiser', 'admin', 'admin key'] as const;
type Persona = (typeof PERSONAS)[number];

/** Who gets past the door; what the room then says (404, 409, 400, …) is for other tests. */
const ALL = PERSONAS;
/** Signed in by whatever means. */
const SIGNED_IN = ['reader', 'user', 'owner', 'other', 'organiser', 'admin', 'admin key'] as const;
const SUBMITTERS = ['user', 'owner', 'other', 'organiser', 'admin', 'admin key'] as const;
/** At the site, not with a key. */
const IN_PERSON = ['user', 'owner', 'organiser', 'admin'] as const;
const OWNER = ['owner', 'organiser', 'admin', 'admin key'] as const;
const ORGANISERS = ['organiser', 'admin', 'admin key'] as const;
const ADMINS = ['admin', 'admin key'] as const;

const ADDRESS = 'nobody@example.org';
const RECIPE = { kind: 'recipe', board: 'classification.resnet-tiny.shapes32', recipe: { criterion: 'random' } };
const IMPORT = { kind: 'import', board: RECIPE.board, model: '0'.repeat(64), mean: [0.5], std: [0.5] };
const OCTETS = { 'content-type': 'application/octet-stream' };
const PIECE = { ...OCTETS, 'upload-offset': '0' };
const UPLOAD = { bytes: 100, sha256: '0'.repeat(64) };
const REASON = 'a reason of sufficient length';

interface Row {
  readonly may: readonly Persona[];
  readonly body?: object | string;
  readonly headers?: Record<string, string>;
  /** To all but its owner the thing is not there. */
  readonly hides?: true;
  /** Takes the person's session or account away: done with one of their own. */
  readonly destroys?: true;
  /** Another address or body of the same route. */
  readonly and?: Row & { readonly url?: string };
}

const read: Row = { may: ALL };

/** `METHOD /address` as registered -> its row. `:id` becomes a submission of `owner`'s, or what ID names. */
const MATRIX: Record<string, Row> = {
  'GET /healthz': read,
  'GET /readyz': read,
  'GET /metrics': { may: ADMINS, and: { may: ALL, headers: { authorization: `Bearer ${METRICS_TOKEN}` } } },
  'GET /openapi.json': read,
  'GET /login': read,
  'GET /api/auth/callback/:provider': read,
  'GET /api/v1/session': read,
  'GET /api/v1/session/ways': read,
  'POST /api/v1/session': { may: [], body: { email: ADDRESS, password: 'wrong' } },
  'DELETE /api/v1/session': { may: ALL, destroys: true },
  'POST /api/v1/session/provider': { may: ALL, body: { provider: 'github' } },
  'POST /api/v1/accounts': { may: ALL, body: { name: '', email: '', password: '' } },
  'GET /api/v1/account': { may: SIGNED_IN },
  'PATCH /api/v1/account': { may: IN_PERSON, body: {} },
  'DELETE /api/v1/account': { may: IN_PERSON, destroys: true },
  'PUT /api/v1/account/password': { may: IN_PERSON, body: { password: 'long enough to be one' }, destroys: true },
  'GET /api/v1/account/keys': { may: SIGNED_IN },
  'POST /api/v1/account/keys': { may: IN_PERSON, body: { name: 'another' } },
  'DELETE /api/v1/account/keys/:id': { may: IN_PERSON },
  'GET /api/v1/account/webhooks': { may: SIGNED_IN },
  'POST /api/v1/account/webhooks': { may: SUBMITTERS, body: { url: 'https://example.org/' } },
  'DELETE /api/v1/account/webhooks/:id': { may: SUBMITTERS },
  'GET /api/v1/account/webhooks/:id/deliveries': { may: SIGNED_IN },
  'POST /api/v1/account/webhooks/:id/trial': { may: SUBMITTERS },
  'GET /api/v1/account/notices': { may: SIGNED_IN },
  'PUT /api/v1/account/notices': { may: IN_PERSON, body: { mailAtEnd: false } },
  'POST /api/v1/password-resets': { may: ALL, body: { email: ADDRESS } },
  'PUT /api/v1/password-resets': { may: ALL, body: { token: 'none', password: 'long enough to be one' } },
  'GET /api/v1/people/:id': read,
  'GET /api/v1/tracks': read,
  'GET /api/v1/methods': read,
  'GET /api/v1/models': read,
  'GET /api/v1/datasets': read,
  'GET /api/v1/errors': read,
  'GET /api/v1/rows': read,
  'GET /api/v1/dumps': read,
  'GET /api/v1/dumps/:date/:name': read,
  'GET /api/v1/boards/:board/picture.png': read,
  'GET /embed/boards/:board': read,
  'GET /robots.txt': read,
  'GET /sitemap.xml': read,
  'GET /api/v1/boards': read,
  'GET /api/v1/boards/:board': read,
  'GET /api/v1/boards/:board/base.onnx': read,
  'GET /api/v1/boards/:board/leaderboard': read,
  'GET /api/v1/boards/:board/compare': read,
  'GET /api/v1/boards/:board/recommendation': read,
  'POST /api/v1/boards/:board/seeds': { may: SUBMITTERS, body: { rows: ['none', 'neither'] } },
  'GET /api/v1/boards/:board/feed.atom': read,
  'GET /api/v1/boards/:board/rows/:row/badge.svg': read,
  'GET /api/v1/boards/:board/rows/:row/shown': read,
  'GET /api/v1/differences': read,
  'GET /api/v1/findings': read,
  'GET /api/v1/recipes': read,
  'GET /api/v1/quota': { may: SIGNED_IN },
  'GET /api/v1/status': read,
  'GET /api/v1/submissions': read,
  'POST /api/v1/submissions': { may: SUBMITTERS, body: RECIPE, and: { may: ADMINS, body: IMPORT } },
  'GET /api/v1/submissions/:id': read,
  'GET /api/v1/submissions/:id/events': read,
  'GET /api/v1/submissions/:id/disputes': read,
  'POST /api/v1/submissions/:id/disputes': { may: SUBMITTERS, body: { text: REASON } },
  'POST /api/v1/submissions/:id/cancel': { may: OWNER },
  'POST /api/v1/submissions/:id/rerun': { may: OWNER },
  'POST /api/v1/submissions/:id/publish': { may: OWNER },
  'POST /api/v1/submissions/:id/withdraw': { may: OWNER, body: { reason: REASON } },
  'DELETE /api/v1/submissions/:id': { may: OWNER },
  'DELETE /api/v1/submissions/:id/files': { may: OWNER },
  'POST /api/v1/disputes/:id/answer': { may: ORGANISERS, body: { outcome: 'upheld', text: REASON } },
  'GET /api/v1/runs/:id': read,
  'POST /api/v1/artefacts': { may: SUBMITTERS, body: 'bytes', headers: OCTETS },
  'GET /api/v1/artefacts/:sha256': read,
  'POST /api/v1/uploads': { may: SUBMITTERS, body: UPLOAD },
  'GET /api/v1/uploads/:id': { may: SUBMITTERS, hides: true },
  'PATCH /api/v1/uploads/:id': { may: SUBMITTERS, hides: true, body: 'bytes', headers: PIECE },
  'DELETE /api/v1/uploads/:id': { may: SUBMITTERS, hides: true },
  'POST /api/v1/checks': { may: SUBMITTERS, body: { board: 'none', file: '0'.repeat(64) } },
  'GET /api/v1/checks/queue': { may: SIGNED_IN },
  'POST /api/v1/checks/file': { may: SUBMITTERS, body: 'bytes', headers: OCTETS },
  'POST /api/v1/imports': { may: ADMINS, body: {} },
  'GET /api/v1/overall': read,
  'GET /api/v1/admin/board-settings': { may: ORGANISERS },
  'PUT /api/v1/admin/board-settings/:board': { may: ORGANISERS, body: {} },
  'POST /api/v1/admin/board-settings': { may: ORGANISERS, body: { yaml: '', check: true } },
  'GET /api/v1/admin/queue': { may: ORGANISERS },
  'GET /api/v1/admin/failures': { may: ORGANISERS },
  'GET /api/v1/held': { may: SIGNED_IN },
  'POST /api/v1/runs/:id/held': { may: ORGANISERS, body: { decision: 'released', text: REASON } },
  'GET /api/v1/admin/disputes': { may: ORGANISERS },
  'GET /api/v1/admin/accounts': { may: ADMINS },
  'PATCH /api/v1/admin/accounts/:id': { may: ADMINS, body: {} },
  'POST /api/v1/admin/reset-links': { may: ADMINS, body: { email: ADDRESS } },
  'GET /api/v1/admin/invites': { may: ADMINS },
  'POST /api/v1/admin/invites': { may: ADMINS, body: {} },
  'DELETE /api/v1/admin/invites/:id': { may: ADMINS },
  'GET /api/v1/admin/audit': { may: ADMINS },
  'GET /api/v1/admin/audit/check': { may: ADMINS },
  'GET /api/v1/admin/audit/export': { may: ADMINS },
};

const routes = new Set<string>();
let api: TestApi;
let headers: Record<Persona, Record<string, string>>;
let upload: string;
let submission: { id: string; runs: { id: string }[] };

/** A session's cookie, as a browser would send it from the site itself. */
const signIn = async (key: string): Promise<Record<string, string>> => {
  const answer = await api.app.inject({ method: 'POST', url: '/api/v1/session', payload: { key } });
  const cookie = String(answer.headers['set-cookie']).split(';')[0]!;
  return { cookie, host: 'localhost', origin: 'http://localhost' };
};

const person = async (persona: Persona): Promise<Record<string, string>> => {
  const { db } = api.context;
  if (persona === 'anonymous') return {};
  if (persona === 'reader') return { ...(await addPerson(db, { scopes: ['read'] })).headers };
  if (persona === 'other') return { ...(await addPerson(db, { scopes: ['read', 'submit'] })).headers };
  if (persona === 'admin key') return { ...(await addPerson(db, { role: 'admin' })).headers };
  const role = persona === 'organiser' || persona === 'admin' ? persona : 'user';
  return signIn((await addPerson(db, { role })).key);
};

beforeAll(async () => {
  api = await startApi(
    {},
    {
      onRoute: ({ method, url }) => {
        for (const one of [method].flat()) if (one !== 'HEAD') routes.add(`${one} ${url}`);
      },
    },
  );
  const made = await Promise.all(PERSONAS.map(async (name) => [name, await person(name)] as const));
  headers = Object.fromEntries(made) as typeof headers;
  const answer = await api.app.inject({
    method: 'POST',
    url: '/api/v1/submissions',
    headers: headers.owner,
    payload: RECIPE,
  });
  submission = answer.json();
  const announced = await api.app.inject({
    method: 'POST',
    url: '/api/v1/uploads',
    headers: headers.owner,
    payload: UPLOAD,
  });
  upload = announced.json().id;
  // Ended, so that its event stream ends, too.
  await api.context.db.submissions.cancel(submission.id);
});
afterAll(() => api.close());

const VALUES: Record<string, () => string> = {
  board: () => RECIPE.board,
  provider: () => 'github',
  sha256: () => '0'.repeat(64),
};
/** Ids of other things than submissions; one that does not exist is enough where the door comes first. */
const idFor = (url: string): string => {
  if (url.includes('/uploads/')) return upload;
  if (url.includes('/submissions/')) return submission.id;
  return url.includes('/runs/') ? submission.runs[0]!.id : 'none';
};
const addressOf = (url: string): string =>
  url.replace(/:(\w+)/g, (_, name: string) => VALUES[name]?.() ?? idFor(url)) + (url === '/login' ? '?token=none' : '');

const ask = async (route: string, { body, headers: more, destroys }: Row, persona: Persona): Promise<number> => {
  const [method, url] = route.split(' ') as ['GET' | 'POST', string];
  const mine = destroys ? await person(persona) : headers[persona];
  const { statusCode } = await api.app.inject({
    method,
    url: addressOf(url),
    headers: { ...mine, ...more },
    // One address each: limits per address are for other tests.
    remoteAddress: `192.0.2.${1 + PERSONAS.indexOf(persona)}`,
    ...(body === undefined ? {} : { payload: body }),
  });
  return statusCode;
};

describe('every route', () => {
  it('has a row in the matrix, and every row a route', () => {
    const registered = [...routes].filter((route) => route !== 'GET *' && route !== 'OPTIONS *');
    expect(registered.sort()).toEqual(Object.keys(MATRIX).sort());
  });

  it('is described as it is guarded: what is open to all names no key, what is not names one', async () => {
    const { paths } = (await api.app.inject('/openapi.json')).json() as {
      paths: Record<string, Record<string, { security: object[] }>>;
    };
    const described = Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, { security }]) => {
        const name = `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`;
        return [name, security.length > 0] as const;
      }),
    );
    // signing in is refused without a password, which is no key
    const guarded = described.filter(([name]) => name !== 'POST /api/v1/session');
    const wanted = guarded.map(([name]) => [name, !MATRIX[name]?.may.includes('anonymous')] as const);
    expect(guarded).toEqual(wanted);
  });

  it.each(Object.keys(MATRIX))('%s', async (route) => {
    for (const row of [MATRIX[route]!, ...(MATRIX[route]!.and ? [MATRIX[route]!.and!] : [])]) {
      const got: Record<string, string> = {};
      const wanted: Record<string, string> = {};
      for (const persona of PERSONAS) {
        const status = await ask(route, row, persona);
        expect(status, `${persona}: no fault of ours`).toBeLessThan(500);
        const isRefused = status === 401 || status === 403 || (row.hides && status === 404);
        got[persona] = isRefused ? String(status) : 'let in';
        const refused = persona === 'anonymous' || route === 'POST /api/v1/session' ? '401' : '403';
        const seen = row.hides && persona !== 'owner' ? '404' : 'let in';
        wanted[persona] = row.may.includes(persona) ? seen : refused;
      }
      expect(got).toEqual(wanted);
    }
  });
});
