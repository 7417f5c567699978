/**
 * Beside each file of the built site its compressed forms, made once and as small as they get: a server that compresses on
 * request has no time for that, and sends a seventh more.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

/** Fonts and pictures are compressed already; the page itself gets a head of its own with each answer. */
const IS_TEXT = /\.(js|css|svg|json|txt)$/;

/** Below this, headers weigh more than what is saved. */
const LEAST_BYTES = 1024;

const compress = async (path: string): Promise<void> => {
  const plain = await readFile(path);
  if (plain.length < LEAST_BYTES) return;
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
  };
  const [br, gz] = await Promise.all([brotli(plain, { params }), zip(plain, { level: 9 })]);
  await Promise.all([writeFile(`${path}.br`, br), writeFile(`${path}.gz`, gz)]);
};

export const compressed = (): Plugin => ({
  name: 'compressed forms',
  apply: 'build',
  // after the files of public/ have been copied, too
  closeBundle: {
    order: 'post',
    async handler() {
      const folder = join(import.meta.dirname, 'dist');
      const names = await readdir(folder, { recursive: true });
      await Promise.all(
        names.filter((name) => IS_TEXT.test(name) && !name.startsWith('.')).map((name) => compress(join(folder, name))),
      );
    },
  },
});
