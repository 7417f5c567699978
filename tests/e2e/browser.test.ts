/** A person with a browser: the printed login link, the form, the live page, the row on the leaderboard. */
import { rmSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { chromiumPath, launchBrowser, watchErrors } from '../helpers/browser.js';
import { TestServer } from '../helpers/server.js';

const withoutChromium = chromiumPath() === null;
if (withoutChromium) console.log('skipped: no Chromium on this machine (set CHROMIUM)');

const field = (page: Page, path: string) => page.locator(`[data-path="${path}"]`);

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

describe.skipIf(withoutChromium)('in a browser', () => {
  let server: TestServer;
  let browser: Browser;
  beforeAll(async () => {
    [server, browser] = await Promise.all([TestServer.start({ env: { TOPIARY_STARTERS: 'none' } }), launchBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    rmSync(server.home, { recursive: true, force: true });
  });

  it('a method goes from the form to a row of the leaderboard', async () => {
    const page = await browser.newPage();
    page.setDefaultTimeout(30_000);
    const errors = watchErrors(page);
    await page.goto(server.loginUrl);
    await page.getByRole('link', { name: 'Submit', exact: true }).first().click();

    await field(page, 'recipe.criterion').locator('select').selectOption('magnitude-l1');
    await page.locator('details.advanced summary').click();
    await field(page, 'recipe.finetune.steps').locator('input').fill('30');
    const request = page.locator('.same-by-api pre');
    await expect.poll(() => request.textContent()).toMatch(/"criterion":\s*"magnitude-l1"/);
    await page.locator('form button[type=submit].is-large').click();

    await page.waitForURL(/\/submissions\/[0-9a-f-]+$/);
    await page.getByText('Fine-tune').first().waitFor();
    await page.getByRole('heading', { name: 'Result' }).waitFor({ timeout: 120_000 });
    await page.getByRole('link', { name: 'Open the board' }).click();

    await page.waitForURL(/\/boards\//);
    // beside it stands what the project measured
    const row = page.getByRole('row', { name: /magnitude-l1.*measured/i });
    await row.waitFor();
    expect(await row.textContent()).toMatch(/%/);
    expect(errors).toEqual([]);
    await page.close();
  });

  it('a visitor without a key can look at every page, on a phone too, and nothing is wider than the screen', async () => {
    const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
    const page = await context.newPage();
    const errors = watchErrors(page);
    for (const path of [
      '/',
      '/boards',
      '/boards/classification.resnet-tiny.shapes32',
      '/submit',
      '/submissions',
      '/methods',
      '/methods/criterion/taylor',
      '/overall',
      '/rules',
      '/docs',
      '/docs/tutorial',
      '/status',
      '/sign-in',
    ]) {
      await page.goto(`${server.url}${path}`);
      await page.locator('main h1').waitFor();
      await page.waitForLoadState('networkidle');
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect([path, overflow]).toEqual([path, 0]);
    }
    expect(errors).toEqual([]);
    await context.close();
  });

  it('a board says in a fold how it differs from PruningBench, and the rules have the whole table', async () => {
    const page = await browser.newPage();
    await page.goto(`${server.url}/boards/classification.vit-tiny.shapes32`);
    await page.locator('details.fold summary', { hasText: 'How this differs from PruningBench' }).click();
    // the published budget beside the one in the board's own line
    const training = page.locator('.deviations li', { hasText: '100 epochs on CIFAR' });
    expect(await training.innerText()).toContain('200 steps of 128 examples (AdamW');
    await page.locator('.deviations ~ p a').click();
    await page.locator('details.fold summary', { hasText: 'All differences' }).click();
    const table = page.locator('table', { hasText: 'The best epoch on the test set' });
    await table.waitFor();
    expect(await table.locator('tbody tr').count()).toBeGreaterThan(30);
    await page.close();
  });

  it('a wrong form is refused with words at the field', async () => {
    const page = await browser.newPage();
    await page.goto(`${server.url}/submit`);
    await page.locator('#owner-key').fill(server.key);
    await page.locator('#owner-key').press('Enter');
    await page.locator('details.advanced summary').click();
    await field(page, 'recipe.finetune.lr').locator('input').fill('-3');
    await page.locator('form button[type=submit].is-large').click();
    await field(page, 'recipe.finetune.lr').locator('[class*=error]').waitFor();
    expect(page.url()).toMatch(/\/submit/);
    await page.close();
  });
});
