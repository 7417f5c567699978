/** Names that the database gives: time-ordered ids, cursors of lists, secrets and their hashes. */
import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { TopiaryError } from '@topiary/errors';

/** UUID version 7 (RFC 9562): 48 bits of milliseconds, then chance; ids sort by time. */
export const newId = (): string => {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export const toCursor = (id: string): string => Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');

export const fromCursor = (cursor: string): string => {
  const hex = Buffer.from(cursor, 'base64url').toString('hex');
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  // Base64 reads over what it does not know: only what we would have written is ours.
  if (ID.test(id) && toCursor(id) === cursor) return id;
  throw new TopiaryError('TOPIARY_API_VALIDATION', {
    where: 'cursor',
    expected: 'a nextCursor of this list',
    got: JSON.stringify(cursor),
  });
};

export const newSecret = (): string => randomBytes(32).toString('base64url');

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

const base62 = (bytes: Uint8Array, length: number): string => {
  let [rest, text] = [BigInt(`0x${Buffer.from(bytes).toString('hex')}`), ''];
  for (; text.length < length; rest /= 62n) text = BASE62[Number(rest % 62n)]! + text;
  return text;
};

/**
 * `topiary_<32 random bytes>_<CRC-32 of what stands before>`, both in base 62: a fixed form with a check, so that
 * secret scanners find a leaked key and know a mistyped one.
 */
export const newKey = (): string => {
  const body = `topiary_${base62(randomBytes(32), 43)}`;
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return `${body}_${base62(check, 6)}`;
};
