/** Where back-ups lie: files by name. A folder (which may be a mounted volume) is one; a bucket is another. */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { TopiaryError } from '@topiary/errors';
import { type NamedFiles, openBucketNames } from '@topiary/storage';

export interface Vault extends NamedFiles {
  /** For messages. */
  readonly name: string;
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

/** A bucket under its address, without what its address asks for. */
class Bucket implements Vault {
  readonly name: string;
  readonly #files: NamedFiles;
  readonly put: Vault['put'];
  readonly size: Vault['size'];
  readonly list: Vault['list'];
  readonly remove: Vault['remove'];

  constructor(url: string, files: NamedFiles) {
    this.name = url.replace(/\?.*$/, '');
    this.#files = files;
    this.put = files.put.bind(files);
    this.size = files.size.bind(files);
    this.list = files.list.bind(files);
    this.remove = files.remove.bind(files);
  }

  async get(name: string): Promise<Readable> {
    if ((await this.size(name)) === null)
      throw new TopiaryError('TOPIARY_BACKUP_DAMAGED', {
        where: `${this.name}/${name}`,
        expected: 'a file',
        got: 'none',
      });
    return this.#files.get(name);
  }
}

/** `s3://bucket/prefix?endpoint=…`, `file:/var/backups`, or a path. */
export const openVault = async (place: string): Promise<Vault> => {
  if (place.startsWith('s3:')) return new Bucket(place, await openBucketNames(place));
  const path = /^file:\//.test(place) ? fileURLToPath(place) : resolve(place.replace(/^file:/, ''));
  return new Folder(path);
};
