/** Every page in a real browser: WCAG 2.2 AA by axe, in light and dark; and what the first view of a board weighs. */
import { rmSync } from 'node:fs';
import type { Browser, Page, Response } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { violations } from '../helpers/axe.js';
import { chromiumPath, launchBrowser, SIZES } from '../helpers/browser.js';
import { TestServer } from '../helpers/server.js';

const withoutChromium = chromiumPath() === null;
if (withoutChromium) console.log('skipped: no Chromium on this machine (set CHROMIUM)');

const BOARD = '/boards/classification.resnet-tiny.shapes32';
const PAGES = [
  '/',
  '/boards',
  BOARD,
  '/boards/detection.anchorfree-tiny.shapes-det',
  '/boards/diffusion.dit-tiny.shapes16',
  '/boards/segmentation.sam-tiny.scenes64',
  '/boards/generation.dit-xl-2.imagenet256',
  '/compare',
  '/search?q=resnet',
  `${BOARD}/rows/none`,
  '/submit',
  '/submissions',
  '/methods',
  '/methods/criterion/taylor',
  '/findings',
  '/overall',
  '/overall?from=papers&by=win-rate',
  '/rules',
  '/docs',
  '/docs/tutorial',
  '/docs/api#createSubmission',
  '/docs/errors#TOPIARY_TRACKS_UNKNOWN_BOARD',
  `${BOARD}?as_of=2026-01-01`,
  '/status',
  '/sign-in',
  '/sign-up',
  '/reset-password?token=none',
  '/account',
  '/admin',
  '/nowhere',
] as const;

/** Each colour and each width once; `AXE=all`: every colour at every width. */
const LOOKS = [
  ['light', 'desktop'],
  ['dark', 'phone'],
  ...(process.env['AXE'] === 'all'
    ? ([
        ['light', 'phone'],
        ['dark', 'desktop'],
      ] as const)
    : []),
] as const;

// thirty pages under axe, on a machine that may have other work
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const settle = async (page: Page, url: string): Promise<void> => {
  await page.goto(url);
  await page.locator('main h1').waitFor();
  await page.waitForLoadState('networkidle');
};

