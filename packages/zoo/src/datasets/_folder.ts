/**
 * Folders of pictures as torchvision's ImageFolder reads them: train/<class>/<picture> and val/<class>/<picture>;
 * classes in the order of their names. A picture that cannot be decoded is left out and remembered.
 */
import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isTopiaryError, TopiaryError } from '@topiary/errors';
import type { Dataset, OpenOptions, Pictures, Read, Split } from '../dataset.js';
import { decodePicture, evaluationFraming, type Framing, trainingFraming } from '../decode.js';
import { randomFrom } from '../random.js';

/** Of ImageNet's training pictures, as torchvision states them. */
export const IMAGENET_MEAN = [0.485, 0.456, 0.406];
export const IMAGENET_STD = [0.229, 0.224, 0.225];

const PICTURE = /\.(jpe?g|png|webp)$/i;
const [TRAIN, TEST] = ['train', 'val'];

export interface FolderFacts extends Pick<Dataset, 'id' | 'title' | 'summary' | 'input' | 'mean' | 'std' | 'source'> {
  /** Folders that there must be; null: any number. */
  readonly classCount: number | null;
  /** What to do where it is missing. */
  readonly cure: string;
}

/** Names in the order of their code points, as Python sorts them. */
const inOrderOf = (names: readonly string[]): string[] => [...names].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));

const fault = (code: 'MISSING' | 'CORRUPT', { cure }: FolderFacts, where: string, expected: string, got: string) =>
  new TopiaryError(`TOPIARY_ZOO_DATA_${code}`, { where, expected, got, cure });

/** Class folders of a split. */
const classFolders = async (dataDir: string, facts: FolderFacts, split: string): Promise<string[]> => {
  const where = `${facts.id}/${split}`;
  const entries = await readdir(join(dataDir, where), { withFileTypes: true }).catch(() => null);
  if (entries === null) throw fault('MISSING', facts, where, 'a folder under DATA_DIR', 'none');
  const names = inOrderOf(
    entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink()).map(({ name }) => name),
  ).filter((name) => !name.startsWith('.'));
  const { classCount } = facts;
  if (names.length === 0 || (classCount !== null && names.length !== classCount)) {
    throw fault('CORRUPT', facts, where, `${classCount ?? 'some'} class folders`, `${names.length}`);
  }
  return names;
};

/** Both splits must have the same classes. */
const classesIn = async (dataDir: string, facts: FolderFacts): Promise<string[]> => {
  // one after the other, so that of two folders that are missing the first is always the one that is named
  const train = await classFolders(dataDir, facts, TRAIN);
  const test = await classFolders(dataDir, facts, TEST);
  const odd = train.find((name) => !test.includes(name)) ?? test.find((name) => !train.includes(name));
  if (odd === undefined) return train;
  throw fault('CORRUPT', facts, facts.id, `the same class folders in ${TRAIN} and ${TEST}`, `'${odd}' in one only`);
};

interface Listing {
  /** `<class>/<picture>` */
  readonly names: readonly string[];
  readonly labels: Uint16Array;
}

const list = async (
  dataDir: string,
  facts: FolderFacts,
  split: string,
  classes: readonly string[],
): Promise<Listing> => {
  const names: string[] = [];
  const labels: number[] = [];
  for (const [label, folder] of classes.entries()) {
    const files = await readdir(join(dataDir, facts.id, split, folder));
    for (const file of inOrderOf(files)) {
      if (!PICTURE.test(file) || file.startsWith('.')) continue;
      names.push(`${folder}/${file}`);
      labels.push(label);
    }
  }
  if (names.length === 0) {
    throw fault('CORRUPT', facts, `${facts.id}/${split}`, 'pictures (.jpg, .jpeg, .png, .webp)', 'none');
  }
  return { names, labels: Uint16Array.from(labels) };
};

/** Names, sizes and labels: reading 50,000 pictures to hash them would take longer than a run. */
const hashOf = (side: number, { names, labels }: Listing, sizes: readonly number[]): string => {
  const hash = createHash('sha256').update(`${side}`);
  for (const [i, name] of names.entries()) hash.update(`\n${name} ${sizes[i] ?? ''} ${labels[i]}`);
  return hash.digest('hex');
};

