/** An uploaded file: streamed into the storage, never held in memory, never run; whoever sent it has shown its bytes. */
import { TopiaryError } from '@topiary/errors';
import type { FastifyRequest } from 'fastify';
import type { ApiContext } from './context.js';

export const MAX_UPLOAD = 512 * 2 ** 20;
export const OCTETS = 'application/octet-stream';

/** The body's parser must leave it a stream. */
export const storeUpload = async (
  { db, storage }: Pick<ApiContext, 'db' | 'storage'>,
  request: Pick<FastifyRequest, 'headers' | 'body' | 'who'>,
): Promise<{ readonly sha256: string; readonly bytes: number }> => {
  const type = request.headers['content-type'];
  if (type !== OCTETS) {
    throw new TopiaryError('TOPIARY_API_VALIDATION', { where: 'content-type', expected: OCTETS, got: type ?? 'none' });
  }
  const stored = await storage.put(request.body as AsyncIterable<Uint8Array>, { maxBytes: MAX_UPLOAD });
  await db.artefacts.add({ ...stored, mediaType: OCTETS });
  await db.uploads.show({ sha256: stored.sha256, person: request.who!.id });
  return stored;
};
