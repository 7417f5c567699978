/** What a run shows, of a detector and of a sampling, in a real browser: by mouse and keyboard, at two widths, in light and dark. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { violations } from '../helpers/axe.js';
import { chromiumPath, launchBrowser, SIZES, watchErrors } from '../helpers/browser.js';
import { type Fixtures, startFixtures } from '../helpers/web-fixtures.js';

const withoutChromium = chromiumPath() === null;
if (withoutChromium) console.log('skipped: no Chromium on this machine (set CHROMIUM)');

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

describe.skipIf(withoutChromium)('the views of a run', () => {
  let browser: Browser;
  let fixtures: Fixtures;
  beforeAll(async () => {
    [fixtures, browser] = await Promise.all([startFixtures(), launchBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    fixtures?.process.kill();
  });

  const open = async (options: BrowserContextOptions = {}): Promise<{ page: Page; errors: string[] }> => {
    const context = await browser.newContext({ viewport: SIZES.desktop, reducedMotion: 'reduce', ...options });
    const page = await context.newPage();
    const errors = watchErrors(page);
    await page.goto(`${fixtures.url}/submissions/sub-0`);
    await page.locator('.boxes-figure image').first().waitFor();
    await page.locator('.confusion').waitFor();
    await page.locator('.line-network').nth(1).waitFor();
    await page.locator('.lane-bar').first().waitFor();
    await page.locator('.grid-names .is-marked').first().waitFor();
    return { page, errors };
  };

  it.each(
    (['desktop', 'phone'] as const).flatMap((size) =>
      (['light', 'dark'] as const).map((scheme) => [size, scheme] as const),
    ),
  )('are fit for everybody and no wider than a %s, in %s colours', async (size, colorScheme) => {
    const { page, errors } = await open({ viewport: SIZES[size], colorScheme });
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('draw the boxes as lines, tell them in words, and follow the threshold by keyboard', async () => {
    const { page } = await open();
    const figure = page.locator('.boxes-figure').first();
    const lines = () => figure.locator('.box-line.is-hit').count();
    const words = () => figure.locator('svg').getAttribute('aria-label');
    expect(await words()).toMatch(/^Base\. There: \d+ .*\. Found \d+ of \d+/);
    const before = await lines();
    expect(before).toBeGreaterThan(0);
    const slider = page.getByRole('slider', { name: 'Least score' });
    await slider.focus();
    await page.keyboard.press('End');
    expect(await page.locator('.boxes output').textContent()).toBe('0.95');
    expect(await lines()).toBeLessThan(before);
    expect(await words()).toMatch(/missed/);
    await page.keyboard.press('Home');
    expect(await lines()).toBeGreaterThanOrEqual(before);
    await page.context().close();
  });

  it('show the same picture of both networks, another one on demand, and only what is asked for', async () => {
    const { page } = await open();
    const images = () =>
      page.locator('.boxes-figure image').evaluateAll((all) => all.map((one) => one.getAttribute('href')));
    const [base, pruned] = await images();
    expect(base).toMatch(/^data:image\/webp/);
    expect(pruned).toBe(base);
    await page.getByRole('button', { name: 'Next picture' }).focus();
    await page.keyboard.press('Enter');
    expect((await images())[0]).not.toBe(base);
    await page.getByRole('checkbox', { name: 'Found' }).focus();
    await page.keyboard.press('Space');
    expect(await page.locator('.boxes-figure .box-line.is-hit').count()).toBe(0);
    await page.locator('.boxes summary').click();
    expect(await page.locator('.boxes details tbody tr').count()).toBeGreaterThan(1);
    await page.context().close();
  });

  it('draw what every step computes, and its calls on their lanes', async () => {
    const { page } = await open();
    const mask = page.getByRole('img', { name: /^24 pieces of the network by 20 steps/ });
    expect(await mask.locator('.grid-share').count()).toBe(24 * 20);
    const lanes = page.getByRole('img', { name: 'Calls on 2 lanes in 20 steps' });
    expect(await lanes.locator('.lane-bar').count()).toBe(40);
    const box = async (i: number) => (await lanes.locator('.lane-bar').nth(i).boundingBox())!;
    const [first, second, beside] = [await box(0), await box(1), await box(5)];
    // one after another at first, then side by side
    expect(second.x).toBeGreaterThan(first.x + first.width - 1);
    expect((await box(4)).x).toBeCloseTo(beside.x, 0);
    expect(beside.y).toBeGreaterThan(first.y);
    await page.context().close();
  });

  it('draw the curves of one class and overlap, and say the same in words', async () => {
    const { page } = await open();
    const caption = page.locator('figcaption', { hasText: 'Precision against recall' });
    const first = await caption.textContent();
    expect(first).toMatch(/mean of all classes, overlap \.50\. Average precision: Base [\d.]+, Pruned [\d.]+\./);
    await page.getByRole('combobox', { name: 'Class', exact: true }).selectOption({ label: 'ring' });
    await page.getByRole('radio', { name: '.75' }).check({ force: true });
    expect(await caption.textContent()).toMatch(/ring, overlap \.75/);
    await page.context().close();
  });

  it('count what is taken for what, of either network', async () => {
    const { page } = await open();
    const cell = page.locator('.confusion tbody td').first();
    const share = await cell.textContent();
    await page.getByRole('radio', { name: 'Counts' }).check({ force: true });
    const count = await cell.textContent();
    expect(count).toMatch(/^\d+$/);
    expect(share).toMatch(/^\d+\.\d$/);
    await page.getByRole('radio', { name: 'Base' }).check({ force: true });
    expect(Number(await cell.textContent())).toBeGreaterThan(Number(count));
    await page.context().close();
  });
});
