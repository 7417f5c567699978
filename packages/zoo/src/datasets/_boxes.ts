/** Data sets of boxes in folders, as Pascal VOC or as COCO lays them out. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isTopiaryError, TopiaryError } from '@topiary/errors';
import { boxesFromFiles } from '../annotations/from-files.js';
import { corrupt, type MarkedPicture } from '../annotations/marked.js';
import { readList, readVoc } from '../annotations/pascal-voc.js';
import type { BoxSplit, BoxSplits } from '../boxes.js';
import type { Dataset, DatasetState, OpenOptions } from '../dataset.js';

type Facts = Pick<Dataset, 'id' | 'title' | 'summary' | 'input' | 'source' | 'isDrawn'>;

export interface BoxFacts extends Facts {
  readonly classes: readonly string[];
  /** What to do where it is missing. */
  readonly cure: string;
}

const missing = (where: string, expected: string, cure: string): TopiaryError =>
  new TopiaryError('TOPIARY_ZOO_DATA_MISSING', { where, expected, got: 'none', cure });

/** Whether it is there: what a first look at names throws, in words. */
const stateOf = async (look: () => Promise<unknown>): Promise<DatasetState> => {
  try {
    await look();
    return { present: true, reason: null };
  } catch (error) {
    if (isTopiaryError(error)) return { present: false, reason: error.message };
    throw error;
  }
};

/** What every data set of boxes has in common: a picture has many objects, so it has no label, and bytes are not scaled. */
export const ofBoxes = (
  facts: Facts & { readonly classes: readonly string[] },
  state: Dataset['state'],
  boxes: (options: OpenOptions) => Promise<BoxSplits>,
): Dataset => ({
  ...facts,
  anySize: true,
  mean: [0, 0, 0],
  std: [1, 1, 1],
  augmentation: 'the task’s own',
  state,
  classesIn: async () => facts.classes,
  open: async () => {
    throw new TopiaryError('TOPIARY_TASKS_SETTINGS', {
      where: facts.id,
      expected: 'pictures with a label each',
      got: 'pictures with boxes',
      cure: 'Use a task that finds objects',
    });
  },
  boxes,
});

export interface VocFacts extends BoxFacts {
  /** Lists in ImageSets/Main; that of the showcase may be missing. */
  readonly lists: { readonly train: string; readonly test: string; readonly showcase: string };
  /** Pictures of the lists, where that is known. */
  readonly counts: { readonly train: number; readonly test: number } | null;
}

const readSplit = async (root: string, facts: VocFacts, split: keyof VocFacts['lists']): Promise<BoxSplit> => {
  const list = facts.lists[split];
  const where = `${facts.id}/ImageSets/Main/${list}.txt`;
  const names = await readList(root, list);
  if (names === null && split !== 'showcase') throw missing(where, 'a list of pictures under DATA_DIR', facts.cure);
  const wanted = split === 'showcase' ? null : (facts.counts?.[split] ?? null);
  if (names !== null && wanted !== null && names.length !== wanted) {
    throw corrupt(where, `${wanted} pictures`, `${names.length}`, facts.cure);
  }
  const marked: MarkedPicture[] = [];
  const gone: string[] = [];
  for (const name of names ?? []) {
    const picture = await readVoc(root, name);
    if (picture === null) gone.push(name);
    else marked.push(picture);
  }
  const folder = join(root, 'JPEGImages');
  return boxesFromFiles({ where, classes: facts.classes, marked, missing: gone, folder, fileOf: (id) => `${id}.jpg` });
};

/** Annotations/<name>.xml, ImageSets/Main/<split>.txt, JPEGImages/<name>.jpg. */
export const voc = (facts: VocFacts): Dataset =>
  ofBoxes(
    facts,
    (dataDir) =>
      stateOf(async () => {
        for (const list of [facts.lists.train, facts.lists.test]) {
          const where = `${facts.id}/ImageSets/Main/${list}.txt`;
          if ((await readList(join(dataDir, facts.id), list)) === null) {
            throw missing(where, 'a list of pictures under DATA_DIR', facts.cure);
          }
        }
      }),
    async ({ dataDir }) => {
      const root = join(dataDir, facts.id);
      return {
        train: await readSplit(root, facts, 'train'),
        test: await readSplit(root, facts, 'test'),
        showcase: await readSplit(root, facts, 'showcase'),
      };
    },
  );

export interface CocoFacts extends BoxFacts {
  /** Of each split the file of annotations and the folder of pictures. */
  readonly splits: Readonly<Record<'train' | 'test', { readonly annotations: string; readonly pictures: string }>>;
  /** So many pictures of the training split, its first, are shown and not trained on. */
  readonly showcase: number;
}

const readInstances = async (root: string, facts: CocoFacts, split: 'train' | 'test') => {
  const where = facts.splits[split].annotations;
  const text = await readFile(join(root, where), 'utf8').catch(() => null);
  if (text === null) throw missing(`${facts.id}/${where}`, 'a file under DATA_DIR', facts.cure);
  // a catalogue never reads one
  const { parseCoco } = await import('../annotations/coco.js');
  const { classes, pictures } = parseCoco(text, where);
  if (classes.join() === facts.classes.join()) return pictures;
  throw corrupt(where, `the classes ${facts.classes.join(', ')}`, classes.join(', '), facts.cure);
};

/** annotations/<split>.json, <split>/<file name>. */
export const coco = (facts: CocoFacts): Dataset =>
  ofBoxes(
    facts,
    (dataDir) =>
      stateOf(async () => {
        for (const { annotations } of Object.values(facts.splits)) {
          const found = await stat(join(dataDir, facts.id, annotations)).catch(() => null);
          if (found === null) throw missing(`${facts.id}/${annotations}`, 'a file under DATA_DIR', facts.cure);
        }
      }),
    async ({ dataDir }) => {
      const root = join(dataDir, facts.id);
      const split = (name: 'train' | 'test', marked: readonly MarkedPicture[]): Promise<BoxSplit> => {
        const { annotations: where, pictures } = facts.splits[name];
        return boxesFromFiles({
          where,
          classes: facts.classes,
          marked,
          folder: join(root, pictures),
          fileOf: (id) => id,
        });
      };
      const train = await readInstances(root, facts, 'train');
      return {
        train: await split('train', train.slice(facts.showcase)),
        test: await split('test', await readInstances(root, facts, 'test')),
        showcase: await split('train', train.slice(0, facts.showcase)),
      };
    },
  );
