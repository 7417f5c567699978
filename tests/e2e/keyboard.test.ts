/** What a run of a newer track shows, without a mouse: Tab reaches each control, Enter opens, Escape closes, and one always sees where one is. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { chromiumPath, launchBrowser, SIZES } from '../helpers/browser.js';
import { type Fixtures, startFixtures } from '../helpers/web-fixtures.js';

const withoutChromium = chromiumPath() === null;
if (withoutChromium) console.log('skipped: no Chromium on this machine (set CHROMIUM)');

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const CONTROLS = 'a[href], button, input, select, textarea, summary, [tabindex="0"]';

/** A name for each control that is on the page and works; of a group of radio buttons only the chosen one is a stop. */
const nameControls = (page: Page): Promise<string[]> =>
  page.evaluate((selector) => {
    const all = [...document.querySelectorAll<HTMLInputElement>(`main :is(${selector})`)].filter(
      (one) => one.checkVisibility() && !one.disabled && !(one.type === 'radio' && one.name !== '' && !one.checked),
    );
    return all.map((one, i) => {
      one.dataset['stop'] = `${i}: ${one.localName} ${(one.ariaLabel ?? one.textContent ?? '').trim().slice(0, 40)}`;
      return one.dataset['stop'];
    });
  }, CONTROLS);

/** Where the focus is; an outline or a label's around it shows the place. */
const where = (page: Page) =>
  page.evaluate(() => {
    const found = document.activeElement as HTMLElement;
    const around = [found, found.closest('label')].filter((one) => one !== null);
    const isSeen = around.some((one) => {
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);
      return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
    });
    return { stop: found.dataset['stop'] ?? null, isSeen };
  });

describe.skipIf(withoutChromium)('by keyboard alone', () => {
  let browser: Browser;
  let fixtures: Fixtures;
  let page: Page;
  beforeAll(async () => {
    [fixtures, browser] = await Promise.all([startFixtures(), launchBrowser()]);
    page = await browser.newPage({ viewport: SIZES.desktop, reducedMotion: 'reduce' });
    await page.goto(`${fixtures.url}/submissions/sub-0`);
    // a detector's boxes, a sampling's lanes, a segmenter's masks
    for (const view of ['.boxes-figure image', '.confusion', '.lane-bar', '.masks canvas'])
      await page.locator(view).first().waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    fixtures?.process.kill();
  });

  it('everything that can be used is reached by Tab, in the order in which it stands, and is seen to be reached', async () => {
    const stops = await nameControls(page);
    expect(stops.length).toBeGreaterThan(30);
    await page.locator('#main').focus();
    const visited: string[] = [];
    const unseen: string[] = [];
    for (let i = 0; i < stops.length + 5; i += 1) {
      await page.keyboard.press('Tab');
      const { stop, isSeen } = await where(page);
      if (stop === null) break;
      visited.push(stop);
      if (!isSeen) unseen.push(stop);
    }
    expect(stops.filter((stop) => !visited.includes(stop))).toEqual([]);
    expect(visited).toEqual(stops.filter((stop) => visited.includes(stop)));
    expect(unseen).toEqual([]);
  });

  it.each(['Boxes of this picture as a table', 'All objects of this picture', 'Try it: point yourself'])(
    'Enter opens "%s", and Escape within it closes it and leads back',
    async (title) => {
      const summary = page.locator('main summary', { hasText: title }).first();
      const isOpen = () => summary.evaluate((one) => (one.parentElement as HTMLDetailsElement).open);
      await summary.focus();
      await page.keyboard.press('Enter');
      expect(await isOpen()).toBe(true);
      await page.keyboard.press('Tab');
      await page.keyboard.press('Escape');
      expect(await isOpen()).toBe(false);
      expect(await summary.evaluate((one) => one === document.activeElement)).toBe(true);
    },
  );
});
