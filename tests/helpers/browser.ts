/** A headless Chromium for the browser tests and for screenshots; `null` where the machine has none. */
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const CANDIDATES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where Chromium is: `CHROMIUM` in the environment, else the places where distributions put it. */
export const chromiumPath = (): string | null =>
  [process.env['CHROMIUM'], ...CANDIDATES].find((path) => path !== undefined && existsSync(path)) ?? null;

/** A browser with an empty profile of its own. The caller closes it. */
export const launchBrowser = async (): Promise<Browser> => {
  const executablePath = chromiumPath();
  if (executablePath === null) throw new Error(`no Chromium; expected one of ${CANDIDATES.join(', ')} or $CHROMIUM`);
  return chromium.launch({ executablePath, args: FLAGS });
};

export const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } } as const;

/** What went wrong in a page: errors of scripts, refused styles and scripts, failed requests. */
export const watchErrors = (page: Page): string[] => {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  return errors;
};

export interface Shot {
  readonly url: string;
  readonly file: string;
  readonly size: keyof typeof SIZES;
  readonly scheme: NonNullable<BrowserContextOptions['colorScheme']>;
  /** Waits until this selector is there. */
  readonly ready?: string;
  readonly fullPage?: boolean;
  readonly before?: (page: Page) => Promise<void>;
}

/** A screenshot of one page; returns what went wrong in it. */
export const shoot = async (browser: Browser, shot: Shot): Promise<string[]> => {
  const context = await browser.newContext({
    viewport: SIZES[shot.size],
    colorScheme: shot.scheme,
    reducedMotion: 'reduce',
    deviceScaleFactor: shot.size === 'phone' ? 2 : 1,
  });
  try {
    const page = await context.newPage();
    const errors = watchErrors(page);
    await page.goto(shot.url);
    if (shot.ready) await page.waitForSelector(shot.ready);
    await shot.before?.(page);
    // One frame after the last change, so that plots have drawn.
    await page.waitForTimeout(250);
    await page.screenshot({ path: shot.file, fullPage: shot.fullPage ?? true });
    return errors;
  } finally {
    await context.close();
  }
};
