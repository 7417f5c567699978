/** Two ways of somebody new: from the home page to a first submission, and from a comparison to the seeds that it lacks. */
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Comparison, Submission } from '@topiary/contracts';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startApi, type TestApi } from '../helpers/api.js';
import { chromiumPath, launchBrowser, watchErrors } from '../helpers/browser.js';
import { finishRun, resultWith } from '../helpers/finished-run.js';
import { TestServer } from '../helpers/server.js';

const withoutChromium = chromiumPath() === null;
if (withoutChromium) console.log('skipped: no Chromium on this machine (set CHROMIUM)');

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let browser: Browser;
beforeAll(async () => {
  if (!withoutChromium) browser = await launchBrowser();
});
afterAll(() => browser?.close());

/** Whatever a person does, counted; only what is seen and enabled can be used. */
class Person {
  readonly did: string[] = [];
  constructor(readonly page: Page) {}

  async press(name: string | RegExp, role: 'link' | 'button' = 'button'): Promise<void> {
    await this.use(this.page.getByRole(role, { name }).first(), `press ${name}`, (target) => target.click());
  }

  async write(label: string | RegExp, text: string): Promise<void> {
    await this.use(this.page.getByLabel(label).first(), `write ${label}`, (target) => target.fill(text));
  }

  private async use(target: Locator, what: string, act: (target: Locator) => Promise<void>): Promise<void> {
    await target.waitFor({ state: 'visible' });
    await act(target);
    this.did.push(what);
  }
}

describe.skipIf(withoutChromium)('somebody new', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start({ env: { TOPIARY_STARTERS: 'none', SIGN_UP: 'open', WORKERS: '0' } });
  });
  afterAll(async () => {
    await server?.stop();
    if (server) rmSync(server.home, { recursive: true, force: true });
  });

  it('makes a first submission from the home page by links and buttons alone, in two minutes', async () => {
    const page = await browser.newPage();
    page.setDefaultTimeout(30_000);
    const errors = watchErrors(page);
    const began = performance.now();
    await page.goto(server.url);
    const person = new Person(page);
    await person.press('Submit a method', 'link');
    await person.press('Sign up', 'link');
    await person.write('Name', 'Ada');
    await person.write(/e-mail/i, 'ada@example.org');
    await person.write(/password/i, 'correct horse battery');
    await person.press('Make the account');
    // back where the way began
    await page.waitForURL(/\/submit/);
    await person.press(/^Submit$/);
    await page.waitForURL(/\/submissions\/[0-9a-f-]+$/);
    const seconds = (performance.now() - began) / 1000;
    console.log(`first submission: ${person.did.length} steps, ${seconds.toFixed(1)} s without thinking and typing`);
    // seven steps, of which three are fields: a person has 120 s for them, and a machine none to lose
    expect(person.did.length).toBeLessThanOrEqual(7);
    expect(seconds).toBeLessThan(60);
    const { items } = await server.call<{ items: Submission[] }>('GET', '/submissions?limit=1');
    expect(items[0]).toMatchObject({ submitter: { name: 'Ada' } });
    expect(errors).toEqual([]);
    await page.close();
  });
});

const BOARD = 'classification.resnet-tiny.shapes32';

describe.skipIf(withoutChromium)('the button for missing seeds', () => {
  let api: TestApi;
  let url: string;
  beforeAll(async () => {
    api = await startApi({}, { siteDir: join(resolve(import.meta.dirname, '../..'), 'apps/web/dist') });
    url = await api.app.listen({ host: '127.0.0.1', port: 0 });
  });
  afterAll(() => api?.close());

  const measure = async (criterion: string, values: readonly number[]): Promise<void> => {
    const seeds = values.map((_, i) => i);
    const payload = { kind: 'recipe', board: BOARD, recipe: { criterion }, targets: ['2x'], seeds };
    const made = await api.app.inject({ method: 'POST', url: '/api/v1/submissions', headers: api.member, payload });
    for (const { id, seed } of made.json<Submission>().runs)
      await finishRun(api.context.db, id, resultWith(values[seed]!));
  };

  it('queues just those, once, and leads to what it has queued', async () => {
    await measure('taylor', [79, 83, 81]);
    await measure('magnitude-l2', [71, 77]);
    const { rows } = (await api.app.inject(`/api/v1/boards/${BOARD}/leaderboard?target=2x`)).json();
    const ids = rows.map(({ id }: { id: string }) => id).join(',');
    const { pairs } = (await api.app.inject(`/api/v1/boards/${BOARD}/compare?rows=${ids}`)).json<Comparison>();
    const [taylor, magnitude] = pairs[0]!.power!.missing!;

    const page = await browser.newPage();
    page.setDefaultTimeout(30_000);
    const address = `${url}/compare?board=${BOARD}&rows=${ids}`;
    const button = page.getByRole('button', { name: /seeds/i });
    // whoever is not signed in sees how many, and no button
    await page.goto(address);
    await page.getByText(/seeds/).first().waitFor();
    expect(await button.count()).toBe(0);

    await page.goto(`${url}/sign-in`);
    await page.locator('#owner-key').fill(api.member.authorization.replace('Bearer ', ''));
    await page.locator('#owner-key').press('Enter');
    await page.waitForURL(`${url}/`);
    await page.goto(address);
    await button.click();
    await page.getByRole('link', { name: 'taylor · global' }).last().waitFor();
    const queued = (await api.app.inject({ url: '/api/v1/submissions?limit=2' })).json<{ items: Submission[] }>();
    expect(queued.items.map(({ label, state, seeds }) => [label, state, seeds.length]).sort()).toEqual(
      [
        ['magnitude-l2 · global', 'queued', magnitude],
        ['taylor · global', 'queued', taylor],
      ].sort(),
    );
    expect(await button.count()).toBe(0);
    await page.getByRole('link', { name: 'taylor · global' }).last().click();
    await page.waitForURL(/\/submissions\/[0-9a-f-]+$/);
    await page
      .getByText(/waiting|queued/i)
      .first()
      .waitFor();
    await page.close();
  });
});