describe.skipIf(withoutChromium)('the pages', () => {
  let server: TestServer;
  let browser: Browser;
  beforeAll(async () => {
    [server, browser] = await Promise.all([TestServer.start({ env: { TOPIARY_STARTERS: 'none' } }), launchBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    if (server) rmSync(server.home, { recursive: true, force: true });
  });

  it.each(LOOKS)('have nothing that WCAG 2.2 AA forbids, in %s colours on a %s', async (colorScheme, size) => {
    const context = await browser.newContext({ colorScheme, viewport: SIZES[size], reducedMotion: 'reduce' });
    const page = await context.newPage();
    const found: string[] = [];
    for (const path of PAGES) {
      await settle(page, `${server.url}${path}`);
      found.push(...(await violations(page)).map((line) => `${path} ${line}`));
    }
    expect(found).toEqual([]);
    await context.close();
  });

  it('of an admin have nothing that it forbids either', async () => {
    const context = await browser.newContext({ colorScheme: 'dark', reducedMotion: 'reduce' });
    const page = await context.newPage();
    await settle(page, `${server.url}/sign-in`);
    await page.locator('#owner-key').fill(server.key);
    await page.locator('#owner-key').press('Enter');
    await page.waitForURL(`${server.url}/`);
    const found: string[] = [];
    for (const path of ['/account', '/admin', '/admin?view=people', '/admin?view=boards', '/admin?view=audit']) {
      await settle(page, `${server.url}${path}`);
      found.push(...(await violations(page)).map((line) => `${path} ${line}`));
    }
    expect(found).toEqual([]);
    await context.close();
  });

  it('a badge is a picture on other sites, too, and a feed is a document that leads to rows', async () => {
    const api = `${server.url}/api/v1${BOARD}`;
    const { rows } = (await (await fetch(`${api}/leaderboard?target=2x`)).json()) as { rows: { id: string }[] };
    const page = await browser.newPage();
    // about:blank is nobody's origin, and so another one than the server's.
    await page.setContent(`<img id="badge" src="${api}/rows/${rows[0]!.id}/badge.svg">`);
    const width = await page.locator('#badge').evaluate(async (image: HTMLImageElement) => {
      await image.decode();
      return image.naturalWidth;
    });
    expect(width).toBeGreaterThan(100);

    await settle(page, server.url);
    const links = await page.evaluate(async (url) => {
      const text = await (await fetch(url)).text();
      const feed = new DOMParser().parseFromString(text, 'application/xml');
      if (feed.querySelector('parsererror')) throw new Error(feed.documentElement.textContent ?? '');
      return [...feed.querySelectorAll('entry > link')].map((link) => link.getAttribute('href')!);
    }, `${api}/feed.atom`);
    expect(links.length).toBeGreaterThan(10);
    await settle(page, links[0]!);
    expect(await page.locator('main h1').textContent()).not.toBe('There is no such row');
    await page.close();
  });

  it.each([
    ['resnet-tiny', ['2x', '4x']],
    ['vgg-tiny', ['3x']],
  ])('the columns of the board of %s fit a page of 1280 points', async (model, targets) => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    for (const target of targets) {
      await settle(page, `${server.url}/boards/classification.${model}.shapes32?target=${target}`);
      await page.locator('.leaderboard [data-column=by-widths]').nth(5).waitFor();
      const [seen, whole] = await page
        .locator('.table-scroll')
        .first()
        .evaluate(({ clientWidth, scrollWidth }) => [clientWidth, scrollWidth]);
      expect(whole, target).toBe(seen);
    }
    await page.close();
  });

  it.each(['/', '/boards', BOARD, '/methods/criterion/taylor'])(
    'what the server writes into %s is the heading that its screen has',
    async (path) => {
      const written = await (await fetch(`${server.url}${path}`)).text();
      const page = await browser.newPage();
      const asked: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      await settle(page, `${server.url}${path}`);
      const heading = /<h1>([^<]*)<\/h1>/.exec(written)![1];
      expect(await page.locator('main h1').textContent()).toBe(heading);
      // what the page asks for ahead is what its screen needs, and is not asked for again
      const ahead = [...written.matchAll(/as="fetch"[^>]*href="([^"]*)"/g)].map(([, url]) => `${server.url}${url}`);
      expect(ahead.map((url) => asked.filter((one) => one === url).length)).toEqual(ahead.map(() => 1));
      await page.close();
    },
  );

  it('a row tells what was done and where it stands', async () => {
    const { rows } = (await (await fetch(`${server.url}/api/v1${BOARD}/leaderboard?target=2x`)).json()) as {
      rows: { id: string; label: string }[];
    };
    const page = await browser.newPage();
    await settle(page, `${server.url}${BOARD}/rows/${rows.find(({ label }) => label === 'taylor · global')!.id}`);
    await page.getByText('Taylor says which channels go:').waitFor();
    expect(await page.locator('.here svg').getAttribute('aria-label')).toMatch(/^8\d\.\d\d %, among \d+ rows from/);
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  it('a board recommends a row, by keyboard alone, and the address keeps the wish', async () => {
    const page = await browser.newPage();
    await settle(page, `${server.url}${BOARD}`);
    await page.getByText('Which row should I take?').focus();
    await page.keyboard.press('Enter');
    await page.getByLabel('I can lose, pp').focus();
    await page.keyboard.type('6');
    const advice = page.locator('.recommender .verdict');
    await advice.waitFor();
    expect(await advice.textContent()).toMatch(/^Take .+ at [24]x\. It loses \d.* pp against the base model\./);
    expect(new URL(page.url()).searchParams.get('lose')).toBe('6');
    expect(await violations(page)).toEqual([]);
    await page.getByLabel('I can lose, pp').fill('0');
    await page.getByText('No row fits.').waitFor();
    await page.close();
  });

  it('a board is seen after at most 250 KB, 120 KB of them scripts, in at most 25 requests', async () => {
    const page = await browser.newPage();
    const responses: Response[] = [];
    page.on('response', (response) => responses.push(response));
    await page.goto(`${server.url}${BOARD}`, { waitUntil: 'commit' });
    await page.locator('main tbody tr').first().waitFor();
    const untilRows = responses.length;
    await page.waitForLoadState('networkidle');
    const sizes = await Promise.all(
      responses.map(async (response) => {
        const request = response.request();
        const { responseBodySize, responseHeadersSize } = await request.sizes();
        return { isScript: request.resourceType() === 'script', body: responseBodySize, headers: responseHeadersSize };
      }),
    );
    const all = sizes.reduce((sum, { body, headers }) => sum + body + headers, 0);
    const scripts = sizes.reduce((sum, { isScript, body }) => sum + (isScript ? body : 0), 0);
    console.log(`a board: ${all} bytes on the wire, scripts ${scripts} of them`);
    console.log(`${responses.length} requests, ${untilRows} of them until its rows are seen`);
    expect(responses.length).toBeLessThanOrEqual(25);
    expect(all).toBeLessThanOrEqual(250_000);
    expect(scripts).toBeLessThanOrEqual(120_000);
    await page.close();
  });
});
