/** The forms that take files, in a real browser before the real API and its gate: what they say, send and enter. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Submission } from '@topiary/contracts';
import { SHIPPED, shippedPath } from '@topiary/zoo/catalogue';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ListeningApi, listeningApi } from '../../helpers/api-server.js';
import { chromiumPath, launchBrowser, watchErrors } from '../../helpers/browser.js';
import { type CuttingProxy, cuttingProxy } from '../../helpers/cutting-proxy.js';
import { hostileFiles } from '../../helpers/hostile.js';
import { linear, scoring } from '../../helpers/small-files.js';

const withoutChromium = chromiumPath() === null;
if (withoutChromium) console.log('skipped: no Chromium on this machine (set CHROMIUM)');

const BOARD = 'classification.resnet-tiny.shapes32';
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe.skipIf(withoutChromium)('the forms of files', () => {
  let server: ListeningApi;
  let proxy: CuttingProxy;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    server = await listeningApi({}, { siteDir: resolve(import.meta.dirname, '../../../apps/web/dist') });
    proxy = await cuttingProxy(server.url);
    browser = await launchBrowser();
    page = await browser.newPage();
    page.setDefaultTimeout(20_000);
    await page.goto(`${proxy.url}/sign-in`);
    await page.locator('#owner-key').fill(server.ownerKey);
    await page.locator('#owner-key').press('Enter');
    await page.waitForURL(`${proxy.url}/`);
  });
  afterAll(async () => {
    await browser?.close();
    await proxy?.close();
    await server?.close();
  });

  const open = async (way: 'pruned-models' | 'criterion') => {
    await page.goto(`${proxy.url}/submit?way=${way}`);
    await page.locator('[data-path="board"] select').selectOption(BOARD);
  };
  const choose = (label: string, name: string, bytes: Uint8Array) =>
    page
      .getByLabel(label, { exact: true })
      .setInputFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(bytes) });
  const slot = (label: string) => page.locator('.file-slot', { hasText: label });
  const fill = async (values: Readonly<Record<string, string>>) => {
    for (const [path, value] of Object.entries(values)) await page.locator(`[data-path="${path}"] input`).fill(value);
  };
  const press = () => page.locator('form button[type=submit].is-large').click();
  const alert = () => page.locator('form [role=alert]').textContent();
  const entered = async (): Promise<Submission> => {
    await page.waitForURL(/\/submissions\/[0-9a-f-]+$/);
    return (
      await fetch(`${server.url}/api/v1/submissions/${page.url().split('/').at(-1)}`)
    ).json() as Promise<Submission>;
  };

  it('say what the gate says of each network, what is missing, and enter what passed', async () => {
    const errors = watchErrors(page);
    await open('pruned-models');
    const good = linear(1);
    await choose('Network for 2x', 'good.onnx', good);
    await slot('Network for 2x')
      .getByText(/Passes every check: \d+\.\d\dx/)
      .waitFor();
    const { bytes, code } = hostileFiles().find(({ name }) => name === 'a subgraph')!;
    await choose('Network for 3x', 'bad.onnx', bytes);
    await slot('Network for 3x').getByText(code).waitFor();
    await slot('Network for 3x').getByText('Refused').waitFor();
    await press();
    expect(await alert()).toBe('Something is missing: the name of the method, a licence.');
    await fill({ method: 'by-form', licence: 'MIT' });
    await page.getByLabel('Open', { exact: true }).check();
    const command = await page.locator('.same-by-api pre').textContent();
    expect(command).toContain(sha256(good));
    await press();
    expect(await entered()).toMatchObject({
      kind: 'pruned-models',
      label: 'by-form',
      recipe: { division: 'open', licence: 'MIT', models: { '2x': sha256(good) } },
      runs: [{ target: { label: '2x' } }],
    });
    expect(errors).toEqual([]);
  });

  it('enter no network that is slower than its place asks for', async () => {
    await open('pruned-models');
    const base = SHIPPED.find(({ model, dataset }) => BOARD.endsWith(`${model}.${dataset}`))!;
    await choose('Network for 2x', 'base.onnx', readFileSync(shippedPath(base.sha256)));
    await slot('Network for 2x').getByText('it is 1.00x, less than 2x').waitFor();
    await fill({ method: 'too-slow', licence: 'MIT' });
    await press();
    expect(await alert()).toBe('Something is missing: a file that passes the checks.');
    await slot('Network for 2x').getByRole('button', { name: 'Remove' }).click();
    expect(await slot('Network for 2x').textContent()).not.toContain('base.onnx');
  });

  it('go on with a file where the connection broke, and where another visit left it', async () => {
    await open('pruned-models');
    const before = proxy.offsets.length;
    proxy.cutNextPieceAfter(50_000);
    await choose('Network for 2x', 'cut.onnx', linear(2));
    await slot('Network for 2x')
      .getByText(/Passes every check/)
      .waitFor();
    const [first, ...later] = proxy.offsets.slice(before);
    expect(first).toBe(0);
    expect(later.at(-1)).toBeGreaterThan(0);

    const bytes = linear(3);
    proxy.cutNextPieceAfter(50_000);
    await choose('Network for 3x', 'left.onnx', bytes);
    await expect.poll(() => proxy.offsets.at(-1)).toBe(0);
    await page.reload();
    // What was cut off has to be on the disk before another visit can find it.
    const arrived = async () => (await server.context.storage.drafts.list()).length;
    await expect.poll(arrived).toBeGreaterThan(0);
    await choose('Network for 3x', 'left.onnx', bytes);
    await slot('Network for 3x')
      .getByText(/Passes every check/)
      .waitFor();
    expect(proxy.offsets.at(-1)).toBeGreaterThan(0);
    expect(await server.context.storage.read(sha256(bytes))).toEqual(Buffer.from(bytes));
  });

  it('take a scoring graph with a recipe around it, and no network in its place', async () => {
    await open('criterion');
    await choose('Scoring graph', 'network.onnx', linear(4));
    await slot('Scoring graph').getByText('Refused').waitFor();
    await choose('Scoring graph', 'score.onnx', scoring());
    await slot('Scoring graph').getByText('Passes every check.').waitFor();
    await fill({ method: 'my-scores', licence: 'CC-BY-4.0', seeds: '0-1' });
    await page.getByLabel('Local', { exact: true }).check();
    await page.getByLabel('3x', { exact: true }).check();
    await press();
    expect(await alert()).toBe('Something is missing: seeds that can be read.');
    await fill({ seeds: '0, 1' });
    await press();
    const submission = await entered();
    expect(submission).toMatchObject({ kind: 'criterion', label: 'my-scores · local', seeds: [0, 1] });
    expect(submission.recipe).toMatchObject({ file: sha256(scoring()), licence: 'CC-BY-4.0', scope: 'local' });
    expect(submission.targets.map(({ label }) => label)).toEqual(['2x', '3x']);
  });
});
