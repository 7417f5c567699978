/** Of the nuclei's archive, every picture with its masks as SA-1B lays them out. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nucleiFiles } from '@topiary/zoo';
import type { Unpack } from './unpack.js';

export const nuclei: Unpack = async (archive, folder) => {
  for await (const { split, name, picture, annotations } of nucleiFiles(new Uint8Array(await readFile(archive)))) {
    await mkdir(join(folder, split), { recursive: true });
    await writeFile(join(folder, split, `${name}.png`), picture);
    await writeFile(join(folder, split, `${name}.json`), annotations);
  }
};
