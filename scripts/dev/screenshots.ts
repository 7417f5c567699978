/**
 * Pictures of a running server's pages, at desktop and phone width, light and dark; what goes wrong in a page is printed.
 * Command: npx tsx scripts/dev/screenshots.ts (--url http://127.0.0.1:3000 --out screenshots --paths /,/boards)
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { launchBrowser, type Shot, shoot } from '../../tests/helpers/browser.js';

const BOARD = '/boards/classification.resnet-tiny.shapes32';
const PATHS = [
  '/',
  '/boards',
  BOARD,
  '/methods',
  '/findings',
  '/submit',
  '/submissions',
  '/rules',
  '/docs',
  '/docs/tutorial',
  '/status',
];

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: `http://127.0.0.1:${process.env['PORT'] ?? 3000}` },
    out: { type: 'string', default: 'screenshots' },
    paths: { type: 'string', default: PATHS.join(',') },
  },
});

const nameOf = (path: string): string => path.replaceAll('/', '-').slice(1) || 'home';

const shots = values.paths.split(',').flatMap((path) =>
  (['desktop', 'phone'] as const).flatMap((size) =>
    (['light', 'dark'] as const).map(
      (scheme): Shot => ({
        url: new URL(path, values.url).href,
        file: join(values.out, `${nameOf(path)}.${size}.${scheme}.png`),
        size,
        scheme,
        ready: 'h1',
        // an open stream of events keeps some pages busy for ever
        before: (page) => page.waitForLoadState('networkidle', { timeout: 5000 }).catch(() => undefined),
        fullPage: true,
      }),
    ),
  ),
);

await mkdir(values.out, { recursive: true });
const browser = await launchBrowser();
try {
  for (const shot of shots) {
    const errors = await shoot(browser, shot);
    console.log([shot.file, ...errors].join('\n  '));
  }
} finally {
  await browser.close();
}
