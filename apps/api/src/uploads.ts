/** Uploads that are resumed: one writer at a time, whole files only, and nothing half-written left behind. */
import { randomUUID } from 'node:crypto';
import type { Upload } from '@topiary/contracts';
import type { Database, UploadRecord } from '@topiary/db';
import { TopiaryError } from '@topiary/errors';
import type { Storage } from '@topiary/storage';
import type { ApiContext } from './context.js';
import { checkRoom } from './room.js';
import { keep } from './upload.js';

type Parts = { readonly db: Database; readonly storage: Storage };

export interface Announced {
  readonly owner: string;
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

export const describeUpload = async ({ storage }: Pick<Parts, 'storage'>, record: UploadRecord): Promise<Upload> => {
  const { id, name, bytes, sha256, complete, expiresAt } = record;
  return { id, name, bytes, sha256, complete, expiresAt, offset: complete ? bytes : await storage.drafts.size(id) };
};

/**
 * A file that this person has sent before is complete at once: a hash alone is no proof of having the file, for
 * leaderboards print the hashes of other people's. One that has come in part goes on where it stopped.
 */
export const announce = async (
  parts: Parts & Pick<ApiContext, 'limits'>,
  upload: Announced,
  mostBytes: number | undefined,
): Promise<Upload> => {
  const { db, storage } = parts;
  await checkRoom(parts, upload.bytes);
  const record =
    (await db.uploads.unfinished(upload)) ?? (await db.uploads.create({ id: randomUUID(), ...upload }, mostBytes));
  const known = await db.uploads.hasShown({ sha256: upload.sha256, person: upload.owner });
  const stored = known ? await storage.stat(upload.sha256) : null;
  if (stored?.bytes !== upload.bytes) return describeUpload({ storage }, record);
  await keep(parts, stored, upload.owner);
  await db.uploads.complete(record.id);
  return describeUpload({ storage }, { ...record, complete: true });
};

const writing = new Set<string>();

const finish = async ({ db, storage }: Parts, record: UploadRecord): Promise<void> => {
  try {
    const stored = await storage.drafts.finish(record.id, record.sha256);
    await keep({ db, storage }, stored, record.owner);
    await db.uploads.complete(record.id);
  } catch (error) {
    if (error instanceof TopiaryError && error.code === 'TOPIARY_UPLOAD_CHECKSUM') await db.uploads.remove(record.id);
    throw error;
  }
};

/** Appends a piece; the last one makes the file an artefact, if it is the one that was announced. */
export const receive = async (
  parts: Parts,
  record: UploadRecord,
  offset: number,
  piece: AsyncIterable<Uint8Array>,
): Promise<Upload> => {
  const { id, bytes } = record;
  if (record.complete || writing.has(id)) {
    const got = record.complete ? 'a complete upload' : 'another piece on its way';
    throw new TopiaryError('TOPIARY_UPLOAD_OFFSET', { where: id, expected: 'an upload that waits for a piece', got });
  }
  writing.add(id);
  try {
    const size = await parts.storage.drafts.append(id, piece, { offset, bytes });
    if (size === bytes) await finish(parts, record);
    return await describeUpload(parts, { ...record, complete: size === bytes });
  } finally {
    writing.delete(id);
  }
};

export const drop = async ({ db, storage }: Parts, id: string): Promise<void> => {
  await db.uploads.remove(id);
  await storage.drafts.discard(id);
};

/** Uploads that nobody went on with. */
export const dropExpired = async (db: Database, storage: Storage): Promise<number> => {
  const ids = await db.uploads.takeExpired();
  await Promise.all(ids.map((id) => storage.drafts.discard(id)));
  return ids.length;
};
