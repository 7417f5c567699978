/** Entries of a zip archive in memory, by name; their bytes are checked against their sums when they are read. */
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import { badFile } from './stored.js';

export interface Archive {
  readonly names: readonly string[];
  /** At most so many bytes, as they were before they were packed. */
  read(name: string, most: number): Promise<Uint8Array>;
}

const damaged = (where: string, expected: string, got: string) =>
  badFile(where, expected, got, 'Fetch the file again; it has not come whole');

const entriesOf = async (zip: ZipFile): Promise<Map<string, Entry>> => {
  const entries = new Map<string, Entry>();
  for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
  return entries;
};

const readEntry = async (zip: ZipFile, entry: Entry, most: number): Promise<Uint8Array> => {
  const { fileName, uncompressedSize } = entry;
  if (uncompressedSize > most) throw badFile(fileName, `at most ${most} bytes`, `${uncompressedSize}`);
  const bytes = await buffer(await zip.openReadStreamPromise(entry));
  if (crc32(bytes) !== entry.crc32) throw damaged(fileName, 'the bytes that its checksum is of', 'others');
  return bytes;
};

export const openArchive = async (bytes: Uint8Array): Promise<Archive> => {
  const { buffer: memory, byteOffset, byteLength } = bytes;
  const open = async () => {
    const zip = await fromBufferPromise(Buffer.from(memory as ArrayBuffer, byteOffset, byteLength), {
      lazyEntries: true,
    });
    return { zip, entries: await entriesOf(zip) };
  };
  const { zip, entries } = await open().catch((error: Error) => {
    throw damaged('the zip archive', 'entries that can be read', error.message);
  });
  return {
    names: [...entries.keys()],
    read: async (name, most) => {
      const entry = entries.get(name);
      if (!entry) throw damaged('the zip archive', `an entry ${name}`, 'none');
      return readEntry(zip, entry, most);
    },
  };
};
