/** Where back-ups lie: files by name. A folder (which may be a mounted volume) is one; a bucket is another. */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { TopiaryError } from '@topiary/errors';

export interface Vault {
  /** For messages. */
  readonly name: string;
  /** Whole or not at all. */
  put(name: string, bytes: AsyncIterable<Uint8Array>): Promise<void>;
  get(name: string): Promise<Readable>;
  /** Bytes; null where there is no such file. */
  size(name: string): Promise<number | null>;
  /** Names that begin with this folder, at any depth. */
  list(folder: string): Promise<string[]>;
  remove(name: string): Promise<void>;
}

class Folder implements Vault {
  constructor(readonly name: string) {}

  #path(name: string): string {
    return join(this.name, name);
  }

  async put(name: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const path = this.#path(name);
    const draft = `${path}.draft`;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    try {
      await pipeline(bytes, createWriteStream(draft, { mode: 0o600 }));
      const file = await open(draft, 'r');
      await file.sync().finally(() => file.close());
      await rename(draft, path);
    } finally {
      await rm(draft, { force: true });
    }
  }

  async get(name: string): Promise<Readable> {
    if ((await this.size(name)) === null)
      throw new TopiaryError('TOPIARY_BACKUP_DAMAGED', { where: this.#path(name), expected: 'a file', got: 'none' });
    return createReadStream(this.#path(name));
  }

  async size(name: string): Promise<number | null> {
    return (await stat(this.#path(name)).catch(() => null))?.size ?? null;
  }

  async list(folder: string): Promise<string[]> {
    const entries = await readdir(this.#path(folder), { recursive: true, withFileTypes: true }).catch(() => []);
    return entries
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.draft'))
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(this.name.length + 1))
      .sort();
  }

  async remove(name: string): Promise<void> {
    await rm(this.#path(name), { force: true });
    // Folders that hold nothing any more.
    for (let folder = dirname(name); folder !== '.'; folder = dirname(folder))
      if (
        !(await rmdir(this.#path(folder)).then(
          () => true,
          () => false,
        ))
      )
        break;
  }
}

/** `file:/var/backups`, or a path. */
export const openVault = async (place: string): Promise<Vault> => {
  const path = /^file:\//.test(place) ? fileURLToPath(place) : resolve(place.replace(/^file:/, ''));
  return new Folder(path);
};
