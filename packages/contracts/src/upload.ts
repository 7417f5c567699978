/** Files that are uploaded in pieces and may be resumed: announced with size and checksum, sent at offsets. */
import { z } from 'zod';
import { Line } from './text.js';

export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a sha256 in lower-case hexadecimal');

export const MAX_UPLOAD_BYTES = 512 * 2 ** 20;

export const CreateUpload = z.strictObject({
  bytes: z.number().int().min(1).max(MAX_UPLOAD_BYTES).describe('Size of the whole file'),
  sha256: Sha256.describe('Of the whole file'),
  name: Line(0, 200).default('').describe('Shown to you; never a path'),
});

export const Upload = z.object({
  id: z.string(),
  name: z.string(),
  bytes: z.number().int(),
  sha256: z.string(),
  offset: z.number().int().describe('Bytes that have arrived: the next piece begins here'),
  complete: z.boolean(),
  expiresAt: z.iso.datetime(),
});
export type Upload = z.infer<typeof Upload>;
