/** Files by name in a bucket, beside those that are named by their hash: where back-ups lie. */
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import { TopiaryError } from '@topiary/errors';
import { ask, clientOf, isMissing, type Place, placeOf, type Sdk } from './bucket-client.js';
import { send } from './bucket-upload.js';

export interface NamedFiles {
  put(name: string, bytes: AsyncIterable<Uint8Array>): Promise<void>;
  /** TOPIARY_STORAGE_NOT_FOUND when there is none. */
  get(name: string): Promise<Readable>;
  /** Bytes; null where there is no such file. */
  size(name: string): Promise<number | null>;
  /** Names that begin with this folder, at any depth, in order. */
  list(folder: string): Promise<string[]>;
  remove(name: string): Promise<void>;
}

class BucketNames implements NamedFiles {
  readonly #sdk: Sdk;
  readonly #client: S3Client;
  readonly #place: Place;

  constructor(sdk: Sdk, place: Place) {
    this.#sdk = sdk;
    this.#client = clientOf(sdk, place);
    this.#place = place;
  }

  #at(name: string): { Bucket: string; Key: string } {
    return { Bucket: this.#place.bucket, Key: `${this.#place.prefix}${name}` };
  }

  /** By way of a local file: a bucket wants to know beforehand how much comes, and takes large files in parts. */
  async put(name: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'topiary-send-'));
    const path = join(folder, 'file');
    try {
      await pipeline(bytes, createWriteStream(path, { mode: 0o600 }));
      const { size } = await stat(path);
      await ask(name, () => send(this.#client, this.#sdk, this.#at(name), path, size));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async get(name: string): Promise<Readable> {
    try {
      const { Body } = await ask(name, () => this.#client.send(new this.#sdk.GetObjectCommand(this.#at(name))));
      return Body as Readable;
    } catch (error) {
      throw isMissing(error) ? new TopiaryError('TOPIARY_STORAGE_NOT_FOUND', { where: name }) : error;
    }
  }

  async size(name: string): Promise<number | null> {
    try {
      const head = await ask(name, () => this.#client.send(new this.#sdk.HeadObjectCommand(this.#at(name))));
      return head.ContentLength ?? null;
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  async list(folder: string): Promise<string[]> {
    const { bucket: Bucket, prefix } = this.#place;
    const names: string[] = [];
    for (let ContinuationToken: string | undefined; ; ) {
      const page = await ask(folder, () =>
        this.#client.send(
          new this.#sdk.ListObjectsV2Command({
            Bucket,
            Prefix: `${prefix}${folder}/`,
            ...(ContinuationToken ? { ContinuationToken } : {}),
          }),
        ),
      );
      for (const { Key } of page.Contents ?? []) if (Key) names.push(Key.slice(prefix.length));
      if (!page.IsTruncated) return names.sort();
      ContinuationToken = page.NextContinuationToken;
    }
  }

  async remove(name: string): Promise<void> {
    await ask(name, () => this.#client.send(new this.#sdk.DeleteObjectCommand(this.#at(name))));
  }
}

/** `s3://bucket/prefix?endpoint=…`, as for artefacts. */
export const openBucketNames = async (url: string): Promise<NamedFiles> =>
  new BucketNames(await import('@aws-sdk/client-s3'), placeOf(url));
