/** Fetches one data set into its folder: download, hash, unpack, hash. Half of it never looks like all of it. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { checkFile, download } from './download.js';
import type { Source } from './sources.js';

/** Of the names and bytes of all files in a folder, in the order of the names. */
export const filesHash = async (folder: string): Promise<string> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort((a, b) => (a < b ? -1 : 1));
  const hash = createHash('sha256');
  for (const name of names) {
    const bytes = await readFile(join(folder, name));
    hash.update(`${name} ${createHash('sha256').update(bytes).digest('hex')}\n`);
  }
  return hash.digest('hex');
};

/** `folder` must not be there yet. What was downloaded stays beside it until it is whole and right. */
export const fetchSet = async (source: Source, folder: string): Promise<void> => {
  const [partial, unpacked] = [`${folder}.partial`, join(`${folder}.partial`, 'files')];
  const archive = join(partial, 'archive');
  if (existsSync(folder)) throw new Error(`${folder} is already there; remove it to fetch again`);
  await mkdir(partial, { recursive: true });
  await download(source.url, archive);
  if ('archive' in source) await checkFile(archive, source.archive, source.url);
  await rm(unpacked, { recursive: true, force: true });
  await mkdir(unpacked);
  try {
    await source.unpack(archive, unpacked);
    const got = 'files' in source ? await filesHash(unpacked) : null;
    if ('files' in source && got !== source.files) {
      throw new Error(`${source.url}: expected files of SHA-256 ${source.files}, got ${got}`);
    }
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw new Error(`${(error as Error).message}; it was thrown away`);
  }
  await rename(unpacked, folder);
  await rm(partial, { recursive: true, force: true });
};
