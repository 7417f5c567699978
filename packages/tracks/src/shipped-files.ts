/**
 * What a run that comes with the project shows of itself: widths, and what its views draw. One packed file per run,
 * `packages/tracks/shipped/<board>/<target>-<recipe>-<seed>.json.gz`; its line in the board's file names what is inside.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type ArtefactRef, isPublished, ShippedFiles, type ShippedRun } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';

const RECIPE_LETTERS = 12;

/** Too much to come along. */
const LEFT_OUT: ReadonlySet<string> = new Set(['model', 'pipeline', 'kept', 'curve', 'log']);

/** Files that everybody may see, that views draw and that are text. */
export const isShipped = ({ kind, mediaType }: Pick<ArtefactRef, 'kind' | 'mediaType'>): boolean =>
  isPublished({ kind }) && !LEFT_OUT.has(kind) && mediaType.startsWith('application/json');

type Named = Pick<ShippedRun, 'board' | 'target' | 'recipeHash' | 'seed'>;

const pathOf = (folder: string, { board, target, recipeHash, seed }: Named): string =>
  join(folder, board, `${target.label}-${recipeHash.slice(0, RECIPE_LETTERS)}-${seed}.json.gz`);

/** `folder`: of shipped results. The bytes are the same whenever the content is. */
export const writeShippedFiles = (folder: string, run: Named, files: ShippedFiles): void => {
  const path = pathOf(folder, run);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, gzipSync(JSON.stringify(ShippedFiles.parse(files)), { level: 9 }));
};

/** Null: nothing of it comes along. Throws `TOPIARY_ZOO_DATA_CORRUPT` where the file is not what was written. */
export const shippedFilesOf = (folder: string, run: Named): ShippedFiles | null => {
  const path = pathOf(folder, run);
  if (!existsSync(path)) return null;
  try {
    return ShippedFiles.parse(JSON.parse(gunzipSync(readFileSync(path)).toString('utf8')));
  } catch (cause) {
    const got = cause instanceof Error ? cause.message.slice(0, 200) : String(cause);
    throw new TopiaryError('TOPIARY_ZOO_DATA_CORRUPT', { where: path, expected: 'packed files', got }, { cause });
  }
};
