/** What people write: refused with its place where no feed, terminal or database could carry it; and what was kept before. */
import type { RouteOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type TestApi } from '../../helpers/api.js';
import { finishRun, resultWith } from '../../helpers/finished-run.js';

const BOARD = 'classification.resnet-tiny.shapes32';

let api: TestApi;
const routes: RouteOptions[] = [];
beforeAll(async () => {
  api = await startApi(
    {},
    { onRoute: (route) => routes.push(route), env: { RATE_WRITE_PER_MINUTE: '0', RATE_READ_PER_MINUTE: '0' } },
  );
});
afterAll(() => api.close());

const send = (method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE', url: string, payload?: string | object) =>
  api.app.inject({
    method,
    url,
    headers: { ...api.owner, ...(payload === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(payload === undefined ? {} : { payload }),
  });

const submit = (more: object) => send('POST', '/api/v1/submissions', { kind: 'recipe', board: BOARD, ...more });

it('no route answers with its own fault to NUL, to half a surrogate pair or to what is no character', async () => {
  const asked = routes.flatMap(({ method, url }) => [method].flat().map((verb) => ({ verb: String(verb), url })));
  const paths = asked.filter(({ verb, url }) => verb !== 'HEAD' && verb !== 'OPTIONS' && !url.includes('*'));
  expect(paths.length).toBeGreaterThan(50);
  const answers: [string, number][] = [];
  for (const { verb, url } of paths) {
    const method = verb as 'GET' | 'POST';
    if (url.includes(':')) {
      const { statusCode } = await send(method, url.replace(/:\w+/g, 'a%00b'));
      answers.push([`${verb} ${url} in the address`, statusCode]);
    }
    const query = '?q=%00&cursor=%00&board=%00&search=%EF%BF%BE&actor=%00&submitter=%00';
    const { statusCode } = await send(method, `${url.replace(/:\w+/g, 'x')}${query}`);
    answers.push([`${verb} ${url} in the query`, statusCode]);
    if (method !== 'GET') {
      const body = await send(method, url.replace(/:\w+/g, 'x'), '{"name": "a\\u0000", "email": ["\\ud800"]}');
      answers.push([`${verb} ${url} in the body`, body.statusCode]);
    }
  }
  expect(answers.filter(([, status]) => status < 400 || status >= 500)).toEqual([]);
});

describe('a title', () => {
  const refused = [
    ['a control', 'a\u0001b', 'U+0001 as character 2'],
    ['what is no character', 'ab\ufffe', 'U+FFFE as character 3'],
    ['half a surrogate pair', 'a\ud800', 'U+D800 as character 2'],
    ['a mark that turns the direction', 'cba\u202e', 'U+202E as character 4'],
    ['a line end', 'one\ntwo', 'U+000A as character 4'],
    ['an escape that terminals obey', '\u001b[31mred', 'U+001B as character 1'],
    ['a space that nobody sees', 'a\u200bb', 'U+200B as character 2'],
  ] as const;
  it.each(refused)('with %s is refused, and the answer says where it stands', async (_what, title, place) => {
    const answer = await submit({ title });
    expect(answer.json()).toMatchObject({
      status: 400,
      code: 'TOPIARY_API_VALIDATION',
      where: 'body title',
      got: expect.stringContaining(place),
    });
  });

  it('in any script is taken, composed alike', async () => {
    const title = '  Zoë, 剪枝, نمونه\u200cها, 👩\u200d🔬 · A\u030a ';
    expect((await submit({ title })).json().title).toBe('Zoë, 剪枝, نمونه\u200cها, 👩\u200d🔬 · Å');
  });
});

it('the address of a paper is one of the web, without a password', async () => {
  const place = async (paper: string) => {
    const files = { models: [{ target: '2x', file: 'a'.repeat(64) }], method: 'm', licence: 'MIT' };
    const answer = await send('POST', '/api/v1/submissions', { kind: 'pruned-models', board: BOARD, paper, ...files });
    return answer.json();
  };
  for (const paper of ['javascript:alert(1)', 'https://user:password@example.org/', 'data:text/html,x', 'ftp://a.b/c'])
    expect(await place(paper)).toMatchObject({ status: 400, where: 'body paper' });
  expect((await place('https://arxiv.org/abs/2406.12315')).where).toBe('models.0.file');
});

it('sentences may have lines, but nothing unseen', async () => {
  const { id } = (await submit({})).json();
  const say = (text: string) => send('POST', `/api/v1/submissions/${id}/disputes`, { text });
  expect((await say('looks fine\u2066 but is not')).statusCode).toBe(400);
  expect((await say('The first reason.\n\nThe second reason.')).json().text).toBe(
    'The first reason.\n\nThe second reason.',
  );
});

it('a feed stays well-formed, whatever an older release let into a name', async () => {
  const { id, runs } = (await submit({})).json();
  await finishRun(api.context.db, runs[0].id, resultWith(90));
  await api.database.query(`UPDATE submissions SET label = E'a\\x01b\\uFFFEc' WHERE id = '${id}'`);
  const feed = await send('GET', `/api/v1/boards/${BOARD}/feed.atom`);
  expect(feed.body).toContain('abc at 2x');
  // The production Char of XML 1.0, section 2.2.
  expect(feed.body).not.toMatch(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u);
});
