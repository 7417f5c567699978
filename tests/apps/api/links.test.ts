/** Links that live: pages for every client, what previews and search machines read of them, pictures, frames. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type TestApi } from '../../helpers/api.js';
import { finishRun, resultWith } from '../../helpers/finished-run.js';

const BOARD = 'classification.resnet-tiny.shapes32';
const siteDir = mkdtempSync(join(tmpdir(), 'topiary-site-'));
copyFileSync(resolve(import.meta.dirname, '../../../apps/web/index.html'), join(siteDir, 'index.html'));
const SCRIPT = `console.log(1);\n`.repeat(500);
mkdirSync(join(siteDir, 'assets'));
writeFileSync(join(siteDir, 'assets', 'a.js'), SCRIPT);
writeFileSync(join(siteDir, 'assets', 'a.js.br'), brotliCompressSync(SCRIPT));

mkdirSync(join(siteDir, '.vite'));
const chunk = (file: string, imports: readonly string[] = []) => ({ file: `assets/${file}`, imports });
const MANIFEST = {
  'index.html': { ...chunk('entry.js', ['_shared.js']), isEntry: true },
  '_shared.js': chunk('shared.js'),
  '_table.js': chunk('table.js', ['_shared.js']),
  'src/pages/board.tsx': chunk('board.js', ['index.html', '_table.js']),
};
writeFileSync(join(siteDir, '.vite', 'manifest.json'), JSON.stringify(MANIFEST));

let api: TestApi;
let row: string;
beforeAll(async () => {
  api = await startApi({}, { siteDir });
  const payload = { kind: 'recipe', board: BOARD, recipe: { criterion: 'magnitude-l1' }, targets: ['2x'], seeds: [0] };
  const made = await api.app.inject({ method: 'POST', url: '/api/v1/submissions', headers: api.member, payload });
  await finishRun(api.context.db, made.json().runs[0].id, resultWith(90));
  const { rows } = (await api.app.inject(`/api/v1/boards/${BOARD}/leaderboard?target=2x`)).json();
  row = rows.find(({ provenance }: { provenance: string }) => provenance === 'measured').id;
});
afterAll(async () => {
  await api.close();
  rmSync(siteDir, { recursive: true });
});

const get = (url: string, headers: Record<string, string> = {}, method: 'GET' | 'HEAD' = 'GET') =>
  api.app.inject({ method, url, headers: { host: 'localhost', ...headers } });
const plain = (text: string): string =>
  text.replace(
    /&(lt|gt|quot|#39|amp);/g,
    (_, name: string) => ({ lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' })[name]!,
  );
const all = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map((found) => plain(found[1]!));
const headOf = async (url: string) => {
  const html = (await get(url)).body;
  const one = (pattern: RegExp) => all(html, new RegExp(pattern, 'g'))[0];
  return {
    title: one(/<title>([^<]*)</),
    titles: all(html, /<title>([^<]*)</g).length,
    description: one(/<meta name="description" content="([^"]*)"/),
    descriptions: all(html, /<meta name="description" content="([^"]*)"/g).length,
    canonical: one(/<link rel="canonical" href="([^"]*)"/),
    picture: one(/<meta property="og:image" content="([^"]*)"/),
    robots: one(/<meta name="robots" content="([^"]*)"/),
    feed: one(/<link rel="alternate" type="application\/atom\+xml"[^>]* href="([^"]*)"/),
    data: JSON.parse(/<script type="application\/ld\+json">([^<]*)</.exec(html)?.[1] ?? 'null'),
  };
};

describe('a page', () => {
  it.each(['/', '/boards', `/boards/${BOARD}`, '/methods/criterion/taylor', '/docs/errors', '/docs/api', '/rules'])(
    '%s is there for curl, for HEAD and for a browser',
    async (url) => {
      for (const accept of ['*/*', 'text/html', '']) {
        const answer = await get(url, accept ? { accept } : {});
        expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
      }
      const head = await get(url, {}, 'HEAD');
      expect([head.statusCode, head.body]).toEqual([200, '']);
    },
  );

  it('has a title, a description and an address of its own', async () => {
    const [boards, board, own] = await Promise.all(
      ['/boards', `/boards/${BOARD}?target=4x`, `/boards/${BOARD}/rows/${row}`].map(headOf),
    );
    for (const head of [boards, board, own]) expect(head).toMatchObject({ titles: 1, descriptions: 1 });
    expect(new Set([boards, board, own].map((head) => head!.title)).size).toBe(3);
    expect(new Set([boards, board, own].map((head) => head!.description)).size).toBe(3);
    expect(board!.canonical).toBe(`http://localhost/boards/${BOARD}`);
    expect(board!.title).toMatch(/ResNet.* · Topiary$/);
    expect(board!.feed).toBe(`/api/v1/boards/${BOARD}/feed.atom`);
    expect(own!.title).toMatch(/^magnitude-l1 .*at 2x · Topiary$/);
    expect(own!.picture).toContain(encodeURIComponent(row));
  });

  it('of a board says to search machines for data sets what it is, under which licence, and where it can be had', async () => {
    const { data } = await headOf(`/boards/${BOARD}`);
    expect(data).toMatchObject({
      '@type': 'Dataset',
      license: 'https://spdx.org/licenses/CC-BY-4.0.html',
      isAccessibleForFree: true,
      identifier: BOARD,
    });
    // what Google asks of a Dataset: a description of 50 to 5000 characters
    expect(data.description.length).toBeGreaterThan(50);
    for (const { contentUrl } of data.distribution) {
      const answer = await get(new URL(contentUrl).pathname + new URL(contentUrl).search);
      expect(answer.statusCode, contentUrl).toBe(200);
    }
  });

  it('shows the places of the board wherever it is shown', async () => {
    // two recipes of the project's own suite that differ by less than their seeds do
    for (const [criterion, outcomes] of [['taylor', [80, 82]] as const, ['magnitude-l2', [79, 82]] as const]) {
      const payload = { kind: 'recipe', board: BOARD, recipe: { criterion }, targets: ['4x'], seeds: [0, 1] };
      const made = await api.app.inject({ method: 'POST', url: '/api/v1/submissions', headers: api.member, payload });
      for (const [seed, run] of made.json().runs.entries())
        await finishRun(api.context.db, run.id, resultWith(outcomes[seed]!));
    }
    const { rows } = (await get(`/api/v1/boards/${BOARD}/leaderboard?target=4x`)).json();
    expect(rows.map(({ place }: { place: { text: string } }) => place.text)).toEqual(['1-2', '1-2']);
    const [{ id }] = rows;
    expect((await headOf(`/boards/${BOARD}/rows/${id}`)).description).toContain(', place 1–2, ');
    expect((await get(`/api/v1/boards/${BOARD}/rows/${id}/badge.svg`)).body).toContain('place 1–2 · ');
    const { body } = await get(`/embed/boards/${BOARD}?target=4x&limit=1`);
    expect(body).toContain('<th scope="col">Place</th>');
    expect(all(body, /<td class="n">([^<]*)<\/td><th/g)).toEqual(['1–2']);
  });

  it('asks ahead for what its screen will need, and for nothing twice', async () => {
    const { body } = await get(`/boards/${BOARD}`);
    expect(all(body, /rel="modulepreload"[^>]* href="([^"]*)"/g)).toEqual(['/assets/board.js', '/assets/table.js']);
    const data = all(body, /rel="preload" as="fetch"[^>]* href="([^"]*)"/g);
    expect(data).toHaveLength(3);
    for (const url of data) expect((await get(url)).statusCode, url).toBe(200);
    expect((await get('/account')).body).not.toContain('preload"');
    expect((await get('/.vite/manifest.json')).statusCode).toBe(404);
  });

  it('that nobody should find by searching says so', async () => {
    for (const url of ['/account', '/search?q=x', '/sign-in']) expect((await headOf(url)).robots, url).toBe('noindex');
    expect((await headOf('/boards')).robots).toBeUndefined();
  });

  it('of a thing that is not there is 404, as a page to a browser and as a problem to a program', async () => {
    for (const url of ['/boards/none', `/boards/${BOARD}/rows/none`, '/methods/criterion/none', '/submissions/none']) {
      const answer = await get(url);
      expect([url, answer.statusCode, answer.headers['content-type']]).toEqual([url, 404, 'text/html; charset=utf-8']);
    }
    expect((await get('/nowhere', { accept: 'text/html' })).headers['content-type']).toMatch(/html/);
    expect((await get('/nowhere')).json()).toMatchObject({ code: 'TOPIARY_API_NOT_FOUND' });
  });

  it('holds what people wrote as text', async () => {
    const title = '</title><script>alert(1)</script>';
    const payload = { kind: 'recipe', board: BOARD, title, recipe: { criterion: 'random' }, targets: ['2x'] };
    const made = await api.app.inject({ method: 'POST', url: '/api/v1/submissions', headers: api.member, payload });
    const { body } = await get(`/submissions/${made.json().id}`);
    expect(body).not.toContain('<script>alert');
    expect((await headOf(`/submissions/${made.json().id}`)).title).toBe(`${title} · Topiary`);
  });
});

