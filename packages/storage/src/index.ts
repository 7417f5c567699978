/** Content-addressed artefacts: a file's name is the sha256 of its bytes. The URL chooses the driver. */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TopiaryError } from '@topiary/errors';
import { openFolder } from './file.js';
import type { Storage } from './storage.js';

export type { Drafts, PutOptions, Source, Storage, Stored } from './storage.js';

/** `file:///var/files`, `file:/var/files` or `file:relative/folder`. */
const folderOf = (url: string): string =>
  /^file:\//.test(url) ? fileURLToPath(url) : resolve(decodeURIComponent(url.slice('file:'.length)));

export const openStorage = async (url: string): Promise<Storage> => {
  if (url.startsWith('file:') && url !== 'file:') return openFolder(folderOf(url));
  const isS3 = url.startsWith('s3:');
  throw new TopiaryError('TOPIARY_START_ENVIRONMENT', {
    where: 'STORAGE_URL',
    expected: 'file:<folder>',
    got: isS3 ? 's3:, which this release cannot do yet' : JSON.stringify(url),
    ...(isS3 ? { cure: 'Use a folder, which may be a mounted volume' } : {}),
  });
};
