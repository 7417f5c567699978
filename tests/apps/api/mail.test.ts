/** Links by mail, through a mail server that is really spoken to. */
import type { Invite } from '@topiary/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEnv } from '../../../apps/api/src/env.js';
import { openMailer } from '../../../apps/api/src/mail.js';
import { startApi, type TestApi } from '../../helpers/api.js';
import { type SmtpServer, smtpServer } from '../../helpers/smtp.js';

const SITE = 'http://localhost:80';
const PASSWORD = 'a password of some length';
const failures: string[] = [];

let smtp: SmtpServer;
let api: TestApi;
beforeAll(async () => {
  smtp = await smtpServer();
  const settings = { url: smtp.url, from: 'Topiary <noreply@example.org>', site: SITE };
  api = await startApi({ signUp: 'open' }, { mailer: openMailer(settings, (error) => failures.push(String(error))) });
});
afterAll(async () => {
  await api.close();
  await smtp.close();
});

type Method = 'GET' | 'POST' | 'PUT';
const call = (method: Method, url: string, payload?: object, headers: Record<string, string> = {}) =>
  api.app.inject({ method, url: `/api/v1${url}`, headers, ...(payload ? { payload } : {}) });
const mailsTo = (address: string) => smtp.mails.filter(({ to }) => to.includes(address));
const linkIn = (text: string) => new URL(/^http\S+$/m.exec(text)![0]);
let people = 0;
const signUp = async (name = 'Somebody') => {
  const email = `person-${++people}@example.org`;
  const answer = await call('POST', '/accounts', { name, email, password: PASSWORD });
  expect(answer.statusCode).toBe(201);
  return email;
};

describe('a forgotten password', () => {
  it('is set anew by the link that a mail brings', async () => {
    const email = await signUp();
    expect((await call('GET', '/session/ways')).json().resetByMail).toBe(true);
    expect((await call('POST', '/password-resets', { email })).statusCode).toBe(202);
    await expect.poll(() => mailsTo(email)).toHaveLength(1);
    const [mail] = mailsTo(email);
    expect(mail).toMatchObject({ from: 'noreply@example.org', to: [email], subject: 'Set a new password for Topiary' });
    expect(mail!.source).toMatch(/^From: Topiary <noreply@example\.org>\r$/m);
    const link = linkIn(mail!.text);
    expect(`${link.origin}${link.pathname}`).toBe('http://localhost/reset-password');
    const next = 'another password of some length';
    const token = link.searchParams.get('token');
    expect((await call('PUT', '/password-resets', { token, password: next })).statusCode).toBe(200);
    expect((await call('POST', '/session', { email, password: PASSWORD })).statusCode).toBe(401);
    expect((await call('POST', '/session', { email, password: next })).statusCode).toBe(200);
  });

  it('says the same of an address without an account, and mails nobody', async () => {
    const before = smtp.mails.length;
    const email = await signUp();
    const [unknown, known] = [
      await call('POST', '/password-resets', { email: 'nobody@example.org' }),
      await call('POST', '/password-resets', { email }),
    ];
    expect([unknown.statusCode, unknown.json()]).toEqual([known.statusCode, known.json()]);
    await expect.poll(() => mailsTo(email)).toHaveLength(1);
    expect(smtp.mails.length).toBe(before + 1);
  });

  it('fills nobody’s mailbox, however often it is asked for', async () => {
    const email = await signUp();
    for (let i = 0; i < 5; i += 1) expect((await call('POST', '/password-resets', { email })).statusCode).toBe(202);
    const other = await signUp();
    await call('POST', '/password-resets', { email: other });
    await expect.poll(() => mailsTo(other)).toHaveLength(1);
    expect(mailsTo(email)).toHaveLength(1);
  });

  it('a link that was mailed stays good while a second one is asked for and not sent', async () => {
    const email = await signUp();
    for (let i = 0; i < 2; i += 1) await call('POST', '/password-resets', { email });
    await expect.poll(() => mailsTo(email)).toHaveLength(1);
    const token = linkIn(mailsTo(email)[0]!.text).searchParams.get('token');
    const body = { token, password: 'another password of some length' };
    expect((await call('PUT', '/password-resets', body)).statusCode).toBe(200);
  });

  it('carries nothing that whoever signed up has written', async () => {
    const email = await signUp('Win at http://evil.example');
    await call('POST', '/password-resets', { email });
    await expect.poll(() => mailsTo(email)).toHaveLength(1);
    expect(mailsTo(email)[0]!.source).not.toContain('evil');
  });
});

describe('an invite', () => {
  const invite = async (email: string | null) => {
    const answer = await call('POST', '/admin/invites', { email }, api.owner);
    expect(answer.statusCode).toBe(201);
    return answer.json() as { url: string; mailed: boolean; invite: Invite };
  };

  it('goes to its address, with the link that the admin sees', async () => {
    const { url, mailed } = await invite('guest@example.org');
    expect(mailed).toBe(true);
    const [mail] = mailsTo('guest@example.org');
    expect(linkIn(mail!.text).search).toBe(new URL(url).search);
    const token = new URL(url).searchParams.get('invite');
    const body = { name: 'Guest', email: 'guest@example.org', password: PASSWORD, invite: token };
    expect((await call('POST', '/accounts', body)).statusCode).toBe(201);
  });

  it('for whoever has the link is mailed to nobody', async () => {
    const before = smtp.mails.length;
    expect((await invite(null)).mailed).toBe(false);
    expect(smtp.mails.length).toBe(before);
  });

  it('stands though the mail server refuses it, which the answer and the log say', async () => {
    smtp.refuse(true);
    const { mailed, url } = await invite('away@example.org');
    smtp.refuse(false);
    expect(mailed).toBe(false);
    expect(url).toContain('/sign-up?invite=');
    expect(failures).toEqual([expect.stringContaining('550')]);
  });
});

describe('the environment', () => {
  const NEEDED = { DATABASE_URL: 'postgres://h/d', QUEUE_URL: 'postgres://h/d' };

  it('names a mail server and a sender, or neither', () => {
    expect(readEnv(NEEDED).mail).toBeNull();
    const mail = { SMTP_URL: 'smtps://u:p@mail.example.org', MAIL_FROM: 'noreply@example.org' };
    expect(readEnv({ ...NEEDED, ...mail }).mail).toEqual({ url: mail.SMTP_URL, from: mail.MAIL_FROM });
    expect(() => readEnv({ ...NEEDED, SMTP_URL: mail.SMTP_URL })).toThrow(/MAIL_FROM/);
  });

  it('is told what is wrong without the password in it', () => {
    const wrong = () => readEnv({ ...NEEDED, SMTP_URL: 'http://user:swordfish@mail', MAIL_FROM: 'a@b' });
    expect(wrong).toThrow(/SMTP_URL.*smtps?:/);
    expect(wrong).not.toThrow(/swordfish/);
  });
});
