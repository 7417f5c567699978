/** Who is told when a submission ends: webhooks that are really called, mails that really come. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Delivery } from '@topiary/contracts';
import { Webhook as Verifier } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openMailer } from '../../../apps/api/src/mail.js';
import { isPublicAddress } from '../../../apps/api/src/notices/public-address.js';
import { tellDue } from '../../../apps/api/src/notices/tell.js';
import { startApi, type TestApi } from '../../helpers/api.js';
import { finishRun, resultWith } from '../../helpers/finished-run.js';
import { addPerson, type TestPerson } from '../../helpers/people.js';
import { type SmtpServer, smtpServer } from '../../helpers/smtp.js';

const BOARD = 'classification.resnet-tiny.shapes32';
const SITE = 'http://localhost:80';

interface Got {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

let api: TestApi;
let smtp: SmtpServer;
let receiver: Server;
let address: string;
let answers: number[] = [];
const got: Got[] = [];

beforeAll(async () => {
  smtp = await smtpServer();
  const mailer = openMailer({ url: smtp.url, from: 'Topiary <noreply@example.org>', site: SITE }, () => undefined);
  api = await startApi({}, { mailer });
  receiver = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    got.push({ headers: request.headers, body });
    const status = answers.shift() ?? 204;
    response.writeHead(status, status === 302 ? { location: `${address}/elsewhere` } : {}).end();
  });
  await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done));
  address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
});
afterAll(async () => {
  receiver.close();
  await api.close();
  await smtp.close();
});
beforeEach(() => {
  got.length = 0;
  answers = [];
});

const call = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, headers: object, payload?: object) =>
  api.app.inject({ method, url: `/api/v1${url}`, headers: { ...headers }, ...(payload ? { payload } : {}) });
const tell = (anywhere = true) => tellDue({ db: api.context.db, mailer: api.context.mailer, site: SITE, anywhere });
const hook = async (person: TestPerson, url = address) =>
  (await call('POST', '/account/webhooks', person.headers, { url })).json() as { id: string; secret: string };
const deliveries = async (person: TestPerson, id: string): Promise<Delivery[]> =>
  (await call('GET', `/account/webhooks/${id}/deliveries`, person.headers)).json().items;
const runToEnd = async (person: TestPerson) => {
  const payload = { kind: 'recipe', board: BOARD, recipe: { criterion: 'random' }, targets: ['2x'], seeds: [0] };
  const made = (await call('POST', '/submissions', person.headers, payload)).json();
  await finishRun(api.context.db, made.runs[0].id, resultWith(70));
  return made.id as string;
};
/** Everything that waits is due at once. */
const hurry = () =>
  api.database.query("UPDATE notices SET next_at = now() - interval '1 second' WHERE ended_at IS NULL");

