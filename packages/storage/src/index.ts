/** Content-addressed artefacts: a file's name is the sha256 of its bytes. The URL chooses the driver. */
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TopiaryError } from '@topiary/errors';
import { openBucket } from './bucket.js';
import { openFolder } from './file.js';
import type { Storage } from './storage.js';

export { type NamedFiles, openBucketNames } from './bucket-names.js';
export type { Drafts, PutOptions, Source, Storage, Stored } from './storage.js';

/** `file:///var/files`, `file:/var/files` or `file:relative/folder`. */
const folderOf = (url: string): string =>
  /^file:\//.test(url) ? fileURLToPath(url) : resolve(decodeURIComponent(url.slice('file:'.length)));

/** Beside a bucket: drafts, and what was fetched. */
const cacheOf = (url: string): string => {
  const name = createHash('sha256').update(url).digest('hex').slice(0, 16);
  return join(process.env.STORAGE_CACHE || tmpdir(), `topiary-storage-${name}`);
};

export const openStorage = async (url: string): Promise<Storage> => {
  if (url.startsWith('file:') && url !== 'file:') return openFolder(folderOf(url));
  if (url.startsWith('s3:')) return openBucket(url, cacheOf(url));
  throw new TopiaryError('TOPIARY_START_ENVIRONMENT', {
    where: 'STORAGE_URL',
    expected: 'file:<folder> or s3://<bucket>/<prefix>',
    got: JSON.stringify(url),
  });
};
