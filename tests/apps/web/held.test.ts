/** A held result in a real browser: its submitter reads why, a stranger sees nothing, an organiser decides by keyboard. */
import { resolve } from 'node:path';
import { timeContradicts } from '@topiary/gate';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ListeningApi, listeningApi } from '../../helpers/api-server.js';
import { violations } from '../../helpers/axe.js';
import { chromiumPath, launchBrowser, SIZES, watchErrors } from '../../helpers/browser.js';
import { resultWith } from '../../helpers/finished-run.js';
import { addPerson, type TestPerson } from '../../helpers/people.js';

const withoutChromium = chromiumPath() === null;
if (withoutChromium) console.log('skipped: no Chromium on this machine (set CHROMIUM)');

const BOARD = 'classification.resnet-tiny.shapes32';
const RECIPE = { kind: 'recipe', board: BOARD, recipe: { criterion: 'random' }, targets: ['2x'], seeds: [0, 1] };
const SLOW = { p50Ms: 3, p99Ms: 4, baseP50Ms: 1.9, baseP99Ms: 3, batch: 1, samples: 100 };
const REASON = timeContradicts({ macs: 0.49, time: SLOW.p50Ms / SLOW.baseP50Ms }, [])!;
const ANSWER = 'The machine was busy; timed again by hand.';

describe.skipIf(withoutChromium)('the pages of a held result', () => {
  let server: ListeningApi;
  let browser: Browser;
  let [ada, bob, olga]: TestPerson[] = [];
  beforeAll(async () => {
    server = await listeningApi({}, { siteDir: resolve(import.meta.dirname, '../../../apps/web/dist') });
    const { db } = server.context;
    [ada, bob, olga] = await Promise.all([
      addPerson(db, { name: 'Ada' }),
      addPerson(db, { name: 'Bob' }),
      addPerson(db, { name: 'Olga', role: 'organiser' }),
    ]);
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const signedIn = async (who: TestPerson, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> => {
    const context = await browser.newContext({ viewport: SIZES.phone, colorScheme, reducedMotion: 'reduce' });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    await page.goto(`${server.url}/sign-in`);
    await page.locator('#owner-key').fill(who.key);
    await page.locator('#owner-key').press('Enter');
    await page.waitForURL(`${server.url}/`);
    return page;
  };
  const settled = async (page: Page, path: string): Promise<void> => {
    await page.goto(`${server.url}${path}`);
    await page.locator('main h1').waitFor();
    await page.waitForLoadState('networkidle');
  };
  const faults = async (page: Page): Promise<unknown[]> => {
    const wider = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    return [...(await violations(page)), ...(wider > 0 ? [`${wider} px wider than the screen`] : [])];
  };
  /** Two runs of Ada's: the first is held, the second is not. */
  const heldOfAda = async () => {
    const { db } = server.context;
    const request = { method: 'POST', url: '/api/v1/submissions', headers: ada!.headers, payload: RECIPE } as const;
    const { id, runs } = (await server.app.inject(request)).json();
    for (const [i, run] of [runs[0].id, runs[1].id].entries()) {
      const claimed = await db.runs.claim({ run, attempt: 1 }, { worker: 'test', leaseSeconds: 30 });
      const result = resultWith(80, i === 0 ? { latency: SLOW } : {});
      expect(await db.runs.finish(claimed!, result, undefined, i === 0 ? REASON : null)).toBe(true);
    }
    return { path: `/submissions/${id}?run=${runs[0].id}`, run: runs[0].id as string };
  };
  const ranked = async () => (await server.context.db.boards.rows(BOARD)).map(({ run }) => run);

  it('its submitter reads why, a stranger nothing; an organiser releases it by keyboard, and it is ranked', async () => {
    const { path, run } = await heldOfAda();
    expect(await ranked()).not.toContain(run);
    const ours = await signedIn(ada!);
    const errors = watchErrors(ours);
    await settled(ours, path);
    await ours.getByText('not ranked until an organiser has decided').waitFor();
    await ours.getByText(REASON).waitFor();
    await ours.getByText('counts in no row of the board').waitFor();
    expect(await ours.locator('.run-switch label').allTextContents()).toEqual(['2x · seed 0 held', '2x · seed 1']);
    expect(await faults(ours)).toEqual([]);
    const theirs = await signedIn(bob!);
    await settled(theirs, path);
    expect(await theirs.locator('main').textContent()).not.toMatch(/held/i);

    const organisers = await signedIn(olga!, 'dark');
    await settled(organisers, '/admin?view=work');
    await organisers.getByText(REASON).waitFor();
    const release = organisers.getByRole('button', { name: /^Release / });
    expect(await release.isDisabled()).toBe(true);
    await organisers.getByLabel('Why you release or refuse it').focus();
    await organisers.keyboard.type(ANSWER);
    expect(await faults(organisers)).toEqual([]);
    await organisers.keyboard.press('Tab');
    await organisers.keyboard.press('Enter');
    await organisers.getByText('No result waits for a decision.').waitFor();
    expect(await organisers.evaluate(() => document.activeElement?.textContent)).toContain('is released');
    expect(await faults(organisers)).toEqual([]);

    expect(await ranked()).toContain(run);
    await settled(ours, path);
    await ours.getByText('held and released: it is ranked').waitFor();
    await ours.getByText(ANSWER).waitFor();
    expect(errors).toEqual([]);
  });

  it('says what went wrong where another organiser was faster', async () => {
    const { run } = await heldOfAda();
    const page = await signedIn(olga!);
    await settled(page, '/admin?view=work');
    await page.getByLabel('Why you release or refuse it').fill('Its work hides in other operators.');
    await server.context.db.held.decide(run, 'refused', 'Its work hides.', { account: olga!.account.id });
    await page.getByRole('button', { name: /^Refuse / }).click();
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toContain('one that was refused');
    expect(await ranked()).not.toContain(run);
  });
});
