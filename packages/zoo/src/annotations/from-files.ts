/** A split of boxes whose pictures are files: annotations are read at once, pictures when they are asked for. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BoxSplit } from '../boxes.js';
import { decodeWhole } from '../decode.js';
import { annotationHash, corrupt, fitAnnotations, type MarkedPicture } from './marked.js';

/** Files that are looked at side by side. */
const TOGETHER = 256;

const sizesOf = async (files: readonly string[]): Promise<(number | null)[]> => {
  const sizes: (number | null)[] = [];
  for (let from = 0; from < files.length; from += TOGETHER) {
    const some = files.slice(from, from + TOGETHER);
    sizes.push(...(await Promise.all(some.map(async (file) => (await stat(file).catch(() => null))?.size ?? null))));
  }
  return sizes;
};

export interface FilesRequest {
  /** Names the split in errors. */
  readonly where: string;
  readonly classes: readonly string[];
  readonly marked: readonly MarkedPicture[];
  /** Named, without annotations. */
  readonly missing?: readonly string[];
  /** Folder of the pictures, and a picture's name in it. */
  readonly folder: string;
  readonly fileOf: (id: string) => string;
}

/** Pictures that are not there are left out and reported; where none is there, that is an error. */
export const boxesFromFiles = async (request: FilesRequest): Promise<BoxSplit> => {
  const { where, classes, marked, missing = [], folder, fileOf } = request;
  const all = await sizesOf(marked.map(({ id }) => join(folder, fileOf(id))));
  const isThere = (_: unknown, i: number) => all[i] !== null;
  const gone = marked.filter((_, i) => all[i] === null).map(({ id }) => id);
  const { pictures, excluded } = fitAnnotations(marked.filter(isThere), classes, [...missing, ...gone]);
  const sizes = all.filter((size) => size !== null);
  if (pictures.length === 0 && missing.length + gone.length > 0) {
    throw corrupt(
      where,
      `pictures in ${fileOf('<name>')}`,
      `none of the ${missing.length + gone.length} that it names`,
    );
  }
  return {
    pictures,
    classes,
    excluded,
    pixels: async (index) => {
      const { id, width, height } = pictures[index]!;
      const pixels = await decodeWhole(join(folder, fileOf(id)));
      // boxes are those of another picture where its size is not what they were drawn on
      return pixels?.width === width && pixels.height === height ? pixels : null;
    },
    hash: () => annotationHash(classes, pictures, (i) => `${sizes[i]}`),
  };
};
