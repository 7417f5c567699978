/** Sends a file in pieces, and goes on where it stopped: after a broken connection, or when the page is opened again. */
import type { Upload } from '@topiary/contracts';
import { ApiError, api } from './api.js';

const PIECE_BYTES = 4 * 2 ** 20;
/** In a row, without a byte that arrived: somewhat longer than a minute. */
const TRIES = 7;

export interface SendProgress {
  readonly phase: 'hashing' | 'sending';
  /** 0 … 1 */
  readonly share: number;
}

const hex = (bytes: ArrayBuffer): string =>
  Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');

export const sha256Of = async (file: Blob): Promise<string> =>
  hex(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));

/** Worth another try: the network, a server that restarts, an offset that moved, too many pieces in a minute. */
const mayPass = (error: unknown): boolean => {
  if (!(error instanceof ApiError)) return false;
  const { status } = error.problem;
  return status === 0 || status >= 500 || status === 409 || status === 429;
};

const wait = (ms: number) => new Promise((next) => setTimeout(next, ms));

/** Returns the sha256 under which the server keeps the file. */
export const sendFile = async (
  file: File,
  onProgress: (progress: SendProgress) => void,
  signal: AbortSignal,
): Promise<string> => {
  onProgress({ phase: 'hashing', share: 0 });
  const sha256 = await sha256Of(file);
  const announcement = { bytes: file.size, sha256, name: file.name.slice(0, 200) };
  let upload: Upload | null = null;
  let arrived = 0;
  const next = (): Promise<Upload> => {
    // Announcing the same file again finds what has arrived of it.
    if (upload === null) return api.createUpload(announcement);
    const { id, offset } = upload;
    return api.sendPiece(id, offset, file.slice(offset, offset + PIECE_BYTES), signal);
  };
  for (let failures = 0; upload === null || !upload.complete; ) {
    try {
      upload = await next();
      if (upload.offset > arrived) failures = 0;
      arrived = upload.offset;
      onProgress({ phase: 'sending', share: arrived / file.size });
    } catch (error) {
      failures += 1;
      if (signal.aborted || !mayPass(error) || failures >= TRIES) throw error;
      await wait(500 * 2 ** failures);
      upload = null;
    }
  }
  return sha256;
};
