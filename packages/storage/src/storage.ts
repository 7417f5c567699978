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

/** Files that arrive in pieces, by id; none of them is part of the storage before it is whole. */
export interface Drafts {
  /** Bytes that have arrived. */
  size(id: string): Promise<number>;
  /** Writes at the end and returns the new size. Another offset: TOPIARY_UPLOAD_OFFSET; too much: nothing is kept. */
  append(id: string, source: Source, range: { readonly offset: number; readonly bytes: number }): Promise<number>;
  /** Moves the file into the storage; other bytes: TOPIARY_UPLOAD_CHECKSUM, and the draft is gone. */
  finish(id: string, sha256: string): Promise<Stored>;
  discard(id: string): Promise<void>;
  /** A local file with what has arrived. */
  path(id: string): string;
  list(): Promise<string[]>;
}

export interface Storage {
  readonly drafts: Drafts;
  put(source: Source, options?: PutOptions): Promise<Stored>;
  /** TOPIARY_STORAGE_NOT_FOUND when there is none. */
  get(sha256: string): Promise<Readable>;
  /** All bytes at once, checked against the hash. */
  read(sha256: string): Promise<Uint8Array>;
  /** A local file with these bytes, for programs that want a path. */
  path(sha256: string): Promise<string>;
  stat(sha256: string): Promise<Stored | null>;
  /** Every file, with the time at which it was written. */
  list(): AsyncIterable<Stored & { readonly at: Date }>;
  /** Nothing happens where there is none. */
  remove(sha256: string): Promise<void>;
  /** Bytes that there is room for; null where nobody can tell. */
  free(): Promise<number | null>;
  /** Removes left-over temporary files older than a day; returns their number. */
  sweep(): Promise<number>;
}