describe('a webhook', () => {
  it('is called when a submission of its owner ends, signed so that the public library takes it', async () => {
    const [person, stranger] = await Promise.all([addPerson(api.context.db), addPerson(api.context.db)]);
    const { id, secret } = await hook(person);
    await hook(stranger, `${address}/stranger`);
    const submission = await runToEnd(person);
    await tell();
    expect(got).toHaveLength(1);
    const [{ headers, body }] = got as [Got];
    const event = new Verifier(secret).verify(body, headers as Record<string, string>) as Record<string, unknown>;
    expect(event).toMatchObject({
      type: 'submission.done',
      data: { submission, board: BOARD, state: 'done', url: `${SITE}/submissions/${submission}` },
    });
    expect(() =>
      new Verifier(secret).verify(body.replace('done', 'gone'), headers as Record<string, string>),
    ).toThrow();
    expect(await deliveries(person, id)).toMatchObject([{ state: 'delivered', attempts: 1, status: 204, submission }]);
    await tell();
    expect(got).toHaveLength(1);
  });

  it('is tried again with the same id when it was not taken, and given up after six tries', async () => {
    const person = await addPerson(api.context.db);
    const { id } = await hook(person);
    answers = [500, 302, 404, 503, 500, 500];
    await runToEnd(person);
    for (let i = 0; i < 8; i += 1) {
      await tell();
      await hurry();
    }
    // a redirect is no answer, and is not followed
    expect(got).toHaveLength(6);
    expect(new Set(got.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(await deliveries(person, id)).toMatchObject([{ state: 'given-up', attempts: 6, status: 500 }]);
  });

  it('waits longer from try to try', async () => {
    const person = await addPerson(api.context.db);
    const { id } = await hook(person);
    answers = [500, 500];
    await runToEnd(person);
    const waits: number[] = [];
    for (let i = 0; i < 2; i += 1) {
      await tell();
      const [one] = await deliveries(person, id);
      waits.push(Date.parse(one!.nextAt!) - Date.now());
      await hurry();
    }
    expect(waits[0]).toBeGreaterThan(50_000);
    expect(waits[1]).toBeGreaterThan(4 * waits[0]!);
    await tell();
  });

  it('never reaches a private address, whether it is written out or a name stands for it', async () => {
    const person = await addPerson(api.context.db);
    const hooks = [
      await hook(person),
      await hook(person, address.replace('127.0.0.1', 'localhost')),
      await hook(person, address.replace('127.0.0.1', '[::ffff:127.0.0.1]')),
    ];
    await runToEnd(person);
    await tell(false);
    expect(got).toEqual([]);
    for (const { id } of hooks)
      expect(await deliveries(person, id)).toMatchObject([
        { state: 'given-up', error: expect.stringMatching(/not on the public internet/) },
      ]);
  });

  it('is tried at once on demand, and belongs to its owner alone', async () => {
    const [person, stranger] = await Promise.all([addPerson(api.context.db), addPerson(api.context.db)]);
    const { id } = await hook(person);
    expect((await call('POST', `/account/webhooks/${id}/trial`, person.headers)).statusCode).toBe(202);
    await tell();
    expect(JSON.parse(got[0]!.body).type).toBe('trial');
    for (const [method, path] of [
      ['GET', 'deliveries'],
      ['POST', 'trial'],
    ] as const)
      expect((await call(method, `/account/webhooks/${id}/${path}`, stranger.headers)).statusCode).toBe(404);
    expect((await call('DELETE', `/account/webhooks/${id}`, stranger.headers)).statusCode).toBe(404);
    expect((await call('DELETE', `/account/webhooks/${id}`, person.headers)).statusCode).toBe(204);
    const listed = await call('GET', '/account/webhooks', person.headers);
    expect(listed.json().items).toEqual([]);
    expect(listed.body).not.toContain('whsec_');
  });
});

it('tells public addresses from others as the registries of IANA do', () => {
  const not = [
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '169.254.169.254',
    '172.31.0.1',
    '192.168.1.1',
    '224.0.0.1',
    '255.255.255.255',
  ];
  const not6 = [
    '::1',
    '::',
    'fe80::1',
    'fc00::1',
    'ff02::1',
    '::ffff:10.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001::1',
    '2001:db8::1',
  ];
  for (const one of [...not, ...not6]) expect(isPublicAddress(one), one).toBe(false);
  for (const one of ['1.1.1.1', '93.184.216.34', '172.32.0.1', '2606:4700:4700::1111', '2a00:1450::1'])
    expect(isPublicAddress(one), one).toBe(true);
});

describe('a mail at the end', () => {
  const signUp = async (email: string) => {
    const answer = await call('POST', '/accounts', {}, { name: 'Ada', email, password: 'a password of some length' });
    const cookie = [answer.headers['set-cookie']]
      .flat()
      .map((one) => String(one).split(';')[0])
      .join('; ');
    const session = { cookie, host: 'localhost', origin: 'http://localhost' };
    return { id: answer.json().user.id as string, session };
  };
  const mailsTo = (email: string) => smtp.mails.filter(({ to }) => to.includes(email));

  it('comes only after the link that was mailed to the address was opened', async () => {
    const email = 'ada@example.org';
    const { id, session } = await signUp(email);
    const change = (payload: object) => call('PUT', '/account/notices', session, payload);
    expect((await change({ mailAtEnd: true })).json()).toEqual({ mailAtEnd: false, mails: true, proofSent: true });
    await expect.poll(() => mailsTo(email).length).toBe(1);
    const link = new URL(/^http\S+$/m.exec(mailsTo(email)[0]!.text)![0]);
    expect((await change({ mailAtEnd: true, proof: 'x'.repeat(43) })).statusCode).toBe(403);
    const proof = link.searchParams.get('proof')!;
    expect((await change({ mailAtEnd: true, proof })).json()).toMatchObject({ mailAtEnd: true });

    const payload = {
      kind: 'recipe',
      board: BOARD,
      recipe: { criterion: 'random' },
      targets: ['2x'],
      title: 'Buy this',
    };
    const made = (await call('POST', '/submissions', session, payload)).json();
    await finishRun(api.context.db, made.runs[0].id, resultWith(70));
    await tell();
    const [, mail] = mailsTo(email);
    expect(mail!.subject).toBe('Your submission is done');
    expect(mail!.text).toContain(`${SITE}/submissions/${made.id}`);
    expect(mail!.text).not.toContain('Buy this');

    // another address is another proof
    await api.context.db.accounts.setEmail(id, 'other@example.org', { account: id });
    expect((await call('GET', '/account/notices', session)).json().mailAtEnd).toBe(false);
    expect((await change({ mailAtEnd: true, proof })).statusCode).toBe(403);
  });
});
