/** Sends a local file to a bucket: small ones in one piece, large ones in parts, each with sums that the server checks. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { CompletedPart, S3Client } from '@aws-sdk/client-s3';
import type { Sdk } from './bucket-client.js';

/** S3 takes parts from 5 MiB on, and at most 10,000 of them: files of up to 80 GB. */
export const PART_BYTES = 8 * 2 ** 20;

const base64 = (algorithm: 'md5' | 'sha256', bytes: Uint8Array): string =>
  createHash(algorithm).update(bytes).digest('base64');

/** Servers that know no sha256 of a part know its md5. */
const sumsOf = (bytes: Uint8Array) => ({ ContentMD5: base64('md5', bytes), ChecksumSHA256: base64('sha256', bytes) });

async function* partsOf(path: string, bytes: number): AsyncGenerator<Buffer> {
  const file = await open(path, 'r');
  try {
    for (let at = 0; at < bytes; at += PART_BYTES) {
      const part = Buffer.allocUnsafe(Math.min(PART_BYTES, bytes - at));
      await file.read(part, 0, part.length, at);
      yield part;
    }
  } finally {
    await file.close();
  }
}

interface Target {
  readonly Bucket: string;
  readonly Key: string;
}

const inParts = async (client: S3Client, sdk: Sdk, to: Target, path: string, bytes: number): Promise<void> => {
  const { UploadId } = await client.send(new sdk.CreateMultipartUploadCommand({ ...to, ChecksumAlgorithm: 'SHA256' }));
  try {
    const parts: CompletedPart[] = [];
    for await (const Body of partsOf(path, bytes)) {
      const PartNumber = parts.length + 1;
      const sums = sumsOf(Body);
      const { ETag } = await client.send(new sdk.UploadPartCommand({ ...to, UploadId, PartNumber, Body, ...sums }));
      parts.push({ PartNumber, ETag, ChecksumSHA256: sums.ChecksumSHA256 });
    }
    const MultipartUpload = { Parts: parts };
    await client.send(new sdk.CompleteMultipartUploadCommand({ ...to, UploadId, MultipartUpload }));
  } catch (error) {
    // Parts that nobody completes would be kept, and paid for.
    await client.send(new sdk.AbortMultipartUploadCommand({ ...to, UploadId })).catch(() => undefined);
    throw error;
  }
};

export const send = async (client: S3Client, sdk: Sdk, to: Target, path: string, bytes: number): Promise<void> => {
  if (bytes > PART_BYTES) return inParts(client, sdk, to, path, bytes);
  const chunks: Buffer[] = [];
  for await (const part of partsOf(path, bytes)) chunks.push(part);
  const Body = Buffer.concat(chunks);
  await client.send(new sdk.PutObjectCommand({ ...to, Body, ContentLength: bytes, ...sumsOf(Body) }));
};
