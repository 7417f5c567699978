/**
 * Writes the digest behind each image's tag into Dockerfile and the compose files, so that a tag that is moved changes
 * nothing here: `node scripts/deploy/pin-images.mjs` (asks the registries; needs a network), `--check` writes nothing and
 * ends with 1 where an image has no digest. Renovate keeps them current from then on (renovate.json).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
export const FILES = ['Dockerfile', 'docker-compose.yml', 'docker/caddy.compose.yml'];
const HUB = 'registry-1.docker.io';

/** Lines that name an image by a tag: `FROM name:tag`, `image: name:tag`. Ours are built, not pulled. */
const IMAGE = /^(\s*(?:FROM|image:)\s+)((?!topiary)[\w./-]+:[\w.-]+)(@sha256:[0-9a-f]{64})?/gm;

export const imagesIn = (text) => [...text.matchAll(IMAGE)].map(([, , image, digest]) => ({ image, digest }));

export const pinned = async (text, digestOf) => {
  const digests = new Map();
  for (const { image } of imagesIn(text)) digests.set(image, await digestOf(image));
  return text.replace(IMAGE, (_, before, image) => `${before}${image}@${digests.get(image)}`);
};

/** `node:24` is `docker.io/library/node:24`. */
const partsOf = (image) => {
  const [name, tag] = image.split(':');
  const [first, ...rest] = name.split('/');
  if (first.includes('.')) return { host: first, name: rest.join('/'), tag };
  return { host: HUB, name: rest.length === 0 ? `library/${name}` : name, tag };
};

/** All kinds of index first: the digest must serve every architecture. */
const ACCEPT = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
].join(', ');

/** By the OCI distribution specification: a refusal says where a token for reading is given out. */
export const digestFrom =
  (baseOf = (host) => `https://${host}`) =>
  async (image) => {
    const { host, name, tag } = partsOf(image);
    const url = `${baseOf(host)}/v2/${name}/manifests/${tag}`;
    const ask = (headers) => fetch(url, { method: 'HEAD', headers: { accept: ACCEPT, ...headers } });
    let answer = await ask({});
    if (answer.status === 401) {
      const header = answer.headers.get('www-authenticate') ?? '';
      const given = Object.fromEntries([...header.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]));
      const query = new URLSearchParams({ service: given.service, scope: `repository:${name}:pull` });
      const { token, access_token } = await (await fetch(`${given.realm}?${query}`)).json();
      answer = await ask({ authorization: `Bearer ${token ?? access_token}` });
    }
    const digest = answer.headers.get('docker-content-digest');
    if (!answer.ok || !digest) throw new Error(`${image}: the registry answered ${answer.status}`);
    return digest;
  };

if (process.argv[1] === import.meta.filename) {
  const check = process.argv.includes('--check');
  let open = 0;
  for (const file of FILES) {
    const path = join(root, file);
    const text = readFileSync(path, 'utf8');
    const without = imagesIn(text).filter(({ digest }) => !digest);
    if (check) {
      for (const { image } of without) process.stdout.write(`${file}: ${image} has no digest\n`);
      open += without.length;
    } else writeFileSync(path, await pinned(text, digestFrom()));
  }
  process.exit(open > 0 ? 1 : 0);
}
