/** Digests instead of tags: what is replaced, and how a registry is asked (OCI distribution specification). */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { digestFrom, FILES, imagesIn, pinned } from '../../scripts/deploy/pin-images.mjs';

const root = resolve(import.meta.dirname, '../..');
const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

it('finds every image that is pulled, and none that is built here', () => {
  const names = FILES.flatMap((file) => imagesIn(readFileSync(join(root, file), 'utf8')).map(({ image }) => image));
  expect(new Set(names.map((name) => name.split(':')[0]))).toEqual(
    new Set(['node', 'nvidia/cuda', 'postgres', 'redis', 'caddy']),
  );
});

it('writes the digest behind the tag, in the place of an older one, and touches nothing else', async () => {
  const text = `FROM node:24.1-slim AS build\nFROM build AS app\n  image: redis:8@${digest('0')}\n  image: topiary:\${V:-local}\n# image: node:1\n`;
  const after = await pinned(text, async (image) => digest(image.startsWith('node') ? 'a' : 'b'));
  expect(after).toBe(
    `FROM node:24.1-slim@${digest('a')} AS build\nFROM build AS app\n  image: redis:8@${digest('b')}\n  image: topiary:\${V:-local}\n# image: node:1\n`,
  );
});

it('asks the registry with the token that the registry sends one to, for an index of all architectures', async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (request.url!.startsWith('/token')) return void response.end(JSON.stringify({ token: 'for-reading' }));
    if (request.headers.authorization !== 'Bearer for-reading') {
      const realm = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
      response.setHeader('www-authenticate', `Bearer realm="${realm}",service="registry.test",scope="x"`);
      return void response.writeHead(401).end();
    }
    const isIndex = request.headers.accept!.startsWith('application/vnd.oci.image.index');
    response.writeHead(isIndex ? 200 : 406, { 'docker-content-digest': digest('c') }).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const digestOf = digestFrom(() => `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  expect(await digestOf('node:24.1-slim')).toBe(digest('c'));
  expect(asked).toEqual([
    'HEAD /v2/library/node/manifests/24.1-slim',
    'GET /token?service=registry.test&scope=repository%3Alibrary%2Fnode%3Apull',
    'HEAD /v2/library/node/manifests/24.1-slim',
  ]);
  server.close();
});
