/** The folder driver on a real disk: hashes by sha256sum's own numbers, limits, and nothing half-written. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { openStorage, type Storage } from '@topiary/storage';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** FIPS 180-2, appendix B.1 and B.3: "abc", and a million times "a". */
const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
const MILLION = 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0';

let folder: string;
let storage: Storage;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'topiary-storage-'));
  storage = await openStorage(`file:${folder}`);
});
afterEach(() => rmSync(folder, { recursive: true }));

const drafts = () => readdirSync(join(folder, 'drafts'));
const millionAs = () => Readable.from(Array.from({ length: 1000 }, () => Buffer.alloc(1000, 'a')));

describe('putting', () => {
  it('names bytes and streams by their sha256', async () => {
    expect(await storage.put(Buffer.from('abc'))).toEqual({ sha256: ABC, bytes: 3 });
    expect(await storage.put(millionAs(), { sha256: MILLION })).toEqual({ sha256: MILLION, bytes: 1_000_000 });
    expect(readFileSync(join(folder, 'ba/78', ABC), 'utf8')).toBe('abc');
    expect(Buffer.from(await storage.read(ABC)).toString()).toBe('abc');
    expect(await (await storage.get(MILLION)).toArray().then((pieces) => Buffer.concat(pieces).length)).toBe(1_000_000);
    expect(readFileSync(await storage.path(ABC), 'utf8')).toBe('abc');
    expect(drafts()).toEqual([]);
  });

  it('takes the same bytes many times at once', async () => {
    await Promise.all(Array.from({ length: 8 }, () => storage.put(millionAs())));
    expect(await storage.stat(MILLION)).toEqual({ sha256: MILLION, bytes: 1_000_000 });
  });

  it('leaves nothing of what is too large, of another hash, or breaks off', async () => {
    await expect(storage.put(millionAs(), { maxBytes: 999_999 })).rejects.toMatchObject({
      code: 'TOPIARY_API_TOO_LARGE',
    });
    await expect(storage.put(Buffer.from('abd'), { sha256: ABC })).rejects.toMatchObject({
      code: 'TOPIARY_STORAGE_HASH_MISMATCH',
    });
    const broken = Readable.from(
      (async function* () {
        yield Buffer.from('ab');
        throw new Error('connection lost');
      })(),
    );
    await expect(storage.put(broken)).rejects.toThrow('connection lost');
    expect(drafts()).toEqual([]);
    expect(await storage.stat(ABC)).toBeNull();
  });
});

describe('getting', () => {
  it('knows nothing of other names, above all of paths', async () => {
    for (const name of [MILLION, 'x', '../../etc/passwd', '']) {
      await expect(storage.get(name)).rejects.toMatchObject({ code: 'TOPIARY_STORAGE_NOT_FOUND' });
      expect(await storage.stat(name)).toBeNull();
    }
  });

  it('notices bytes that were changed on the disk', async () => {
    await storage.put(Buffer.from('abc'));
    writeFileSync(await storage.path(ABC), 'abd');
    await expect(storage.read(ABC)).rejects.toMatchObject({ code: 'TOPIARY_STORAGE_HASH_MISMATCH' });
    await storage.put(Buffer.from('abc'));
    expect(Buffer.from(await storage.read(ABC)).toString()).toBe('abc');
  });
});

it('sweeps drafts of processes that died long ago', async () => {
  await storage.put(Buffer.from('abc'));
  for (const name of ['old', 'new']) writeFileSync(join(folder, 'drafts', name), '');
  utimesSync(join(folder, 'drafts/old'), 1, 1);
  expect(await storage.sweep()).toBe(1);
  expect(drafts()).toEqual(['new']);
});

it('refuses what it cannot do with a clear sentence', async () => {
  await expect(openStorage('s3:')).rejects.toThrow(/STORAGE_URL; expected s3:\/\/<bucket>/);
  for (const url of ['', 'file:', 'ftp://x', `file:${join(folder, 'a-file/inside')}`]) {
    writeFileSync(join(folder, 'a-file'), '');
    await expect(openStorage(url)).rejects.toMatchObject({ code: 'TOPIARY_START_ENVIRONMENT' });
  }
});
