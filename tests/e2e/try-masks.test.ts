/** Two segmenters in a real browser: loaded when asked for, their bytes said before, the first masks within a second, the masks those of the server. */
import { readModel, Scenes64 } from '@topiary/zoo';
import type { Browser, Page, Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { decode, encode } from '../../packages/tasks/src/segmentation/evaluate.js';
import { maskFrom } from '../../packages/tasks/src/segmentation/frame.js';
import { segmenterPipeline } from '../../packages/tasks/src/segmentation/parts.js';
import { segmenterNetworks } from '../../scripts/dev/web-fixture-segmenter.js';
import { violations } from '../helpers/axe.js';
import { chromiumPath, launchBrowser, SIZES, watchErrors } from '../helpers/browser.js';
import { computeHere } from '../helpers/segmenter.js';
import { type Fixtures, startFixtures } from '../helpers/web-fixtures.js';

const withoutChromium = chromiumPath() === null;
if (withoutChromium) console.log('skipped: no Chromium on this machine (set CHROMIUM)');

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const [SIDE, LOW] = [64, 32];
const NORMALISATION = { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] };

/** Pixels that a network cuts out of the first picture by one point, as the task judges it. */
const pixelsBy = async (encoder: Uint8Array, point: readonly [number, number]): Promise<number> => {
  const { prompts, decoder } = segmenterNetworks;
  const pipeline = segmenterPipeline({
    encoder: readModel(encoder),
    prompts: readModel(prompts),
    decoder: readModel(decoder),
  });
  const { showcase } = await Scenes64.masks!({ dataDir: '' });
  const { pixels } = (await showcase.scene(0))!;
  const running = await computeHere.open(pipeline);
  const embedding = await encode(running, [{ pixels, objects: [] }], SIDE, NORMALISATION);
  const prompt = { kind: 'point', point, inside: true } as const;
  const [said] = await decode(running, embedding, [{ picture: 0, size: pixels, prompt }], { side: SIDE, low: LOW });
  await running.release();
  return maskFrom(said!.logits.subarray(0, LOW * LOW), LOW, SIDE, pixels).reduce((sum, bit) => sum + bit, 0);
};

describe.skipIf(withoutChromium)('trying a segmenter in a page', () => {
  let browser: Browser;
  let fixtures: Fixtures;
  beforeAll(async () => {
    [fixtures, browser] = await Promise.all([startFixtures(), launchBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    fixtures?.process.kill();
  });

  const open = async (): Promise<{ page: Page; errors: string[]; asked: string[] }> => {
    const page = await browser.newPage({ viewport: SIZES.desktop, reducedMotion: 'reduce' });
    const errors = watchErrors(page);
    const asked: string[] = [];
    page.on('request', (request: Request) => void asked.push(`${request.method()} ${request.url()}`));
    await page.goto(`${fixtures.url}/submissions/sub-0`);
    await page.getByText('Try it: point yourself').click();
    return { page, errors, asked };
  };
  const isHeavy = (line: string): boolean => /^GET .*(\.wasm|\/artefacts\/.*|base\.onnx.*)$/.test(line);
  const masks = (page: Page) => page.locator('.masks-try');
  const labels = async (page: Page) =>
    Promise.all((await masks(page).all()).map(async (one) => (await one.getAttribute('aria-label')) ?? ''));
  const ready = (page: Page) =>
    page.getByRole('status').filter({ hasText: 'Both masks in' }).waitFor({ timeout: 120_000 });
  /** Seconds that the page's own thread has computed: what else the machine does is not in them. */
  const computed = async (page: Page): Promise<() => Promise<number>> => {
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    return async () => {
      const { metrics } = await session.send('Performance.getMetrics');
      return metrics.find(({ name }) => name === 'TaskDuration')!.value;
    };
  };

  it('says what it weighs, loads when asked, and cuts out what the server would', async () => {
    const { page, errors, asked } = await open();
    const button = page.getByRole('button', { name: /Load [\d.]+\sMB/ });
    await button.waitFor();
    const said = Number(/([\d.]+)\sMB/.exec((await button.textContent())!)![1]);
    const before = asked.filter((line) => isHeavy(line) && !line.includes('/artefacts/'));
    expect(before).toEqual([]);
    await button.click();
    await ready(page);
    const bytes = Object.values(segmenterNetworks).reduce((sum, { length }) => sum + length, 0);
    const [runtime] = asked.filter((line) => line.endsWith('.wasm'));
    const wasm = (await (await fetch(runtime!.slice(4))).arrayBuffer()).byteLength;
    expect(said).toBeCloseTo((bytes + wasm) / 1e6, 0);
    const { showcase } = await Scenes64.masks!({ dataDir: '' });
    const { point } = (await showcase.scene(0))!.objects[0]!;
    const expected = [await pixelsBy(segmenterNetworks.encoder, point), await pixelsBy(segmenterNetworks.base, point)];
    const found = (await labels(page)).map((label) => Number(/of (\d+) pixels/.exec(label)![1]));
    // a picture for the web has lost a little
    found.forEach((pixels, i) => void expect(Math.abs(pixels - expected[i]!)).toBeLessThanOrEqual(0.03 * 64 * 64));
    expect(expected[1]).toBeGreaterThan(0);
    expect(errors).toEqual([]);
    await page.close();
  });

  it('has the first masks of another picture after less than a second', async () => {
    const { page } = await open();
    await page.getByRole('button', { name: /Load .*MB/ }).click();
    await ready(page);
    const clock = await computed(page);
    const before = await clock();
    await page.getByRole('button', { name: 'Masks of the one behind' }).click();
    await page.getByText('Computing the first mask').waitFor({ state: 'detached' });
    await ready(page);
    const seconds = (await clock()) - before;
    // both encoders have run
    expect(seconds).toBeGreaterThan(0.005);
    expect(seconds).toBeLessThan(1);
    await page.close();
  });

  it('follows the mouse and the keyboard, and is fit for everybody', async () => {
    const { page } = await open();
    await page.getByRole('button', { name: /Load .*MB/ }).click();
    await ready(page);
    const before = await labels(page);
    const { objects } = (await (await Scenes64.masks!({ dataDir: '' })).showcase.scene(0))!;
    const [x, y] = objects.at(-1)!.point;
    const box = (await masks(page).first().boundingBox())!;
    await page.mouse.click(box.x + ((x + 0.5) / SIDE) * box.width, box.y + ((y + 0.5) / SIDE) * box.height);
    await expect.poll(() => labels(page), { timeout: 30_000 }).not.toEqual(before);
    const fromLeft = page.getByRole('slider', { name: 'From the left' });
    expect(await fromLeft.inputValue()).toBe(String(x));
    const clicked = await labels(page);
    await fromLeft.focus();
    await page.keyboard.press(x > 32 ? 'Home' : 'End');
    await expect.poll(() => labels(page), { timeout: 30_000 }).not.toEqual(clicked);
    expect(await violations(page)).toEqual([]);
    await page.close();
  });
});
