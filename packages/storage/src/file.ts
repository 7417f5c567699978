/** The folder driver: `ab/cd/abcd…`, written beside, flushed, and renamed into place, so that no file is ever half. */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat, statfs } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { TopiaryError } from '@topiary/errors';
import { FolderDrafts } from './drafts.js';
import { roomFor } from './full.js';
import type { Drafts, PutOptions, Source, Storage, Stored } from './storage.js';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Anything else cannot name a file here, least of all one outside the folder. */
const isHash = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);

const missing = (sha256: string): TopiaryError => new TopiaryError('TOPIARY_STORAGE_NOT_FOUND', { where: sha256 });

const mismatch = (where: string, expected: string, got: string): TopiaryError =>
  new TopiaryError('TOPIARY_STORAGE_HASH_MISMATCH', { where, expected: `sha256 ${expected}`, got });

async function* piecesOf(source: Source): AsyncGenerator<Uint8Array> {
  if (source instanceof Uint8Array) yield source;
  else for await (const piece of source) yield typeof piece === 'string' ? Buffer.from(piece) : piece;
}

const writeAll = async (file: FileHandle, source: Source, { maxBytes }: PutOptions): Promise<Stored> => {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of piecesOf(source)) {
    bytes += piece.byteLength;
    if (maxBytes !== undefined && bytes > maxBytes) {
      throw new TopiaryError('TOPIARY_API_TOO_LARGE', {
        where: 'upload',
        expected: `at most ${maxBytes} bytes`,
        got: 'more',
      });
    }
    hash.update(piece);
    await file.writeFile(piece);
  }
  await file.sync();
  return { sha256: hash.digest('hex'), bytes };
};

/** Without it a crash of the machine may forget the new name, though not the bytes. Some systems cannot. */
const flushFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r').catch(() => null);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
};

class FolderStorage implements Storage {
  readonly #root: string;
  readonly drafts: Drafts;

  constructor(root: string) {
    this.#root = root;
    this.drafts = new FolderDrafts(join(root, 'uploads'), (path, sha256) => this.#keep(path, sha256));
  }

  get #drafts(): string {
    return join(this.#root, 'drafts');
  }

  #place(sha256: string): string {
    if (!isHash(sha256)) throw missing(sha256);
    return join(this.#root, sha256.slice(0, 2), sha256.slice(2, 4), sha256);
  }

  put(source: Source, options: PutOptions = {}): Promise<Stored> {
    return roomFor('storage', () => this.#put(source, options));
  }

  async #put(source: Source, options: PutOptions): Promise<Stored> {
    await mkdir(this.#drafts, { recursive: true, mode: 0o700 });
    const draft = join(this.#drafts, randomUUID());
    try {
      const file = await open(draft, 'wx', 0o600);
      const stored = await writeAll(file, source, options).finally(() => file.close());
      if (options.sha256 !== undefined && options.sha256 !== stored.sha256) {
        throw mismatch('upload', options.sha256, stored.sha256);
      }
      await this.#keep(draft, stored.sha256);
      return stored;
    } finally {
      await rm(draft, { force: true });
    }
  }

  async #keep(path: string, sha256: string): Promise<void> {
    const place = this.#place(sha256);
    await mkdir(dirname(place), { recursive: true, mode: 0o700 });
    await rename(path, place);
    await flushFolder(dirname(place));
  }

  async stat(sha256: string): Promise<Stored | null> {
    if (!isHash(sha256)) return null;
    const found = await stat(this.#place(sha256)).catch(() => null);
    return found?.isFile() ? { sha256, bytes: found.size } : null;
  }

  async path(sha256: string): Promise<string> {
    if ((await this.stat(sha256)) === null) throw missing(sha256);
    return this.#place(sha256);
  }

  async get(sha256: string): Promise<Readable> {
    return createReadStream(await this.path(sha256));
  }

  async read(sha256: string): Promise<Uint8Array> {
    const path = await this.path(sha256);
    const bytes = await readFile(path);
    const got = createHash('sha256').update(bytes).digest('hex');
    if (got !== sha256) throw mismatch(path, sha256, got);
    return bytes;
  }

  async *list(): AsyncGenerator<Stored & { readonly at: Date }> {
    const entries = await readdir(this.#root, { recursive: true });
    for (const entry of entries) {
      const sha256 = basename(entry);
      if (!isHash(sha256) || join(this.#root, entry) !== this.#place(sha256)) continue;
      const found = await stat(this.#place(sha256)).catch(() => null);
      if (found?.isFile()) yield { sha256, bytes: found.size, at: found.mtime };
    }
  }

  async remove(sha256: string): Promise<void> {
    await rm(this.#place(sha256), { force: true });
  }

  async free(): Promise<number> {
    const { bavail, bsize } = await statfs(this.#root);
    return bavail * bsize;
  }

  async sweep(): Promise<number> {
    const names = await readdir(this.#drafts).catch(() => []);
    const isOld = await Promise.all(
      names.map(async (name) => {
        const found = await stat(join(this.#drafts, name)).catch(() => null);
        return found !== null && Date.now() - found.mtimeMs > DAY_MS;
      }),
    );
    const old = names.filter((_, index) => isOld[index]);
    await Promise.all(old.map((name) => rm(join(this.#drafts, name), { force: true })));
    return old.length;
  }
}

export const openFolder = async (root: string): Promise<Storage> => {
  try {
    await mkdir(root, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const got = cause instanceof Error ? cause.message : String(cause);
    throw new TopiaryError(
      'TOPIARY_START_ENVIRONMENT',
      { where: 'STORAGE_URL', expected: 'a folder that can be made', got },
      { cause },
    );
  }
  return new FolderStorage(root);
};
