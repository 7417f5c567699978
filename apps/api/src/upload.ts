/** An uploaded file: streamed into the storage, never held in memory, never run; whoever sent it has shown its bytes. */
import { TopiaryError } from '@topiary/errors';
import type { Stored } from '@topiary/storage';
import type { FastifyRequest } from 'fastify';
import type { ApiContext } from './context.js';
import { storedQuotaOf } from './quota.js';
import { checkRoom } from './room.js';

export const MAX_UPLOAD = 512 * 2 ** 20;
export const OCTETS = 'application/octet-stream';

const tooMuch = (bytes: number, left: number): TopiaryError =>
  new TopiaryError('TOPIARY_API_QUOTA', {
    where: `a file of ${bytes} bytes`,
    expected: `at most ${Math.max(0, left)} bytes, which are left of yours in the storage`,
    got: 'more',
    cure: 'Give up the files of a submission that you do not need: its numbers stay',
  });

/**
 * A stored file gets its row, and its owner their claim to it. The collector may have taken the file a moment before the
 * row was there; then it is to be sent again.
 */
export const keep = async (
  { db, storage }: Pick<ApiContext, 'db' | 'storage'>,
  stored: Stored,
  owner: string,
): Promise<void> => {
  await db.artefacts.add({ ...stored, mediaType: OCTETS }, owner);
  await db.uploads.show({ sha256: stored.sha256, person: owner });
  if (await storage.stat(stored.sha256)) return;
  throw new TopiaryError('TOPIARY_UPLOAD_CHECKSUM', {
    where: stored.sha256,
    expected: 'the file in the storage',
    got: 'none: an older copy was being removed',
    cure: 'Send it again',
  });
};

/** The body's parser must leave it a stream. */
export const storeUpload = async (
  context: Pick<ApiContext, 'db' | 'storage' | 'limits'>,
  request: Pick<FastifyRequest, 'headers' | 'body' | 'who'>,
): Promise<{ readonly sha256: string; readonly bytes: number }> => {
  const { db, storage } = context;
  const owner = request.who!.id;
  const type = request.headers['content-type'];
  if (type !== OCTETS) {
    throw new TopiaryError('TOPIARY_API_VALIDATION', { where: 'content-type', expected: OCTETS, got: type ?? 'none' });
  }
  const announced = Number(request.headers['content-length'] ?? 0);
  await checkRoom(context, announced);
  const left =
    (storedQuotaOf(context, request.who!) ?? Number.MAX_SAFE_INTEGER) - (await db.uploads.storedBytes(owner));
  if (announced > left || left <= 0) throw tooMuch(announced, left);
  const maxBytes = Math.min(MAX_UPLOAD, left);
  const stored = await storage.put(request.body as AsyncIterable<Uint8Array>, { maxBytes });
  await keep(context, stored, owner);
  return stored;
};
