/** Fetching a data set: from a server that breaks off, that cannot go on, and that sends something else. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fetchSet, filesHash } from '../../scripts/fetch/fetch-set.js';
import type { Source } from '../../scripts/fetch/sources.js';
import { tarball } from '../../scripts/fetch/unpack.js';

let home = '';
let server: Server;
let archive: Buffer;
let wanted = '';
/** Bytes after which the next answer breaks off (none), and whether parts can be asked for. */
let breaksAt: number | null = null;
let ranges = true;
let asked: (string | undefined)[] = [];

const folder = () => join(home, 'cells');
const source = (changes: Partial<Source> = {}): Source =>
  ({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/cells.tar.gz`,
    bytes: archive.length,
    unpack: tarball({ strip: 2, only: 'repository/inner' }),
    files: wanted,
    ...changes,
  }) as Source;

beforeAll(async () => {
  const packed = mkdtempSync(join(tmpdir(), 'topiary-archive-'));
  mkdirSync(join(packed, 'repository/inner/deep'), { recursive: true });
  writeFileSync(join(packed, 'repository/readme'), 'not wanted');
  writeFileSync(join(packed, 'repository/inner/b.txt'), 'b');
  // nothing that a packer could make smaller
  const noise = Array.from({ length: 4000 }, (_, i) => createHash('sha256').update(`${i}`).digest());
  writeFileSync(join(packed, 'repository/inner/deep/a.bin'), Buffer.concat(noise));
  execFileSync('tar', ['-czf', join(packed, 'cells.tar.gz'), '-C', packed, 'repository']);
  archive = readFileSync(join(packed, 'cells.tar.gz'));
  wanted = await filesHash(join(packed, 'repository/inner'));
  rmSync(packed, { recursive: true });
  server = createServer((request, response) => {
    const { range } = request.headers;
    asked.push(range);
    const from = ranges && range ? Number(/bytes=(\d+)-/.exec(range)![1]) : 0;
    if (from >= archive.length) return response.writeHead(416).end();
    const [code, extra] = from > 0 ? [206, { 'content-range': `bytes ${from}-/${archive.length}` }] : [200, {}];
    response.writeHead(code, { 'content-length': archive.length - from, ...extra });
    if (breaksAt === null) return response.end(archive.subarray(from));
    response.write(archive.subarray(from, breaksAt), () => setTimeout(() => response.destroy(), 20));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});

beforeEach(() => {
  if (home !== '') rmSync(home, { recursive: true, force: true });
  home = mkdtempSync(join(tmpdir(), 'topiary-fetch-'));
  [breaksAt, ranges, asked] = [null, true, []];
});

afterAll(() => {
  server.close();
  rmSync(home, { recursive: true, force: true });
});

describe('fetching a data set', () => {
  it('unpacks what is wanted and leaves nothing else', async () => {
    await fetchSet(source(), folder());
    expect(readFileSync(join(folder(), 'b.txt'), 'utf8')).toBe('b');
    expect(statSync(join(folder(), 'deep/a.bin')).size).toBe(128_000);
    expect(existsSync(join(folder(), 'readme'))).toBe(false);
    expect(existsSync(`${folder()}.partial`)).toBe(false);
    await expect(fetchSet(source(), folder())).rejects.toThrow(/already there/);
  });

  it('goes on where it was broken off', async () => {
    breaksAt = 50_000;
    await expect(fetchSet(source(), folder())).rejects.toThrow();
    const here = statSync(join(`${folder()}.partial`, 'archive')).size;
    expect(here).toBeGreaterThan(0);
    expect(existsSync(folder())).toBe(false);
    breaksAt = null;
    await fetchSet(source(), folder());
    expect(asked).toEqual([undefined, `bytes=${here}-`]);
    expect(await filesHash(folder())).toBe(wanted);
  });

  it('begins again where the server knows no parts', async () => {
    breaksAt = 50_000;
    await expect(fetchSet(source(), folder())).rejects.toThrow();
    [breaksAt, ranges] = [null, false];
    await fetchSet(source(), folder());
    expect(await filesHash(folder())).toBe(wanted);
  });

  it('throws away files that are not those that were promised, and says so', async () => {
    await expect(fetchSet(source({ files: 'f'.repeat(64) }), folder())).rejects.toThrow(
      /expected files of SHA-256 fff/,
    );
    expect(existsSync(folder())).toBe(false);
    expect(existsSync(`${folder()}.partial`)).toBe(false);
  });

  it('throws away an archive that is not the one that was promised', async () => {
    const { files: _, ...place } = source() as Source & { files: string };
    const right = createHash('sha256').update(archive).digest('hex');
    await expect(fetchSet({ ...place, archive: 'f'.repeat(64) }, folder())).rejects.toThrow(/expected SHA-256 fff/);
    expect(existsSync(join(`${folder()}.partial`, 'archive'))).toBe(false);
    await fetchSet({ ...place, archive: right }, folder());
    expect(await filesHash(folder())).toBe(wanted);
  });

  it('names the address that nobody answers at', async () => {
    const dead = source({ url: 'http://127.0.0.1:1/cells.tar.gz' });
    await expect(fetchSet(dead, folder())).rejects.toThrow(/127\.0\.0\.1:1\/cells.*ECONNREFUSED|bad port/);
  });
});