it('a file of the site goes out in the compressed form that was made when the site was built', async () => {
  const answer = await get('/assets/a.js', { 'accept-encoding': 'gzip, br' });
  expect(answer.headers).toMatchObject({
    'content-encoding': 'br',
    'content-type': expect.stringMatching(/javascript/),
  });
  expect(answer.headers.vary).toContain('accept-encoding');
  expect(brotliDecompressSync(answer.rawPayload).toString()).toBe(SCRIPT);
  expect(answer.rawPayload).toEqual(brotliCompressSync(SCRIPT));
  expect((await get('/assets/a.js')).body).toBe(SCRIPT);
  expect((await get('/assets/a.js.br')).statusCode).toBe(404);
});

describe('robots and the sitemap', () => {
  it('name each other and pages that are there', async () => {
    const robots = await get('/robots.txt');
    expect(robots.body).toContain('Sitemap: http://localhost/sitemap.xml');
    expect(robots.body).toMatch(/Allow: \/api\/v1\/boards\//);
    const map = (await get('/sitemap.xml')).body;
    const pages = all(map, /<loc>([^<]*)<\/loc>/g).map((url) => new URL(url).pathname);
    expect(pages).toEqual(expect.arrayContaining(['/', `/boards/${BOARD}`, `/boards/${BOARD}/rows/${row}`, '/rules']));
    expect(pages).not.toContain('/account');
    const some = pages.filter((_, i) => i % Math.ceil(pages.length / 25) === 0);
    for (const page of some) expect((await get(page, {}, 'HEAD')).statusCode, page).toBe(200);
  });
});

describe('a picture', () => {
  const pixels = async (url: string) => {
    const answer = await get(url);
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'image/png']);
    expect(answer.headers['cross-origin-resource-policy']).toBe('cross-origin');
    return sharp(answer.rawPayload).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  };

  it('of a board is as large as previews want it, with words and points', async () => {
    const { data, info } = await pixels(`/api/v1/boards/${BOARD}/picture.png`);
    expect([info.width, info.height]).toEqual([1200, 630]);
    const dark = (x0: number, y0: number, x1: number, y1: number): number => {
      let found = 0;
      for (let y = y0; y < y1; y += 1)
        for (let x = x0; x < x1; x += 1) if (data[4 * (y * info.width + x)]! < 110) found += 1;
      return found;
    };
    // the title, in the font that comes along; the points
    expect(dark(40, 40, 1100, 95)).toBeGreaterThan(1500);
    expect(dark(120, 200, 1150, 525)).toBeGreaterThan(300);
  });

  it('of a row is another one, and of a row that is not there none', async () => {
    const [board, own] = await Promise.all(
      ['', `?row=${encodeURIComponent(row)}`].map((query) => pixels(`/api/v1/boards/${BOARD}/picture.png${query}`)),
    );
    expect(own!.data.equals(board!.data)).toBe(false);
    expect((await get(`/api/v1/boards/${BOARD}/picture.png?row=none`)).statusCode).toBe(404);
  });
});

