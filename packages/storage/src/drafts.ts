/** Uploads that arrive in pieces: files beside the storage that grow at their end until they are whole. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TopiaryError } from '@topiary/errors';
import { roomFor } from './full.js';
import type { Drafts, Source, Stored } from './storage.js';

/** Anything else cannot name a draft, least of all a file outside the folder. */
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

async function* piecesOf(source: Source): AsyncGenerator<Uint8Array> {
  if (source instanceof Uint8Array) yield source;
  else for await (const piece of source) yield typeof piece === 'string' ? Buffer.from(piece) : piece;
}

const hashOf = async (path: string): Promise<string> => {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece);
  return hash.digest('hex');
};

export class FolderDrafts implements Drafts {
  readonly #folder: string;
  readonly #keep: (path: string, sha256: string) => Promise<void>;

  /** `keep` moves a finished file to its place. */
  constructor(folder: string, keep: (path: string, sha256: string) => Promise<void>) {
    this.#folder = folder;
    this.#keep = keep;
  }

  path(id: string): string {
    if (!ID.test(id)) throw new TopiaryError('TOPIARY_STORAGE_NOT_FOUND', { where: id });
    return join(this.#folder, id);
  }

  async size(id: string): Promise<number> {
    const found = await stat(this.path(id)).catch(() => null);
    return found?.size ?? 0;
  }

  append(id: string, source: Source, range: { offset: number; bytes: number }): Promise<number> {
    return roomFor(`upload ${id}`, () => this.#append(id, source, range));
  }

  async #append(id: string, source: Source, { offset, bytes }: { offset: number; bytes: number }): Promise<number> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const file = await open(this.path(id), 'a', 0o600);
    try {
      const { size } = await file.stat();
      if (size !== offset)
        throw new TopiaryError('TOPIARY_UPLOAD_OFFSET', { where: id, expected: `offset ${size}`, got: `${offset}` });
      return await this.#write(file, source, offset, bytes);
    } finally {
      await file.close();
    }
  }

  /** What arrived before a connection broke stays; what goes beyond the announced size does not. */
  async #write(file: FileHandle, source: Source, offset: number, bytes: number): Promise<number> {
    let size = offset;
    for await (const piece of piecesOf(source)) {
      size += piece.byteLength;
      if (size > bytes) {
        await file.truncate(offset);
        throw new TopiaryError('TOPIARY_API_TOO_LARGE', {
          where: 'upload',
          expected: `${bytes} bytes in all`,
          got: 'more',
        });
      }
      await file.writeFile(piece);
    }
    await file.sync();
    return size;
  }

  async finish(id: string, sha256: string): Promise<Stored> {
    const path = this.path(id);
    const got = await hashOf(path);
    if (got !== sha256) {
      await this.discard(id);
      throw new TopiaryError('TOPIARY_UPLOAD_CHECKSUM', { where: id, expected: `sha256 ${sha256}`, got });
    }
    const { size } = await stat(path);
    await this.#keep(path, sha256);
    return { sha256, bytes: size };
  }

  async discard(id: string): Promise<void> {
    await rm(this.path(id), { force: true });
  }

  async list(): Promise<string[]> {
    const names = await readdir(this.#folder).catch(() => []);
    return names.filter((name) => ID.test(name));
  }
}
