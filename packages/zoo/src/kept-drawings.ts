/**
 * Pictures that a data set draws, drawn once and kept under DATA_DIR: a run is a process of its own, and would draw the same
 * ones again. A file carries its hash, and its name that of the first pictures, which are drawn each time: whatever is drawn
 * otherwise finds no file. Test pictures that hang on a secret are never kept.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { inMemory, type MemorySplit } from './in-memory.js';

/** So many tell one way of drawing from another: each picture takes its turn at every rule. */
const FIRST = 64;
const HASH_BYTES = 32;

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/** The content of a file, less its hash; null where there is none that can be used. */
const read = async (path: string, length: number): Promise<Uint8Array | null> => {
  const file = await readFile(path).catch(() => null);
  if (file?.length !== HASH_BYTES + length) return null;
  const content = file.subarray(HASH_BYTES);
  return sha256(content).equals(file.subarray(0, HASH_BYTES)) ? content : null;
};

/** What cannot be written is not kept. Whoever reads meanwhile sees a whole file or none. */
const write = async (path: string, content: Uint8Array): Promise<void> => {
  // a home has no folder for data before the first; one that somebody names is not made up
  for (const folder of [dirname(dirname(path)), dirname(path)]) await mkdir(folder).catch(() => undefined);
  try {
    await writeFile(`${path}.${process.pid}`, Buffer.concat([sha256(content), content]), { mode: 0o600 });
    await rename(`${path}.${process.pid}`, path);
  } catch {
    // the pictures are here all the same
  }
};

/** `draw` draws the first so many of one stream; '' as `dataDir`: nothing is kept. */
export const keptDrawings = async (
  dataDir: string,
  id: string,
  split: 'train' | 'test',
  length: number,
  draw: (length: number) => MemorySplit,
): Promise<MemorySplit> => {
  if (dataDir === '') return draw(length);
  const first = draw(Math.min(FIRST, length));
  const path = join(dataDir, id, `${split}-${length}-${first.pictures.hash().slice(0, 16)}`);
  const pixels = length * first.dims.reduce((product, dim) => product * dim, 1);
  const known = await read(path, pixels + length);
  if (known) return inMemory({ ...first, pixels: known.subarray(0, pixels), labels: known.subarray(pixels) });
  const all = draw(length);
  await write(path, Buffer.concat([all.pixels, all.labels as Uint8Array]));
  return all;
};