it('a board in a frame runs nothing, may stand on any site, and leads to its rows', async () => {
  const answer = await get(`/embed/boards/${BOARD}?target=2x&limit=1`);
  expect(answer.headers['content-security-policy']).toBe("default-src 'none';style-src 'self';frame-ancestors *");
  expect(answer.headers['x-frame-options']).toBeUndefined();
  expect(answer.body).not.toMatch(/<script|\son\w+=/);
  const links = all(answer.body, /<th scope="row"><a href="([^"]*)"/g);
  expect(links).toHaveLength(1);
  for (const link of links) expect((await get(new URL(link).pathname)).statusCode).toBe(200);
});

it('rows of all boards are found by words of method, board, target and source', async () => {
  const search = async (q: string, more = '') =>
    (await get(`/api/v1/rows?q=${encodeURIComponent(q)}${more}`)).json().items as {
      board: string;
      row: string;
      label: string;
    }[];
  expect(await search('Magnitude-L1 resnet-tiny 2x')).toMatchObject([
    { board: BOARD, row, target: '2x', outcome: 'Top-1 accuracy 90.00 %' },
  ]);
  expect(await search('magnitude-l1 nobody')).toEqual([]);
  const printed = await search('reported', '&limit=100');
  expect(printed).toHaveLength(100);
  for (const hit of printed.slice(0, 3))
    expect((await get(`/boards/${hit.board}/rows/${hit.row}`)).statusCode).toBe(200);
  expect((await get('/api/v1/rows?q=')).statusCode).toBe(400);
});
