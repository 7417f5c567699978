/** Downloads one file, going on where an earlier attempt ended if its server can. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';

const sizeOf = async (file: string): Promise<number> => (await stat(file).catch(() => ({ size: 0 }))).size;

export const sha256Of = async (file: string): Promise<string> => {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
};

/** A server answers 206 with the rest, 200 with all of it, 416 where nothing is left. What is there stays on an error. */
export const download = async (url: string, file: string): Promise<void> => {
  const here = await sizeOf(file);
  const headers: Record<string, string> = here > 0 ? { range: `bytes=${here}-` } : {};
  const answer = await fetch(url, { headers }).catch((error: Error) => {
    throw new Error(`${url}: ${error.cause instanceof Error ? error.cause.message : error.message}`);
  });
  if (here > 0 && answer.status === 416) return;
  if (!answer.ok || answer.body === null) throw new Error(`${url}: HTTP ${answer.status}`);
  const isRest = answer.status === 206;
  if (isRest && !answer.headers.get('content-range')?.startsWith(`bytes ${here}-`)) {
    throw new Error(`${url}: asked for what follows byte ${here}, got ${answer.headers.get('content-range')}`);
  }
  const body = Readable.fromWeb(answer.body as ReadableStream<Uint8Array>);
  await pipeline(body, createWriteStream(file, { flags: isRest ? 'a' : 'w' }));
};

/** Removes a file that is not what it should be: going on with it would never end well. */
export const checkFile = async (file: string, sha256: string, what: string): Promise<void> => {
  const got = await sha256Of(file);
  if (got === sha256) return;
  await rm(file);
  throw new Error(`${what}: expected SHA-256 ${sha256}, got ${got}; it was thrown away`);
};