const picturesOf = (root: string, side: number, listing: Listing, sizes: readonly number[]): Pictures => {
  const damaged = new Set<string>();
  const bytes = 3 * side * side;
  const reader =
    (frame: (width: number, height: number) => Framing): Read =>
    async (index, out, offset) => {
      const name = listing.names[index]!;
      try {
        await decodePicture(join(root, name), frame, out.subarray(offset, offset + bytes));
        return true;
      } catch {
        damaged.add(name);
        return false;
      }
    };
  return {
    plain: reader((width, height) => evaluationFraming(width, height, side)),
    augmented: (random, { flip }) => {
      const own = randomFrom(`view/${random.bits()}`);
      return reader((width, height) => trainingFraming(own, flip, width, height, side));
    },
    damaged,
    hash: () => hashOf(side, listing, sizes),
  };
};

const sideOf = ({ id, input: usual }: FolderFacts, input: readonly number[] = usual): number => {
  const [channels, height, width] = input;
  if (input.length === 3 && channels === 3 && height === width) return height!;
  throw new TopiaryError('TOPIARY_ONNX_UNSUPPORTED', {
    where: `a network for ${id}`,
    expected: 'square pictures of three channels, [3, S, S]',
    got: `[${input.join(', ')}]`,
  });
};

const open = async (facts: FolderFacts, { dataDir, input }: OpenOptions) => {
  const side = sideOf(facts, input);
  const classes = await classesIn(dataDir, facts);
  const read = async (split: string, sized: boolean): Promise<Split> => {
    const root = join(dataDir, facts.id, split);
    const listing = await list(dataDir, facts, split, classes);
    const sizes = sized ? await sizesOf(root, listing.names) : [];
    const { labels } = listing;
    const pictures = picturesOf(root, side, listing, sizes);
    return { length: labels.length, dims: [3, side, side], pictures, labels, mean: facts.mean, std: facts.std };
  };
  return { train: await read(TRAIN, false), test: await read(TEST, true) };
};

const sizesOf = async (root: string, names: readonly string[]): Promise<number[]> => {
  const sizes: number[] = [];
  for (let from = 0; from < names.length; from += 256) {
    const some = names.slice(from, from + 256).map(async (name) => (await stat(join(root, name))).size);
    sizes.push(...(await Promise.all(some)));
  }
  return sizes;
};

/** A data set that is such a folder. */
export const folder = (facts: FolderFacts): Dataset => ({
  id: facts.id,
  title: facts.title,
  summary: facts.summary,
  classes: null,
  input: facts.input,
  anySize: true,
  mean: facts.mean,
  std: facts.std,
  augmentation: 'random resized crop and flip',
  source: facts.source,
  state: async (dataDir) => {
    try {
      await classesIn(dataDir, facts);
      return { present: true, reason: null };
    } catch (error) {
      if (isTopiaryError(error)) return { present: false, reason: error.message };
      throw error;
    }
  },
  classesIn: (dataDir) => classesIn(dataDir, facts),
  open: (options) => open(facts, options),
});

const NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** A folder that somebody has put into DATA_DIR; normalised as ImageNet unless its network says otherwise. */
export const anyFolder = (id: string): Dataset => {
  if (!NAME.test(id)) {
    throw new TopiaryError('TOPIARY_ZOO_UNKNOWN', {
      where: 'data set',
      expected: 'the name of a folder under DATA_DIR: lower-case letters, digits and single hyphens',
      got: id,
    });
  }
  return folder({
    id,
    title: id,
    summary: 'Pictures in folders, one per class.',
    input: [3, 224, 224],
    mean: IMAGENET_MEAN,
    std: IMAGENET_STD,
    classCount: null,
    cure: `Put train/<class>/<picture> and val/<class>/<picture> into DATA_DIR/${id}`,
    source: 'A folder on this server',
  });
};
