/** Sends a file in pieces, and goes on where it stopped: after a broken connection, or when the page is opened again. */
import { ApiError, api } from './api.js';

const PIECE_BYTES = 4 * 2 ** 20;
const TRIES = 6;

export interface SendProgress {
  readonly phase: 'hashing' | 'sending';
  /** 0 … 1 */
  readonly share: number;
}

const hex = (bytes: ArrayBuffer): string =>
  Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');

export const sha256Of = async (file: Blob): Promise<string> =>
  hex(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));

const keyOf = (sha256: string): string => `topiary.upload.${sha256}`;

/** The upload that this browser began before, if the server still knows it; else a new one. */
const begin = async (file: File, sha256: string) => {
  const known = localStorage.getItem(keyOf(sha256));
  const found = known === null ? null : await api.upload(known).catch(() => null);
  const upload = found ?? (await api.createUpload({ bytes: file.size, sha256, name: file.name.slice(0, 200) }));
  localStorage.setItem(keyOf(sha256), upload.id);
  return upload;
};

/** Worth another try: the network, a server that restarts, an offset that moved. */
const mayPass = (error: unknown): boolean =>
  error instanceof ApiError &&
  (error.problem.status === 0 || error.problem.status >= 500 || error.problem.status === 409);

const wait = (ms: number) => new Promise((next) => setTimeout(next, ms));

/** Returns the sha256 under which the server keeps the file. */
export const sendFile = async (
  file: File,
  onProgress: (progress: SendProgress) => void,
  signal: AbortSignal,
): Promise<string> => {
  onProgress({ phase: 'hashing', share: 0 });
  const sha256 = await sha256Of(file);
  let { id, offset, complete } = await begin(file, sha256);
  for (let failures = 0; !complete; ) {
    onProgress({ phase: 'sending', share: offset / file.size });
    try {
      const piece = file.slice(offset, offset + PIECE_BYTES);
      ({ offset, complete } = await api.sendPiece(id, offset, piece, signal));
      failures = 0;
    } catch (error) {
      failures += 1;
      if (signal.aborted || !mayPass(error) || failures >= TRIES) throw error;
      await wait(500 * 2 ** failures);
      ({ id, offset, complete } = await api.upload(id));
    }
  }
  localStorage.removeItem(keyOf(sha256));
  onProgress({ phase: 'sending', share: 1 });
  return sha256;
};
