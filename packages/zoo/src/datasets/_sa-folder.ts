/** Folders as SA-1B lays them out: <split>/<name>.json with the masks of one picture, and the picture beside it. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { TopiaryError } from '@topiary/errors';
import type { Dataset } from '../dataset.js';
import { decodeWhole } from '../decode.js';
import type { MaskSplit } from '../masks.js';
import { ofMasks } from './_masks.js';

export interface SaFacts extends Pick<Dataset, 'id' | 'title' | 'summary' | 'input' | 'source'> {
  /** What to do where it is missing. */
  readonly cure: string;
  /** So many pictures of the training split, its last ones, are shown and not trained on. */
  readonly showcase: number;
}

const missing = ({ id, cure }: SaFacts, split: string): TopiaryError =>
  new TopiaryError('TOPIARY_ZOO_DATA_MISSING', {
    where: `${id}/${split}`,
    expected: 'a folder of JSON files with pictures beside them under DATA_DIR',
    got: 'none',
    cure,
  });

const jsonIn = async (folder: string): Promise<string[]> => {
  const entries = await readdir(folder).catch(() => [] as string[]);
  return entries.filter((name) => name.endsWith('.json')).sort((a, b) => (a < b ? -1 : 1));
};

const namesIn = async (dataDir: string, facts: SaFacts, split: string): Promise<string[]> => {
  const names = await jsonIn(join(dataDir, facts.id, split));
  if (names.length === 0) throw missing(facts, split);
  return names;
};

/** Files are read when they are asked for; what identifies them, at once. */
const splitOf = async (folder: string, where: string, names: readonly string[]): Promise<MaskSplit> => {
  const hash = createHash('sha256');
  for (const name of names) hash.update(name).update(await readFile(join(folder, name)));
  const digest = hash.digest('hex');
  return {
    length: names.length,
    idOf: (index) => names[index]!,
    scene: async (index) => {
      const name = names[index]!;
      // a catalogue never reads one
      const { parseSa } = await import('../annotations/sa-1b.js');
      const text = await readFile(join(folder, name), 'utf8');
      const { file, width, height, objects } = parseSa(text, `${where}/${name}`);
      const pixels = await decodeWhole(join(folder, basename(file)));
      // masks are those of another picture where its size is not what they were drawn on
      return pixels?.width === width && pixels.height === height ? { pixels, objects } : null;
    },
    hash: () => digest,
  };
};

/** Any one folder of such files. */
export const saSplit = async (folder: string): Promise<MaskSplit> =>
  splitOf(folder, basename(folder), await jsonIn(folder));

export const saFolder = (facts: SaFacts): Dataset =>
  ofMasks(
    facts,
    async (dataDir) => {
      for (const split of ['train', 'test']) {
        const found = await readdir(join(dataDir, facts.id, split)).catch(() => null);
        if (found === null) return { present: false, reason: missing(facts, split).message };
      }
      return { present: true, reason: null };
    },
    async ({ dataDir }) => {
      const [train, test] = [await namesIn(dataDir, facts, 'train'), await namesIn(dataDir, facts, 'test')];
      const of = (split: string, names: readonly string[]) =>
        splitOf(join(dataDir, facts.id, split), `${facts.id}/${split}`, names);
      const shown = Math.min(facts.showcase, train.length - 1);
      return {
        train: await of('train', train.slice(0, train.length - shown)),
        test: await of('test', test),
        showcase: await of('train', train.slice(train.length - shown)),
      };
    },
  );
