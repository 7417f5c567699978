/** What a back-up says of itself; written last, so that one without it is not one. */
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Dump } from '@topiary/db';
import { TopiaryError } from '@topiary/errors';
import type { Vault } from './vault.js';

export const FORMAT = 1;

export interface Manifest {
  readonly format: typeof FORMAT;
  readonly id: string;
  /** Of Topiary. */
  readonly version: string;
  readonly dump: Dump;
  /** Of each table's file, so that a damaged one is found before it is believed. */
  readonly checksums: Readonly<Record<string, string>>;
  readonly files: readonly { readonly sha256: string; readonly bytes: number }[];
  /** Named by rows, but no longer in the storage. */
  readonly missing: readonly string[];
  /** Files of the home: the owner's key, the secret that signs cookies. */
  readonly home: readonly string[];
}

const MANIFEST = 'manifest.json';

export const tableFile = (id: string, table: string): string => `backups/${id}/tables/${table}.jsonl.gz`;
export const homeFile = (id: string, name: string): string => `backups/${id}/home/${name}`;
/** Shared by all back-ups of a place: what has not changed is not copied again. */
export const storedFile = (sha256: string): string => `files/${sha256.slice(0, 2)}/${sha256}`;

const once = async function* (bytes: Uint8Array) {
  yield bytes;
};

export const writeManifest = (vault: Vault, manifest: Manifest): Promise<void> =>
  vault.put(`backups/${manifest.id}/${MANIFEST}`, once(Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`)));

/** Those that are whole, the oldest first. */
export const listBackups = async (vault: Vault): Promise<string[]> =>
  (await vault.list('backups')).flatMap((name) => /^backups\/([^/]+)\/manifest\.json$/.exec(name)?.[1] ?? []).sort();

export const readManifest = async (vault: Vault, id?: string): Promise<Manifest> => {
  const all = await listBackups(vault);
  const wanted = id ?? all.at(-1);
  if (wanted === undefined || !all.includes(wanted)) {
    throw new TopiaryError('TOPIARY_BACKUP_PLACE', {
      where: vault.name,
      expected: id === undefined ? 'a whole back-up' : `the back-up ${id}`,
      got: all.length === 0 ? 'none' : all.join(', '),
    });
  }
  const stream: Readable = await vault.get(`backups/${wanted}/${MANIFEST}`);
  const manifest = JSON.parse(await text(stream)) as Manifest;
  if (manifest.format === FORMAT) return manifest;
  throw new TopiaryError('TOPIARY_BACKUP_DAMAGED', {
    where: wanted,
    expected: `format ${FORMAT}`,
    got: `${manifest.format}`,
    cure: 'Restore it with the release that made it, or a newer one',
  });
};
