/** The bucket driver against a real S3 server: sums, parts, paths, drafts, and what is said when it is away. */
import { createHash, randomUUID } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import type { ClientRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { openStorage, type Storage } from '@topiary/storage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type S3Server, s3Server } from '../../helpers/s3-server.js';

/** FIPS 180-2, appendix B.1. */
const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

let server: S3Server;
let storage: Storage;
let cache: string;
beforeAll(async () => {
  server = await s3Server();
  cache = await mkdtemp(join(tmpdir(), 'topiary-cache-'));
  process.env['STORAGE_CACHE'] = cache;
  storage = await openStorage(server.url);
});
afterAll(async () => {
  await server.stop();
  await rm(cache, { recursive: true, force: true });
});

/** Objects as the server keeps them, by key. */
const kept = (): Map<string, string> => {
  const files = readdirSync(server.folder, { recursive: true }).map(String);
  const objects = files.filter((file) => file.endsWith('._S3rver_object'));
  return new Map(objects.map((file) => [file.replace('._S3rver_object', ''), join(server.folder, file)]));
};
const forgetLocally = () => rm(cache, { recursive: true, force: true });
const allOf = async (source: Readable) => Buffer.concat((await source.toArray()) as Buffer[]);
const listed = async () => {
  const found: { sha256: string; bytes: number; at: Date }[] = [];
  for await (const file of storage.list()) found.push(file);
  return found;
};

describe('a file in a bucket', () => {
  it('has the name that it would have in a folder, and comes back byte by byte', async () => {
    expect(await storage.put(Readable.from([Buffer.from('a'), Buffer.from('bc')]))).toEqual({ sha256: ABC, bytes: 3 });
    const path = kept().get(`some/prefix/ba/78/${ABC}`);
    expect(readFileSync(path!, 'utf8')).toBe('abc');
    await forgetLocally();
    expect(await storage.stat(ABC)).toEqual({ sha256: ABC, bytes: 3 });
    expect((await allOf(await storage.get(ABC))).toString()).toBe('abc');
    expect(Buffer.from(await storage.read(ABC)).toString()).toBe('abc');
    expect(readFileSync(await storage.path(ABC), 'utf8')).toBe('abc');
  });

  it('that is large goes in parts, which the server puts together', async () => {
    const bytes = Buffer.alloc(19 * 2 ** 20, 'topiary ');
    const parts: string[] = [];
    const note = (message: unknown) => {
      const { request } = message as { request: ClientRequest };
      const part = /partNumber=(\d+)/.exec(request.path)?.[1];
      if (part) parts.push(`${part}: ${request.getHeader('content-length')}, ${request.getHeader('content-md5')}`);
    };
    subscribe('http.client.request.start', note);
    const { sha256 } = await storage.put(bytes, { sha256: hashOf(bytes) });
    unsubscribe('http.client.request.start', note);
    const md5 = (piece: Uint8Array) => createHash('md5').update(piece).digest('base64');
    const [eight, three] = [8 * 2 ** 20, 3 * 2 ** 20];
    expect(parts).toEqual([
      `1: ${eight}, ${md5(bytes.subarray(0, eight))}`,
      `2: ${eight}, ${md5(bytes.subarray(eight, 2 * eight))}`,
      `3: ${three}, ${md5(bytes.subarray(2 * eight))}`,
    ]);
    const path = kept().get(`some/prefix/${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}`)!;
    expect(hashOf(readFileSync(path))).toBe(sha256);
    await forgetLocally();
    expect(hashOf(readFileSync(await storage.path(sha256)))).toBe(sha256);
  });

  it('that was spoilt there is noticed, whoever reads it', async () => {
    const { sha256 } = await storage.put(Buffer.from('whole'));
    writeFileSync(kept().get(`some/prefix/${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}`)!, 'spoil');
    await forgetLocally();
    await expect(storage.read(sha256)).rejects.toMatchObject({ code: 'TOPIARY_STORAGE_HASH_MISMATCH' });
    await expect(storage.path(sha256)).rejects.toMatchObject({ code: 'TOPIARY_STORAGE_HASH_MISMATCH' });
  });

  it('that is too large or another is not sent', async () => {
    const before = kept().size;
    await expect(storage.put(Buffer.from('abcd'), { maxBytes: 3 })).rejects.toMatchObject({
      code: 'TOPIARY_API_TOO_LARGE',
    });
    await expect(storage.put(Buffer.from('abd'), { sha256: ABC })).rejects.toMatchObject({
      code: 'TOPIARY_STORAGE_HASH_MISMATCH',
    });
    expect(kept().size).toBe(before);
  });

  it('is listed with its time, and gone when removed', async () => {
    const { sha256 } = await storage.put(Buffer.from('not for long'));
    const found = (await listed()).find((file) => file.sha256 === sha256)!;
    expect(found.bytes).toBe(12);
    expect(Math.abs(Date.now() - found.at.getTime())).toBeLessThan(60_000);
    await storage.remove(sha256);
    expect(await storage.stat(sha256)).toBeNull();
    await expect(storage.get(sha256)).rejects.toMatchObject({ code: 'TOPIARY_STORAGE_NOT_FOUND' });
    await expect(storage.path(sha256)).rejects.toMatchObject({ code: 'TOPIARY_STORAGE_NOT_FOUND' });
    expect(await storage.stat('../../etc/passwd')).toBeNull();
  });

  it('that arrived in pieces is sent when it is whole', async () => {
    const [id, bytes] = [randomUUID(), Buffer.from('in two pieces')];
    await storage.drafts.append(id, bytes.subarray(0, 6), { offset: 0, bytes: bytes.length });
    expect(await storage.stat(hashOf(bytes))).toBeNull();
    await storage.drafts.append(id, bytes.subarray(6), { offset: 6, bytes: bytes.length });
    expect(await storage.drafts.finish(id, hashOf(bytes))).toEqual({ sha256: hashOf(bytes), bytes: bytes.length });
    expect(Buffer.from(await storage.read(hashOf(bytes)))).toEqual(bytes);
    expect(await storage.drafts.list()).toEqual([]);
  });
});

describe('opening a bucket', () => {
  it('says at once that it is not there, or that the keys are not', async () => {
    const absent = server.url.replace('artefacts', 'another');
    await expect(openStorage(absent)).rejects.toMatchObject({
      code: 'TOPIARY_START_ENVIRONMENT',
      message: expect.stringMatching(/bucket 'another'.*AWS_ACCESS_KEY_ID/s),
    });
    await expect(openStorage('s3://key:secret@bucket')).rejects.toMatchObject({
      code: 'TOPIARY_START_ENVIRONMENT',
      message: expect.not.stringMatching(/secret@/),
    });
  });

  it('a server that went away is unavailable, not without the file', async () => {
    const other = await s3Server();
    const lonely = await openStorage(other.url);
    await other.stop();
    await expect(lonely.stat(ABC)).rejects.toMatchObject({ code: 'TOPIARY_STORAGE_UNAVAILABLE' });
  }, 30_000);
});
