/** An organiser at the form of a board, by keyboard alone: what is said there stands on the board, what is not stays, and a file says the same. */
import { join, resolve } from 'node:path';
import type { AllBoardSettings, Board } from '@topiary/contracts';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startApi, type TestApi } from '../helpers/api.js';
import { violations } from '../helpers/axe.js';
import { chromiumPath, launchBrowser, watchErrors } from '../helpers/browser.js';
import { addPerson, type TestPerson } from '../helpers/people.js';

const withoutChromium = chromiumPath() === null;
if (withoutChromium) console.log('skipped: no Chromium on this machine (set CHROMIUM)');

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const ID = 'classification.resnet-tiny.shapes32';
const TITLE = 'ResNet-tiny on shapes32';

describe.skipIf(withoutChromium)('an organiser in a browser', () => {
  let api: TestApi;
  let url: string;
  let browser: Browser;
  let page: Page;
  let errors: string[];
  let olga: TestPerson;
  beforeAll(async () => {
    [api, browser] = await Promise.all([
      startApi({}, { siteDir: join(resolve(import.meta.dirname, '../..'), 'apps/web/dist') }),
      launchBrowser(),
    ]);
    url = await api.app.listen({ host: '127.0.0.1', port: 0 });
    olga = await addPerson(api.database.db, { role: 'organiser', name: 'olga' });
    page = await browser.newPage();
    page.setDefaultTimeout(30_000);
    errors = watchErrors(page);
    await page.goto(`${url}/sign-in`);
    await page.locator('#owner-key').fill(olga.key);
    await page.locator('#owner-key').press('Enter');
    await page.waitForURL(`${url}/`);
  });
  afterAll(async () => {
    await browser?.close();
    await api?.close();
  });

  const board = async () => (await api.app.inject({ url: `/api/v1/boards/${ID}` })).json<Board>();
  const settings = async () =>
    (await api.app.inject({ url: '/api/v1/admin/board-settings', headers: olga.headers })).json<AllBoardSettings>();
  const open = async () => {
    await page.goto(`${url}/admin?view=boards`);
    await page.getByRole('button', { name: `Edit ${TITLE}` }).focus();
    await page.keyboard.press('Enter');
    return page.getByRole('form', { name: `Edit ${TITLE}` });
  };

  it('edits a board, and readers find it there', async () => {
    const before = await board();
    const [first, ...others] = before.targets.map(({ label }) => label);
    const form = await open();
    // the heading has the focus, so the fields come next
    await page.keyboard.press('Tab');
    await page.keyboard.type('The course of spring');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Open until 1 May');
    for (const label of others) {
      await form.getByRole('checkbox', { name: label, exact: true }).focus();
      await page.keyboard.press('Space');
    }
    expect(await violations(page)).toEqual([]);
    await form.getByRole('button', { name: 'Save' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText(/is saved\.$/).waitFor();
    expect(await form.count()).toBe(0);

    const after = await board();
    expect(after).toMatchObject({ title: 'The course of spring', note: 'Open until 1 May', protocol: before.protocol });
    expect(after.targets.map(({ label }) => label)).toEqual([first]);
    await page.goto(`${url}/boards/${ID}`);
    await page.getByRole('heading', { level: 1, name: 'The course of spring' }).waitFor();
    await page.getByText('Open until 1 May').waitFor();
  });

  it('leaves without a change by Cancel', async () => {
    const before = await settings();
    await page.goto(`${url}/admin?view=boards`);
    await page.getByRole('button', { name: 'Edit The course of spring' }).press('Enter');
    await page.getByLabel('Note', { exact: true }).fill('Never said');
    await page.getByRole('button', { name: 'Cancel' }).press('Enter');
    expect(await page.getByRole('form', { name: /^Edit/ }).count()).toBe(0);
    expect(await settings()).toEqual(before);
  });

  it('is told what a file would change before it does, and takes everything back by one', async () => {
    await page.goto(`${url}/admin?view=boards`);
    await page.getByText('As a file').press('Enter');
    const file = page.getByLabel('Settings of all boards, YAML');
    expect(await file.inputValue()).toContain('The course of spring');
    await file.fill('boards: {}\n');
    // Escape closes folds, but not over what somebody is writing
    await file.press('Escape');
    expect(await file.isVisible()).toBe(true);
    await page.getByRole('button', { name: 'Say what would change' }).press('Enter');
    await page.getByText(`1 board would change: ${ID}.`).waitFor();
    expect((await board()).title).toBe('The course of spring');
    await page.getByRole('button', { name: 'Apply' }).press('Enter');
    await page.getByText(`1 board has changed: ${ID}.`).waitFor();
    expect((await board()).title).toBe(TITLE);
    expect(errors).toEqual([]);
  });
});
