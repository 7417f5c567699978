/**
 * The bucket driver: `<prefix>ab/cd/abcd…` as in a folder, so that one can be copied to the other. A file is written
 * beside first, since its name is only known at its end; what programs want as a path is fetched into the same folder,
 * checked against its hash. That folder is a cache: losing it loses nothing.
 */
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { TopiaryError } from '@topiary/errors';
import { ask, clientOf, isMissing, type Place, placeOf, type Sdk } from './bucket-client.js';
import { send } from './bucket-upload.js';
import { FolderDrafts } from './drafts.js';
import { openFolder } from './file.js';
import type { Drafts, PutOptions, Source, Storage, Stored } from './storage.js';

const isHash = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);
const missing = (sha256: string): TopiaryError => new TopiaryError('TOPIARY_STORAGE_NOT_FOUND', { where: sha256 });
const DAY_MS = 24 * 3600 * 1000;
/** The oldest files of the cache go beyond this. */
const CACHE_BYTES = 10 * 2 ** 30;

class BucketStorage implements Storage {
  readonly drafts: Drafts;
  readonly #sdk: Sdk;
  readonly #client: S3Client;
  readonly #place: Place;
  readonly #cache: Storage;

  constructor(sdk: Sdk, place: Place, cache: Storage, folder: string) {
    this.#sdk = sdk;
    this.#client = clientOf(sdk, place);
    this.#place = place;
    this.#cache = cache;
    this.drafts = new FolderDrafts(join(folder, 'uploads'), async (path, sha256) => {
      const { size } = await stat(path);
      await this.#send(path, { sha256, bytes: size });
      await rm(path, { force: true });
    });
  }

  #at(sha256: string): { Bucket: string; Key: string } {
    if (!isHash(sha256)) throw missing(sha256);
    const { bucket, prefix } = this.#place;
    return { Bucket: bucket, Key: `${prefix}${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}` };
  }

  /** A file of this name has these bytes: it is not sent again. */
  async #send(path: string, { sha256, bytes }: Stored): Promise<void> {
    if ((await this.stat(sha256))?.bytes === bytes) return;
    await ask('storage', () => send(this.#client, this.#sdk, this.#at(sha256), path, bytes));
  }

  async put(source: Source, options: PutOptions = {}): Promise<Stored> {
    const stored = await this.#cache.put(source, options);
    await this.#send(await this.#cache.path(stored.sha256), stored);
    return stored;
  }

  async stat(sha256: string): Promise<Stored | null> {
    if (!isHash(sha256)) return null;
    try {
      const command = new this.#sdk.HeadObjectCommand(this.#at(sha256));
      const { ContentLength } = await ask('storage', () => this.#client.send(command));
      return { sha256, bytes: ContentLength ?? 0 };
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  async get(sha256: string): Promise<Readable> {
    try {
      const command = new this.#sdk.GetObjectCommand(this.#at(sha256));
      const { Body } = await ask('storage', () => this.#client.send(command));
      return Body as Readable;
    } catch (error) {
      throw isMissing(error) ? missing(sha256) : error;
    }
  }

  async path(sha256: string): Promise<string> {
    if ((await this.#cache.stat(sha256)) === null) await this.#cache.put(await this.get(sha256), { sha256 });
    return this.#cache.path(sha256);
  }

  /** From the bucket, not from the cache: what is read must be what the others would read. */
  async read(sha256: string): Promise<Uint8Array> {
    const pieces: Buffer[] = [];
    for await (const piece of await this.get(sha256)) pieces.push(piece as Buffer);
    const bytes = Buffer.concat(pieces);
    await this.#cache.put(bytes, { sha256 });
    return bytes;
  }

  async *list(): AsyncGenerator<Stored & { readonly at: Date }> {
    const { bucket: Bucket, prefix: Prefix } = this.#place;
    let ContinuationToken: string | undefined;
    do {
      const command = new this.#sdk.ListObjectsV2Command({ Bucket, Prefix, ContinuationToken });
      const page = await ask('storage', () => this.#client.send(command));
      for (const { Key, Size, LastModified } of page.Contents ?? []) {
        const sha256 = Key?.split('/').at(-1) ?? '';
        if (isHash(sha256) && this.#at(sha256).Key === Key) yield { sha256, bytes: Size ?? 0, at: LastModified! };
      }
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
  }

  async remove(sha256: string): Promise<void> {
    const command = new this.#sdk.DeleteObjectCommand(this.#at(sha256));
    await ask('storage', () => this.#client.send(command));
    await this.#cache.remove(sha256);
  }

  async free(): Promise<null> {
    return null;
  }

  async sweep(): Promise<number> {
    const swept = await this.#cache.sweep();
    return swept + (await this.#abortOld()) + (await this.#shrinkCache());
  }

  /** Uploads in parts whose process died. */
  async #abortOld(): Promise<number> {
    const { bucket: Bucket, prefix: Prefix } = this.#place;
    const found = await ask('storage', () =>
      this.#client.send(new this.#sdk.ListMultipartUploadsCommand({ Bucket, Prefix })),
    ).catch(() => null); // not every server can list them
    const old = (found?.Uploads ?? []).filter(({ Initiated }) => Initiated && Date.now() - +Initiated > DAY_MS);
    for (const { Key, UploadId } of old)
      await this.#client.send(new this.#sdk.AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
    return old.length;
  }

  async #shrinkCache(): Promise<number> {
    const files: (Stored & { readonly at: Date })[] = [];
    for await (const file of this.#cache.list()) files.push(file);
    let [held, removed] = [files.reduce((sum, { bytes }) => sum + bytes, 0), 0];
    for (const { sha256, bytes } of files.sort((a, b) => +a.at - +b.at)) {
      if (held <= CACHE_BYTES) break;
      await this.#cache.remove(sha256);
      [held, removed] = [held - bytes, removed + 1];
    }
    return removed;
  }

  /** Is the bucket there, and are its keys ours? Said at start, not at the first run's end. */
  async check(): Promise<this> {
    const { bucket: Bucket, endpoint } = this.#place;
    try {
      await this.#client.send(new this.#sdk.HeadBucketCommand({ Bucket }));
    } catch (cause) {
      const got = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
      const where = `STORAGE_URL, bucket '${Bucket}'${endpoint ? ` at ${endpoint}` : ''}`;
      const cure = 'Make the bucket, and set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY';
      throw new TopiaryError('TOPIARY_START_ENVIRONMENT', { where, expected: 'a bucket', got, cure }, { cause });
    }
    return this;
  }
}

/** `folder` holds drafts and the cache. */
export const openBucket = async (url: string, folder: string): Promise<Storage> => {
  const place = placeOf(url);
  // A large library: whoever keeps files in a folder does not load it.
  const sdk = await import('@aws-sdk/client-s3');
  return new BucketStorage(sdk, place, await openFolder(folder), folder).check();
};
