/** Sends a file in pieces, and goes on where it stopped: after a broken connection, or in another process. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Connection, sendBytes } from './bytes.js';
import { answer, connect } from './connect.js';
import type { components } from './generated/api.js';
import { ApiProblem, Unreachable } from './problem.js';

type Upload = components['schemas']['Upload'];

export interface FileToSend {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  /** The bytes from `from` up to `to`. */
  read(from: number, to: number): Promise<Uint8Array>;
}

export interface SendOptions {
  readonly onProgress?: ((sentBytes: number) => void) | undefined;
  /** Told before each further attempt. */
  readonly onRetry?: ((error: Error) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly pieceBytes?: number | undefined;
  /** Before the second attempt; it doubles from one to the next. */
  readonly firstWaitMs?: number | undefined;
}

const PIECE_BYTES = 8 * 2 ** 20;
/** In a row, without a byte that arrived. */
const TRIES = 6;

/** Worth another try: silence, a server in trouble, too many requests, an offset that moved. */
const mayPass = (error: unknown): error is Error => {
  if (error instanceof Unreachable) return true;
  if (!(error instanceof ApiProblem)) return false;
  const { status } = error.problem;
  return status >= 500 || status === 429 || status === 409;
};

const waitMs = (error: Error, failures: number, first: number): number => {
  const asked = error instanceof ApiProblem ? error.retryAfter : null;
  return asked === null ? first * 2 ** (failures - 1) : 1000 * asked;
};

/** Returns the sha256 by which submissions name the file. */
export const sendFile = async (
  connection: Connection,
  file: FileToSend,
  { onProgress, onRetry, signal, pieceBytes = PIECE_BYTES, firstWaitMs = 500 }: SendOptions = {},
): Promise<string> => {
  const api = connect(connection);
  const { name, bytes, sha256 } = file;
  let upload: Upload | null = null;
  let arrived = 0;
  const next = async (): Promise<Upload> => {
    // Announcing the same file again finds what has arrived of it.
    if (upload === null) return answer(await api.POST('/api/v1/uploads', { body: { name, bytes, sha256 } }));
    const from = upload.offset;
    const piece = await file.read(from, Math.min(from + pieceBytes, bytes));
    const headers = { 'upload-offset': String(from) };
    return sendBytes(connection, {
      method: 'PATCH',
      path: `/api/v1/uploads/${upload.id}`,
      bytes: piece,
      headers,
      signal,
    });
  };
  for (let failures = 0; upload === null || !upload.complete; ) {
    try {
      upload = await next();
      if (upload.offset > arrived) failures = 0;
      arrived = upload.offset;
      onProgress?.(upload.offset);
    } catch (error) {
      failures += 1;
      if (signal?.aborted || !mayPass(error) || failures === TRIES) throw error;
      onRetry?.(error);
      await sleep(waitMs(error, failures, firstWaitMs), undefined, { signal });
      upload = null;
    }
  }
  return sha256;
};
