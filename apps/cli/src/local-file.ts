/** Files named on the command line: looked at, hashed, read piece by piece. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { FileToSend } from '@topiary/client';
import { UsageError } from './exit.js';

const read = async (path: string, from: number, to: number): Promise<Uint8Array> => {
  const handle = await open(path);
  try {
    const bytes = new Uint8Array(to - from);
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, from);
    return bytes.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
};

/** `option` is who named the file, for the sentence when it is none. */
export const localFile = async (option: string, path: string): Promise<FileToSend> => {
  const found = await stat(path).catch(() => null);
  if (found === null) throw new UsageError(`${option}: there is no file ${path}`);
  if (!found.isFile() || found.size === 0)
    throw new UsageError(`${option}: ${path} is ${found.isFile() ? 'empty' : 'no file'}`);
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  const sha256 = hash.digest('hex');
  return { name: basename(path), bytes: found.size, sha256, read: (from, to) => read(path, from, to) };
};
