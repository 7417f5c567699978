/** What every storage driver offers; files are named by the sha256 of their bytes and never change. */
import type { Readable } from 'node:stream';

export interface Stored {
  readonly sha256: string;
  readonly bytes: number;
}

export interface PutOptions {
  /** Refuses other bytes: TOPIARY_STORAGE_HASH_MISMATCH. */
  readonly sha256?: string;
  /** Stops while streaming: TOPIARY_API_TOO_LARGE. */
  readonly maxBytes?: number;
}

export type Source = Readable | AsyncIterable<Uint8Array> | Uint8Array;

export interface Storage {
  put(source: Source, options?: PutOptions): Promise<Stored>;
  /** TOPIARY_STORAGE_NOT_FOUND when there is none. */
  get(sha256: string): Promise<Readable>;
  /** All bytes at once, checked against the hash. */
  read(sha256: string): Promise<Uint8Array>;
  /** A local file with these bytes, for programs that want a path. */
  path(sha256: string): Promise<string>;
  stat(sha256: string): Promise<Stored | null>;
  /** Removes left-over temporary files older than a day; returns their number. */
  sweep(): Promise<number>;
}
